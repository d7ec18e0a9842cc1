package io.policyengine.policies.traffic.idempotency;

import io.policyengine.policies.traffic.idempotency.record.Execution;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The executions whose responses this process awaits, by exchange: as many as running exchanges with a key.
 * Thread-safe. If exchanges of two kernels have the same id, neither is known here, and their keys expire.
 */
final class Executions {
    private final ConcurrentHashMap<Long, Execution> byExchange = new ConcurrentHashMap<>();

    void begin(long exchange, Execution execution) {
        if (byExchange.putIfAbsent(exchange, execution) != null) {
            byExchange.remove(exchange);
        }
    }

    /** The run that this exchange was, if it has not been ended before. */
    @Nullable
    Execution end(long exchange) {
        return byExchange.remove(exchange);
    }

    int size() {
        return byExchange.size();
    }
}
