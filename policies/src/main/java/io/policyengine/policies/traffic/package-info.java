/** Policies that limit, cache and route requests; {@code shared} holds their common parts. */
@NullMarked
package io.policyengine.policies.traffic;

import org.jspecify.annotations.NullMarked;
