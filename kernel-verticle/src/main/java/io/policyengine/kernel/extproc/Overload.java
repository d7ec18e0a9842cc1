package io.policyengine.kernel.extproc;

import io.policyengine.core.error.ErrorCode;
import java.util.Locale;

/** The limits that refuse an exchange which begins, since the engine has too much to do or too little room. */
enum Overload {
    /** The event loop has more to do than it can. */
    ADAPTIVE("messages wait for the event loop for longer than limits.adaptive.target_lag_ms"),
    /** The exchange finds no slot. */
    EXCHANGES(
            "limits.max_exchanges exchanges are under way, or as many as leave places to routes of a higher priority"),
    /** The route or the client has its share of places. */
    SHARE("the route or the client has three times as many exchanges as limits.max_exchanges leaves free"),
    /** The message finds no memory, or the first one no more than is reserved for routes of a higher priority. */
    BYTES("limits.max_buffered_bytes bytes are held, or the route or the client holds its share of them");

    private final String reason;

    Overload(String reason) {
        this.reason = reason;
    }

    /** The reason given for a refusal. */
    String reason() {
        return reason;
    }

    /** The refusal of an exchange. */
    Refusal.Failure refusal() {
        return new Refusal.Failure(ErrorCode.OVERLOADED, reason);
    }

    /** The value of the label {@code limit}. */
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
