package io.policyengine.kernel.extproc;

import io.policyengine.core.error.ErrorCode;
import java.util.Locale;

/** The limits that lead to the refusal of a new exchange when the engine is too busy or short of memory. */
enum Overload {
    /** The event loop cannot keep up. */
    ADAPTIVE("messages wait for the event loop for longer than limits.adaptive.target_lag_ms"),
    EXCHANGES("limits.max_exchanges is reached, or the rest is reserved for routes of a higher priority"),
    /** The route or the client has used up its share of slots. */
    SHARE("the route or the client has used up its share of limits.max_exchanges: three times as many as are free"),
    /**
     * Too little memory is free for the message, in total, in the share of its route or client, or for its priority.
     */
    BYTES("limits.max_buffered_bytes, or the route's or client's share of it, is used up");

    private final String reason;

    Overload(String reason) {
        this.reason = reason;
    }

    String reason() {
        return reason;
    }

    Refusal.Failure refusal() {
        return new Refusal.Failure(ErrorCode.OVERLOADED, reason);
    }

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
