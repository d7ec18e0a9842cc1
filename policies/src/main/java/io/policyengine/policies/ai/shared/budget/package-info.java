/**
 * Budgets of model usage: a request reserves its maximum, and its response corrects the reservation. Shared by
 * {@code tokenBasedRateLimit} and {@code costLimit}.
 */
@NullMarked
package io.policyengine.policies.ai.shared.budget;

import org.jspecify.annotations.NullMarked;
