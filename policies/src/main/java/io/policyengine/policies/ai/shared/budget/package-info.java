/** Budgets for the use of models, reserved on the request and settled by what the answer used: what {@code tokenBasedRateLimit} and {@code costLimit} share. */
@NullMarked
package io.policyengine.policies.ai.shared.budget;

import org.jspecify.annotations.NullMarked;
