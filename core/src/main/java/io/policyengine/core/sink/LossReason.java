package io.policyengine.core.sink;

import java.util.Locale;

/** The reasons why a sink has lost a record. */
public enum LossReason {
    /** The queue was full. */
    FULL,
    /** The record is larger than any may be. */
    TOO_LARGE,
    /** The server said that it will never take it. */
    REFUSED,
    /** The sink's retry time was exceeded. */
    EXPIRED,
    /** The sink ended before it was taken. */
    CLOSED,
    /** The record on disk was unreadable. */
    DAMAGED;

    private final String label = name().toLowerCase(Locale.ROOT);

    /** The reason as meters name it. */
    public String label() {
        return label;
    }
}
