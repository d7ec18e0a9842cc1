package io.policyengine.policies.content.virusscan.content;

import java.io.Serial;

/** A body, or a part of one, whose contents cannot be told: malformed, or in an encoding that is not undone. Stackless: it is expected. */
final class UnopenableException extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    /**
     * A reason.
     *
     * @param why for people; nothing of the body is in it
     */
    UnopenableException(String why) {
        super(why, null, false, false);
    }

    /** The reason, for people. */
    String why() {
        return String.valueOf(getMessage());
    }
}
