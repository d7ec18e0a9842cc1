/** The plan of a route: what runs for it, and in which calls. */
@NullMarked
package io.policyengine.kernel.plan;

import org.jspecify.annotations.NullMarked;
