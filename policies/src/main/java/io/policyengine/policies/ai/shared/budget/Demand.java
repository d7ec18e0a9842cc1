package io.policyengine.policies.ai.shared.budget;

import io.policyengine.policies.ai.shared.modelapi.RequestFacts;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The demand of a model request on a budget.
 *
 * @param models possible models; empty if unknown
 * @param tokens to reserve
 * @param isBounded true if the server keeps every response within the reservation
 * @param isInBackground true if the response is produced in the background, and its usage not reported here
 * @param edit of the body that makes its response report usage; null for none
 */
record Demand(
        Set<String> models,
        TokenCounts tokens,
        boolean isBounded,
        boolean isInBackground,
        RequestFacts.@Nullable Edit edit) {
    Demand {
        models = Set.copyOf(models);
    }
}
