package io.policyengine.kernel.worker;

import io.policyengine.core.http.RequestView;
import org.jspecify.annotations.Nullable;

/** The part of a request (the key) that selects the worker's replica for the exchange. */
public sealed interface Affinity {
    /** No key: the replica with the fewest calls in flight serves the exchange. */
    record None() implements Affinity {}

    /** The client's address as the key. */
    record ClientAddress() implements Affinity {}

    /** The first value of a request header as the key. */
    record Header(String name) implements Affinity {}

    /** Parses the setting {@code affinity}, which must be valid. */
    static Affinity of(String setting) {
        return switch (setting) {
            case "none" -> new None();
            case "client_ip" -> new ClientAddress();
            default -> new Header(setting.substring("header:".length()));
        };
    }

    /** Returns the key of a request as the client sent it, or null if the request has no key. */
    default @Nullable String key(RequestView request) {
        return switch (this) {
            case None() -> null;
            case ClientAddress() -> request.clientAddress().isEmpty() ? null : request.clientAddress();
            case Header(String name) -> request.headers().get(name);
        };
    }
}
