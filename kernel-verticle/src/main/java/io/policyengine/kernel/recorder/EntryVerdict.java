package io.policyengine.kernel.recorder;

import java.util.Locale;

/** The part that an entry of a chain had in an exchange. */
public enum EntryVerdict {
    /** It let the message go on as it was. */
    PROCEED,
    /** It let the message go on, changed. */
    CHANGED,
    /** It answered the client. */
    DENIED,
    /** It did not run: its condition is false. */
    SKIPPED,
    /** It ended the chain of its phase. */
    SKIP_REMAINING,
    /** It failed; what follows is told beside it. */
    FAILED,
    /** It was tried in the shadow, and has no say. */
    SHADOW,
    /** Its turn did not come, or its worker told nothing of it. */
    NOT_REACHED;

    private final String label = name().toLowerCase(Locale.ROOT);

    /** The name as it is told. */
    public String label() {
        return label;
    }
}
