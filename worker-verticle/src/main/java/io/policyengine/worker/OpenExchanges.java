package io.policyengine.worker;

import io.policyengine.core.error.Faults;
import io.policyengine.core.policy.ExchangeEnd;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The exchanges whose end is awaited by at least one entry. An exchange may use several links (streams of a
 * connection). It ends when each of its links has reported the end or was closed, so each entry is notified once, after
 * its last call. The chains of the entries stay in use until then. Confined to one event loop.
 */
final class OpenExchanges {
    /**
     * Maximum number of open exchanges that have entries waiting for the end. There is a maximum because a kernel may
     * never report the end.
     */
    private static final int MAX = 100_000;

    private final Map<Long, OpenExchange> open = new HashMap<>();

    private record Begun(BoundChain chain, int index) {}

    private static final class OpenExchange {
        final List<Object> ways = new ArrayList<>(1);
        final List<Begun> begun = new ArrayList<>(2);

        /** The end of the exchange that was reported first. */
        @Nullable
        ExchangeEnd end;
    }

    boolean isFull() {
        return open.size() >= MAX;
    }

    /** Records that an entry begins to run in a call of this link. Each entry is recorded once for an exchange. */
    void begun(long exchangeId, Object way, BoundChain chain, int index) {
        OpenExchange exchange = open.computeIfAbsent(exchangeId, _ -> new OpenExchange());
        if (!exchange.ways.contains(way)) {
            exchange.ways.add(way);
        }
        Begun entry = new Begun(chain, index);
        if (!exchange.begun.contains(entry) && chain.enter()) {
            exchange.begun.add(entry);
        }
    }

    /** Records that a link reports the end of an exchange. */
    void ended(Object way, ExchangeEnd end) {
        OpenExchange exchange = open.get(end.exchangeId());
        if (exchange != null && exchange.ways.remove(way)) {
            exchange.end = exchange.end == null ? end : exchange.end;
            tellIfOver(end.exchangeId(), exchange);
        }
    }

    /**
     * Removes a closed link. Exchanges that are open on no other link end: as aborted, unless another link has reported
     * their end.
     */
    void gone(Object way) {
        List<Long> left = new ArrayList<>();
        open.forEach((id, exchange) -> {
            if (exchange.ways.remove(way)) {
                left.add(id);
            }
        });
        for (Long id : left) {
            OpenExchange exchange = open.get(id);
            if (exchange != null) {
                tellIfOver(id, exchange);
            }
        }
    }

    private void tellIfOver(long id, OpenExchange exchange) {
        if (!exchange.ways.isEmpty()) {
            return;
        }
        open.remove(id);
        ExchangeEnd end = exchange.end == null ? new ExchangeEnd(id, 0, true, null) : exchange.end;
        for (Begun entry : exchange.begun) {
            try {
                entry.chain().exchangeEnded(entry.index(), end);
            } catch (Throwable failed) {
                Faults.rethrowFatal(failed);
                entry.chain().entries().get(entry.index()).observer().failedOnEnd(failed);
            } finally {
                entry.chain().leave();
            }
        }
    }
}
