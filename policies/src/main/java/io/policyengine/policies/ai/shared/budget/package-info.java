/**
 * Budgets of model usage, reserved on the request and settled by the response: shared by {@code tokenBasedRateLimit}
 * and {@code costLimit}.
 */
@NullMarked
package io.policyengine.policies.ai.shared.budget;

import org.jspecify.annotations.NullMarked;
