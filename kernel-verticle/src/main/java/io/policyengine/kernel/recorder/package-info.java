/** The record of an exchange, and its observers after the end. */
@NullMarked
package io.policyengine.kernel.recorder;

import org.jspecify.annotations.NullMarked;
