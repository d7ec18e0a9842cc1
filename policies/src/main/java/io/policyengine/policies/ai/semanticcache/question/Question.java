package io.policyengine.policies.ai.semanticcache.question;

import io.policyengine.policies.ai.shared.modelapi.ApiShape;

/**
 * A question that a request asks a model.
 *
 * @param streams true if it wants its answer as a stream
 * @param partition the digest of all that must be the same where requests share an answer
 * @param id the digest of the text within the partition
 * @param text the last message, which alone may differ
 */
public record Question(ApiShape shape, boolean streams, String partition, String id, String text) {
    /** Without the text, which may be private. */
    @Override
    public String toString() {
        return shape + " " + partition;
    }
}
