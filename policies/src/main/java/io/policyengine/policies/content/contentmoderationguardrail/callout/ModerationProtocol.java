package io.policyengine.policies.content.contentmoderationguardrail.callout;

import java.util.List;
import tools.jackson.databind.JsonNode;

/** The way in which a server is asked, and answers, in JSON. Stateless. */
public interface ModerationProtocol {
    /** The question about some parts, of a message of this exchange. */
    JsonNode question(Subject subject, List<ModerationInput> parts);

    /**
     * Returns the verdicts, one for each part in order.
     *
     * @throws MalformedAnswerException if the response violates the protocol
     */
    List<ModerationVerdict> verdicts(JsonNode answer, List<ModerationInput> parts) throws MalformedAnswerException;

    /**
     * The message that is asked about.
     *
     * @param isRequest true for a request, and false for a response
     */
    record Subject(String requestId, boolean isRequest) {}

    /** A response that violates the protocol. Expected, so it has no stack trace. */
    final class MalformedAnswerException extends Exception {
        private static final long serialVersionUID = 1L;

        MalformedAnswerException(String why) {
            super(why, null, false, false);
        }
    }
}
