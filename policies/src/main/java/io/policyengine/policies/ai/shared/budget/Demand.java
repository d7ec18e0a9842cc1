package io.policyengine.policies.ai.shared.budget;

import io.policyengine.policies.ai.shared.modelapi.RequestFacts;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The part of a request for a model that a budget is concerned with.
 *
 * @param models one of which it is for; empty if nobody says
 * @param tokens that are reserved for it
 * @param isBounded true if the request has told its server that no answer takes more than is reserved
 * @param isInBackground true if the answer goes on where nobody waits for it, and tells its use to nobody here
 * @param edit of its body, after which its answer tells the use; null for none
 */
record Demand(
        Set<String> models,
        TokenCounts tokens,
        boolean isBounded,
        boolean isInBackground,
        RequestFacts.@Nullable Edit edit) {
    /** Copies. */
    Demand {
        models = Set.copyOf(models);
    }
}
