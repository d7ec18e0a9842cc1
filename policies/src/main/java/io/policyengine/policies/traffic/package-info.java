/** Policies that limit, cache and route requests; {@code shared} holds code that several of them use. */
@NullMarked
package io.policyengine.policies.traffic;

import org.jspecify.annotations.NullMarked;
