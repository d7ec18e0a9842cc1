package io.policyengine.policies.ai.shared.budget;

import io.policyengine.policies.ai.shared.modelapi.RequestFacts;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The tokens that a model request may use, to be reserved in a budget.
 *
 * @param models possible models; empty if unknown
 * @param tokens tokens to reserve
 * @param isBounded true if the server keeps every response within the reservation
 * @param isInBackground true if the response is produced in the background, so that the policy does not see its usage
 * @param edit change of the body that makes the server report usage in the response; null for none
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
