/**
 * Budgets of model usage, which are reserved on the request and settled by the response. Shared by {@code
 * tokenBasedRateLimit} and {@code costLimit}.
 */
@NullMarked
package io.policyengine.policies.ai.shared.budget;

import org.jspecify.annotations.NullMarked;
