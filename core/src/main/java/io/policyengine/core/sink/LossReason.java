package io.policyengine.core.sink;

import java.util.Locale;

/** The reasons why a sink has lost a record. */
public enum LossReason {
    /** There was no room in its queue. */
    FULL,
    /** The record is larger than any may be. */
    TOO_LARGE,
    /** The server said that it will never take it. */
    REFUSED,
    /** It was not taken for as long as the sink tries. */
    EXPIRED,
    /** The sink ended before it was taken. */
    CLOSED,
    /** It could not be read again from the disk. */
    DAMAGED;

    private final String label = name().toLowerCase(Locale.ROOT);

    /** The reason as meters name it. */
    public String label() {
        return label;
    }
}
