package io.policyengine.policies.content.shared.promptinjection;

import java.util.Locale;

/**
 * The kinds of signs of prompt injection. If a text has several signs of a kind, only the strongest affects the score.
 */
public enum Signal {
    /** A demand to ignore earlier instructions. */
    DISREGARD,
    /** A demand to disclose the system prompt or earlier text. */
    EXTRACTION,
    /** An instruction to play a role to which no rules apply. */
    ROLE,
    JAILBREAK,
    /** New instructions with a claim to authority. */
    OVERRIDE,
    /** A demand not to refuse, or not to inform the user. */
    COMPLIANCE,
    /** Delimiters of chat templates. */
    DELIMITER,
    /** A demand to send data elsewhere. */
    EXFILTRATION,
    /** A demand to decode and follow a text, or an encoded text that contains signs. */
    ENCODING,
    INVISIBLE;

    private final String code = name().toLowerCase(Locale.ROOT);

    /** Returns the name of the kind in metadata. */
    public String code() {
        return code;
    }
}
