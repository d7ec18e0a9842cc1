package io.policyengine.kernel.worker;

import io.policyengine.core.http.RequestView;
import org.jspecify.annotations.Nullable;

/** The part of a request that decides which replica of a worker serves its exchange. */
public sealed interface Affinity {
    /** No affinity: the replica with the fewest calls in flight. */
    record None() implements Affinity {}

    /** The client's address. */
    record ClientAddress() implements Affinity {}

    /** The first value of a request header. */
    record Header(String name) implements Affinity {}

    /** Reads the setting {@code affinity}, which is valid. */
    static Affinity of(String setting) {
        return switch (setting) {
            case "none" -> new None();
            case "client_ip" -> new ClientAddress();
            default -> new Header(setting.substring("header:".length()));
        };
    }

    /** The key of a request as the client sent it; null if it has none. */
    default @Nullable String key(RequestView request) {
        return switch (this) {
            case None() -> null;
            case ClientAddress() -> request.clientAddress().isEmpty() ? null : request.clientAddress();
            case Header(String name) -> request.headers().get(name);
        };
    }
}
