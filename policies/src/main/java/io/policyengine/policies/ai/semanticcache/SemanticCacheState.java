package io.policyengine.policies.ai.semanticcache;

import io.policyengine.core.capacity.Capacity;
import io.policyengine.core.error.PolicyException;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.Store;
import io.policyengine.core.work.StoppedException;
import io.policyengine.policies.ai.semanticcache.question.QuestionReader;
import io.policyengine.policies.ai.semanticcache.vector.EmbeddingsClient;

/**
 * The common state of an entry's request and response phases.
 *
 * @param room budget of bytes in transit or held for an exchange
 */
record SemanticCacheState(
        SemanticCacheParams params,
        PolicyEnvironment env,
        QuestionReader reader,
        EmbeddingsClient embeddings,
        Store store,
        Capacity room) {
    /** Divisor of the memory for stored answers. The quotient bounds a single partition. */
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

    /** Returns whether a store or server failed, or the call was cancelled. Nothing is then found or stored. */
    static boolean isExpected(Throwable cause) {
        return cause instanceof PolicyException || cause instanceof StoppedException;
    }
}
