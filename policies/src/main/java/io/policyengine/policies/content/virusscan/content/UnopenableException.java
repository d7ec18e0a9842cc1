package io.policyengine.policies.content.virusscan.content;

import java.io.Serial;

/** The exception for content that is malformed or in an unsupported encoding. Expected, so it has no stack trace. */
final class UnopenableException extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    /**
     * Creates an exception.
     *
     * @param why for people; quotes nothing of the body
     */
    UnopenableException(String why) {
        super(why, null, false, false);
    }

    String why() {
        return String.valueOf(getMessage());
    }
}
