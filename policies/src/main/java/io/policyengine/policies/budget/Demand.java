package io.policyengine.policies.budget;

import io.policyengine.policies.ai.RequestFacts;
import org.jspecify.annotations.Nullable;

/**
 * The part of a request for a model that a budget is concerned with.
 *
 * @param model null if nobody says
 * @param tokens that are reserved for it
 * @param edit of its body, after which its answer tells the use; null for none
 */
record Demand(@Nullable String model, Tokens tokens, RequestFacts.@Nullable Edit edit) {}
