package io.policyengine.policies.content.contentmoderationguardrail.callout;

import java.util.List;
import tools.jackson.databind.JsonNode;

/** A JSON protocol for requesting verdicts from a server. Stateless. */
public interface ModerationProtocol {
    /** Returns the body of a request for verdicts on parts of a message. */
    JsonNode question(Subject subject, List<ModerationInput> parts);

    /**
     * Returns the verdicts, one for each part, in order.
     *
     * @throws MalformedAnswerException if the response violates the protocol
     */
    List<ModerationVerdict> verdicts(JsonNode answer, List<ModerationInput> parts) throws MalformedAnswerException;

    /**
     * The message whose parts a server judges.
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
