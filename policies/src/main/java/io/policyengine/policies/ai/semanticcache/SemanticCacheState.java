package io.policyengine.policies.ai.semanticcache;

import io.policyengine.core.capacity.Capacity;
import io.policyengine.core.error.PolicyException;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.Store;
import io.policyengine.core.work.StoppedException;
import io.policyengine.policies.ai.semanticcache.question.QuestionReader;
import io.policyengine.policies.ai.semanticcache.vector.EmbeddingsClient;

/**
 * The state that the request and response phases of {@code semanticCache} share.
 *
 * @param room budget for the bytes that running exchanges hold
 */
record SemanticCacheState(
        SemanticCacheParams params,
        PolicyEnvironment env,
        QuestionReader reader,
        EmbeddingsClient embeddings,
        Store store,
        Capacity room) {
    /** Divisor of the memory for stored answers. The quotient is the maximum size of a single partition. */
    private static final int OF_A_PARTITION = 4;

    /**
     * Returns the maximum size of a stored body, in bytes: at most what the engine can send in an immediate response.
     */
    int maxBodyBytes() {
        return (int) Math.min(params.maxBodyBytes(), env.maxBodyBytes());
    }

    long maxPartitionBytes() {
        return params.maxBytes() / OF_A_PARTITION;
    }

    /** Returns whether the cause is a failed store or server, or a cancelled call. Then nothing is found or stored. */
    static boolean isExpected(Throwable cause) {
        return cause instanceof PolicyException || cause instanceof StoppedException;
    }
}
