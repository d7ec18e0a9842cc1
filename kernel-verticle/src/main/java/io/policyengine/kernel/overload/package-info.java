/** Refuses exchanges by priority before an event loop is overloaded. */
@NullMarked
package io.policyengine.kernel.overload;

import org.jspecify.annotations.NullMarked;
