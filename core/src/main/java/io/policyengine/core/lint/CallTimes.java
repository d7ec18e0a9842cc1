package io.policyengine.core.lint;

import io.policyengine.core.config.KernelConfig;
import io.policyengine.core.config.WorkerEndpointConfig;
import io.policyengine.core.worker.AnswerMargin;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The times of worker calls in a configuration.
 *
 * @param phase maximum time of a phase
 * @param calls the times of calls, by the name of the worker
 */
public record CallTimes(Duration phase, Map<String, OfWorker> calls) {
    public CallTimes {
        calls = Map.copyOf(calls);
    }

    /**
     * The times of calls to a worker.
     *
     * @param whole maximum time of a call
     * @param entries maximum time of the entries in a call: shorter if the worker is a separate process
     */
    public record OfWorker(Duration whole, Duration entries) {
        private static OfWorker of(WorkerEndpointConfig endpoint) {
            Duration whole = endpoint.timeout();
            long margin = endpoint.socketPath() == null ? 0 : AnswerMargin.nanosOf(whole.toNanos());
            return new OfWorker(whole, whole.minusNanos(margin));
        }

        private OfWorker orLess(OfWorker other) {
            return other.entries.compareTo(entries) < 0 ? other : this;
        }
    }

    /** Returns the times that the configuration sets; of replicas with different times, the shortest. */
    public static CallTimes of(KernelConfig kernel) {
        Map<String, OfWorker> calls = new HashMap<>();
        kernel.workers().forEach(worker -> calls.merge(worker.name(), OfWorker.of(worker), OfWorker::orLess));
        return new CallTimes(kernel.limits().phaseTimeout(), calls);
    }

    /** Returns the times of calls to a worker, or null if the worker is not configured. */
    @Nullable
    OfWorker of(String worker) {
        return calls.get(worker);
    }
}
