package io.policyengine.policies.content.shared.promptinjection;

import java.util.Locale;

/** The kinds of signs. Of each kind the strongest counts, once. */
public enum Signal {
    /** Earlier instructions are to be ignored. */
    DISREGARD,
    /** Disclosure of the system prompt, or of earlier text. */
    EXTRACTION,
    /** A part is to be played to which no rules apply. */
    ROLE,
    /** The name of a known jailbreak. */
    JAILBREAK,
    /** New instructions with a claim of authority. */
    OVERRIDE,
    /** Prohibition of refusals, or of informing the user. */
    COMPLIANCE,
    /** Marks of chat templates. */
    DELIMITER,
    /** Data is to be sent elsewhere. */
    EXFILTRATION,
    /** Something encoded is to be decoded and followed, or what is decoded has signs itself. */
    ENCODING,
    /** Characters of which nothing is to be seen. */
    INVISIBLE;

    private final String code = name().toLowerCase(Locale.ROOT);

    /** The name in metadata. */
    public String code() {
        return code;
    }
}
