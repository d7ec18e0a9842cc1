package io.policyengine.core.sink;

import java.util.Locale;

/** The reasons why a sink has lost a record. */
public enum LossReason {
    FULL,
    TOO_LARGE,
    /** The server refused the record for good. */
    REFUSED,
    /** The sink's retry time was exceeded. */
    EXPIRED,
    /** The sink ended before the record was delivered. */
    CLOSED,
    /** The record on disk was unreadable. */
    DAMAGED;

    private final String label = name().toLowerCase(Locale.ROOT);

    /** The reason as meters name it. */
    public String label() {
        return label;
    }
}
