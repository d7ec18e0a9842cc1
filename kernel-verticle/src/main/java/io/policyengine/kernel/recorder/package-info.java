/** The record of an exchange, and the observers that receive it after the exchange has ended. */
@NullMarked
package io.policyengine.kernel.recorder;

import org.jspecify.annotations.NullMarked;
