/** The record of what happened in an exchange, and those who look at it when the exchange is over. */
@NullMarked
package io.policyengine.kernel.recorder;

import org.jspecify.annotations.NullMarked;
