package io.policyengine.kernel.recorder;

import java.util.Locale;

/** The result of a chain entry in an exchange. */
public enum EntryVerdict {
    /** The entry left the message unchanged. */
    PROCEED,
    CHANGED,
    /** The entry answered the client. */
    DENIED,
    /** The entry did not run because its condition is false. */
    SKIPPED,
    /** The entry ended the chain of its phase. */
    SKIP_REMAINING,
    /** The entry failed; the reaction is recorded separately. */
    FAILED,
    /** The entry ran as a shadow entry, so its outcome was not applied. */
    SHADOW,
    /** The entry did not run because the chain ended before it, or its worker reported nothing about it. */
    NOT_REACHED;

    private final String label = name().toLowerCase(Locale.ROOT);

    public String label() {
        return label;
    }
}
