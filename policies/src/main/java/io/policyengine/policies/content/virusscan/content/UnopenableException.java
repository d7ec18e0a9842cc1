package io.policyengine.policies.content.virusscan.content;

import java.io.Serial;

/** The exception for contents that are malformed or in an unsupported encoding. Expected, so without stack trace. */
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
