package io.policyengine.core.sink;

import java.util.Locale;

/** The reasons why a sink has lost a record. */
public enum LossReason {
    FULL,
    TOO_LARGE,
    /** The server rejected the record permanently. */
    REFUSED,
    /** The record was not delivered within the sink's retry time. */
    EXPIRED,
    /** The sink ended before the record was delivered. */
    CLOSED,
    /** The record on disk was unreadable. */
    DAMAGED;

    private final String label = name().toLowerCase(Locale.ROOT);

    /** The name of the reason in metrics. */
    public String label() {
        return label;
    }
}
