package io.policyengine.policies.ai.shared.budget;

import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The reservations of exchanges under way, by exchange: as many as there are such exchanges. Whoever takes one settles it, so that each is
 * settled once in this process. Thread-safe. Exchanges of two kernels may have one id; then neither is known here: their reservations travel
 * as metadata, and stay charged where the answer does not come.
 */
final class Underway {
    private final ConcurrentHashMap<Long, Pending> byExchange = new ConcurrentHashMap<>();

    /** Begins one. */
    void begin(long exchange, Pending pending) {
        if (byExchange.putIfAbsent(exchange, pending) != null) {
            byExchange.remove(exchange);
        }
    }

    /** Begins one whose request was elsewhere, and goes on with one that is there. */
    void change(long exchange, Pending elsewhere, UnaryOperator<Pending> change) {
        byExchange.compute(exchange, (_, there) -> change.apply(there == null ? elsewhere : there));
    }

    /** Goes on with one that is there. */
    void changeIfThere(long exchange, UnaryOperator<Pending> change) {
        byExchange.computeIfPresent(exchange, (_, there) -> change.apply(there));
    }

    /** Takes one, to settle it; null if it was taken before. */
    @Nullable
    Pending take(long exchange) {
        return byExchange.remove(exchange);
    }

    /** The number of them. */
    int size() {
        return byExchange.size();
    }
}
