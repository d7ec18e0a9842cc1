/** The family of policies that bound, keep and direct requests; {@code shared} holds what several of them use. */
@NullMarked
package io.policyengine.policies.traffic;

import org.jspecify.annotations.NullMarked;
