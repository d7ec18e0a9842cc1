/** What runs for a route, and in which calls. */
@NullMarked
package io.policyengine.kernel.plan;

import org.jspecify.annotations.NullMarked;
