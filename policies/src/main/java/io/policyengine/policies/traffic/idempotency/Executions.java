package io.policyengine.policies.traffic.idempotency;

import io.policyengine.policies.traffic.idempotency.record.Execution;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The runs whose answers this process waits for, by exchange: as many as there are exchanges under way with a key. Thread-safe. Exchanges of
 * two kernels may have one id; then neither is known here, and their keys are free when their time is over.
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
