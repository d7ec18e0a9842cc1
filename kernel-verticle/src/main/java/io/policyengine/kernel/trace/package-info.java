/** The trace context of an exchange, and its sampling. */
@NullMarked
package io.policyengine.kernel.trace;

import org.jspecify.annotations.NullMarked;
