package io.policyengine.admin.flight;

import io.policyengine.core.config.RecorderConfig;
import io.policyengine.kernel.recorder.ExchangeRecord;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The reasons why an exchange is kept: each has room of its own. */
public enum Shelf {
    /** The engine could not do its work, or Envoy broke the protocol. */
    ERROR,
    /** The exchange was refused for lack of room or time. */
    OVERLOADED,
    /** A policy, or a rule of the engine, answered the client. */
    DENIED,
    /** The engine's answers took long. */
    SLOW,
    /** Chance. */
    SAMPLED;

    private final String label = name().toLowerCase(Locale.ROOT);

    /** The label of the shelf. */
    public String label() {
        return label;
    }

    /** The shelf of an exchange that is always kept; null if chance decides. */
    static @Nullable Shelf of(ExchangeRecord record, RecorderConfig settings) {
        return switch (record.outcome()) {
            case FAILED, PROTOCOL_ERROR -> ERROR;
            case OVERLOADED -> OVERLOADED;
            case DENIED -> DENIED;
            case PASSED, UNKNOWN_ROUTE, CANCELLED, OBSERVED ->
                record.code() != null ? ERROR : record.held() >= settings.slow().toNanos() ? SLOW : null;
        };
    }
}
