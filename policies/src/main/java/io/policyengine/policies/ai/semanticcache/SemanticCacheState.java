package io.policyengine.policies.ai.semanticcache;

import io.policyengine.core.capacity.Capacity;
import io.policyengine.core.error.PolicyException;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.Store;
import io.policyengine.core.work.StoppedException;
import io.policyengine.policies.ai.semanticcache.question.QuestionReader;
import io.policyengine.policies.ai.semanticcache.vector.EmbeddingsClient;

/**
 * The common state of an entry's request and response phase.
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
    /** The part of the memory for answers that one partition may have. */
    private static final int OF_A_PARTITION = 4;

    /** The limit of a stored body in bytes: that of an immediate response. */
    int maxBodyBytes() {
        return (int) Math.min(params.maxBodyBytes(), env.maxBodyBytes());
    }

    /** The limit of a partition in bytes. */
    long maxPartitionBytes() {
        return params.maxBytes() / OF_A_PARTITION;
    }

    /** True for a failure of a store or a server, or a cancellation: then nothing is found or stored. */
    static boolean isExpected(Throwable cause) {
        return cause instanceof PolicyException || cause instanceof StoppedException;
    }
}
