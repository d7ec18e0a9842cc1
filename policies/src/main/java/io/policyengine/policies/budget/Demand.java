package io.policyengine.policies.budget;

import io.policyengine.policies.ai.RequestFacts;
import org.jspecify.annotations.Nullable;

/**
 * What a request asks of a model, as far as a budget is concerned.
 *
 * @param model null if nobody says
 * @param tokens that are reserved for it
 * @param edit of its body, after which its answer tells the use; null for none
 */
record Demand(@Nullable String model, Tokens tokens, RequestFacts.@Nullable Edit edit) {}
