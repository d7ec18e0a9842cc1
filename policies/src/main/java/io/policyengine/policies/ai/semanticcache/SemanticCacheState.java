package io.policyengine.policies.ai.semanticcache;

import io.policyengine.core.capacity.Capacity;
import io.policyengine.core.error.PolicyException;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.Store;
import io.policyengine.core.work.StoppedException;
import io.policyengine.policies.ai.semanticcache.question.QuestionReader;
import io.policyengine.policies.ai.semanticcache.vector.Embeddings;

/**
 * All that the parts on request and response of one entry share.
 *
 * @param room of bytes that are on their way or held for an exchange
 */
record SemanticCacheState(
        SemanticCacheParams params,
        PolicyEnvironment env,
        QuestionReader reader,
        Embeddings embeddings,
        Store store,
        Capacity room) {
    /** The part of the memory for answers that one partition may have. */
    private static final int OF_A_PARTITION = 4;

    /** Most bytes of a body that is kept: no more than an answer from the store may have. */
    int maxBodyBytes() {
        return (int) Math.min(params.maxBodyBytes(), env.maxBodyBytes());
    }

    /** Most bytes of a partition. */
    long maxPartitionBytes() {
        return params.maxBytes() / OF_A_PARTITION;
    }

    /** True if a store or a server has not done what it was asked, or nobody waits any more: then nothing is found, and nothing kept. */
    static boolean isExpected(Throwable cause) {
        return cause instanceof PolicyException || cause instanceof StoppedException;
    }
}
