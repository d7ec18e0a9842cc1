/** Finds the route policy that applies to a route name: for requests, and for tools that explain a configuration. */
@Internal
@NullMarked
package io.policyengine.core.route;

import io.policyengine.core.stability.Internal;
import org.jspecify.annotations.NullMarked;
