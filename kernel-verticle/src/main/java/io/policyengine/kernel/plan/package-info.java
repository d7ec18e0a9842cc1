/** The plan of a route: its policies and the worker calls in which they run. */
@NullMarked
package io.policyengine.kernel.plan;

import org.jspecify.annotations.NullMarked;
