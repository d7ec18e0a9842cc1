package io.policyengine.policies.content.shared.promptinjection;

import java.util.Locale;

/** The kinds of signs. Of each kind, only the strongest sign counts. */
public enum Signal {
    /** A demand to ignore earlier instructions. */
    DISREGARD,
    /** Disclosure of the system prompt, or of earlier text. */
    EXTRACTION,
    /** A role to which no rules apply. */
    ROLE,
    JAILBREAK,
    /** New instructions with a claim of authority. */
    OVERRIDE,
    /** Prohibition of refusals, or of informing the user. */
    COMPLIANCE,
    /** Marks of chat templates. */
    DELIMITER,
    /** A demand to send data elsewhere. */
    EXFILTRATION,
    /** A demand to decode and follow something, or encoded text that has signs itself. */
    ENCODING,
    INVISIBLE;

    private final String code = name().toLowerCase(Locale.ROOT);

    /** Returns the name in metadata. */
    public String code() {
        return code;
    }
}
