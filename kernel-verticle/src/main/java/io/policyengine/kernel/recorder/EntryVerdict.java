package io.policyengine.kernel.recorder;

import java.util.Locale;

/** The part that an entry of a chain had in an exchange. */
public enum EntryVerdict {
    /** The entry passed the message unchanged. */
    PROCEED,
    /** The entry passed the message changed. */
    CHANGED,
    /** The entry answered the client. */
    DENIED,
    /** The entry did not run, because its condition is false. */
    SKIPPED,
    /** The entry ended the chain of its phase. */
    SKIP_REMAINING,
    /** The entry failed; the reaction is recorded separately. */
    FAILED,
    /** The entry ran as a shadow, without effect. */
    SHADOW,
    /** The entry was not reached, or its worker reported nothing about it. */
    NOT_REACHED;

    private final String label = name().toLowerCase(Locale.ROOT);

    /** The label of the verdict. */
    public String label() {
        return label;
    }
}
