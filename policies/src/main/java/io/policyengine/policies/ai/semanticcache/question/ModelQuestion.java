package io.policyengine.policies.ai.semanticcache.question;

import io.policyengine.policies.ai.shared.modelapi.ApiShape;

/**
 * A question in a request for a model.
 *
 * @param streams true if a streamed response is requested
 * @param partition digest of everything that must be equal for sharing a response
 * @param id digest of the text within the partition
 * @param text the last message, which is the only part that may differ
 */
public record ModelQuestion(ApiShape shape, boolean streams, String partition, String id, String text) {
    /** Returns a text without the question, which may be private. */
    @Override
    public String toString() {
        return shape + " " + partition;
    }
}
