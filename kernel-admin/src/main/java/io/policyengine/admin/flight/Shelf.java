package io.policyengine.admin.flight;

import io.policyengine.core.config.RecorderConfig;
import io.policyengine.kernel.recorder.ExchangeRecord;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The reasons for keeping an exchange in the flight recorder. Exchanges of each reason have their own space. */
public enum Shelf {
    /** The engine failed, or Envoy violated the protocol. */
    ERROR,
    /** The exchange was refused because of overload. */
    OVERLOADED,
    /** A policy, or a rule of the engine, answered the client. */
    DENIED,
    /** The engine took long to answer Envoy. */
    SLOW,
    SAMPLED;

    private final String label = name().toLowerCase(Locale.ROOT);

    /** Returns the name of this reason in queries and JSON. */
    public String label() {
        return label;
    }

    /** Returns the reason for keeping an exchange, or null if the exchange is only sampled. */
    static @Nullable Shelf of(ExchangeRecord record, RecorderConfig settings) {
        return switch (record.outcome()) {
            case FAILED, PROTOCOL_ERROR -> ERROR;
            case OVERLOADED -> OVERLOADED;
            case DENIED -> DENIED;
            case PASSED, UNKNOWN_ROUTE, CANCELLED, OBSERVED ->
                record.failure() != null
                        ? ERROR
                        : record.isDenied()
                                ? DENIED
                                : record.held() >= settings.slow().toNanos() ? SLOW : null;
        };
    }
}
