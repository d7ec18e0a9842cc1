/** The flight recorder: keeps what became of exchanges in a bounded number of bytes, and finds it for those who ask. */
@NullMarked
package io.policyengine.kernel.flight;

import org.jspecify.annotations.NullMarked;
