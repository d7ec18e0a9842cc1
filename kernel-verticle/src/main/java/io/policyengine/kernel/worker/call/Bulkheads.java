package io.policyengine.kernel.worker.call;

import io.policyengine.core.worker.WorkerException;
import io.policyengine.kernel.worker.Worker;
import io.policyengine.kernel.worker.WorkerChain;
import java.util.HashMap;
import java.util.Map;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The pending worker calls of one event loop, including body chunks, by worker and route. A route may have at most
 * {@value #TIMES_FREE} times as many calls to a worker as that worker can still accept. One route's calls thus do not
 * delay those of other routes. Each route may always have {@value #MIN} calls. A worker accepts
 * {@code workers[].max_calls} calls per replica in total, divided among the event loops. Holds an entry for each worker
 * and route with a call in flight.
 */
final class Bulkheads {
    /**
     * A route may have at most {@value} times as many calls to a worker as the worker can still accept. A single route
     * thus gets three quarters of all calls.
     */
    private static final int TIMES_FREE = 3;

    /** The number of calls to a worker that each route may always have. */
    static final int MIN = 8;

    private final Map<String, CallCounts> workers = new HashMap<>();
    private final IntSupplier loops;

    private static final class CallCounts {
        private final Map<String, Integer> routes = new HashMap<>();
        private int all;
    }

    /**
     * Creates an object that counts no calls yet.
     *
     * @param loops the current number of event loops that call workers
     */
    Bulkheads(IntSupplier loops) {
        this.loops = loops;
    }

    /** Returns the reason why a route may not call the chain's worker now, or null if it may. */
    @Nullable
    WorkerException refusal(WorkerChain chain, String route) {
        Worker worker = chain.worker();
        CallCounts calls = workers.get(worker.name());
        if (calls == null || calls.all < MIN) {
            return null;
        }
        int its = calls.routes.getOrDefault(route, 0);
        long most = (long) worker.limits().max() * chain.available().size() / Math.max(1, loops.getAsInt());
        return its < MIN || its < TIMES_FREE * (most - calls.all)
                ? null
                : new WorkerException(
                        WorkerException.Kind.OVERLOADED,
                        its + " calls of this route already wait for worker '" + worker.name()
                                + "', the maximum: three times the calls that workers[].max_calls leaves free");
    }

    void began(Worker worker, String route) {
        CallCounts calls = workers.computeIfAbsent(worker.name(), _ -> new CallCounts());
        calls.all++;
        calls.routes.merge(route, 1, Integer::sum);
    }

    void ended(Worker worker, String route) {
        CallCounts calls = workers.get(worker.name());
        if (calls != null) {
            calls.all--;
            calls.routes.computeIfPresent(route, (_, its) -> its == 1 ? null : its - 1);
            if (calls.all == 0) {
                workers.remove(worker.name());
            }
        }
    }
}
