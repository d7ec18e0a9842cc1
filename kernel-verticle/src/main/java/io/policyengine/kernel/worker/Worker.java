package io.policyengine.kernel.worker;

import io.policyengine.core.config.WorkerEndpointConfig;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/**
 * A worker as the plans of routes use it: its name, the settings of its calls, and its available replicas. Shared by
 * all event loops. A change of its settings creates another object.
 */
public final class Worker {
    private final String name;
    private final Duration timeout;
    private final CallLimits limits;
    private final int maxAttempts;
    private final Duration backoff;
    private final boolean failOpen;
    private final Affinity affinity;
    private final Consumer<Replica> doubts;

    private final LongAdder inFlight = new LongAdder();
    private volatile Callable callable = new Callable(List.of(), Map.of());

    /**
     * The available replicas.
     *
     * @param all the replicas for chains that all of them accept
     * @param some by chain id, the replicas for chains that only some replicas have prepared and accept
     */
    private record Callable(List<Replica> all, Map<Long, List<Replica>> some) {}

    /**
     * Creates a worker without available replicas.
     *
     * @param timeout the timeout of a call
     * @param limits the limits of calls
     * @param maxAttempts maximum attempts of a call; two are always allowed if another replica is available. A call is
     *     repeated only if it has certainly not begun, and at the same replica only if there was no connection
     * @param backoff pause between attempts
     * @param failOpen whether entries without their own rule are skipped while the worker is unavailable
     * @param affinity the selection of an exchange's replica
     * @param doubts receives replicas that left a call unanswered, on any event loop
     */
    public Worker(
            String name,
            Duration timeout,
            CallLimits limits,
            int maxAttempts,
            Duration backoff,
            boolean failOpen,
            Affinity affinity,
            Consumer<Replica> doubts) {
        this.name = name;
        this.timeout = timeout;
        this.limits = limits;
        this.maxAttempts = maxAttempts;
        this.backoff = backoff;
        this.failOpen = failOpen;
        this.affinity = affinity;
        this.doubts = doubts;
    }

    public static Worker of(WorkerEndpointConfig config, Consumer<Replica> doubts) {
        return new Worker(
                config.name(),
                config.timeout(),
                limits(config),
                config.retry().maxAttempts(),
                config.retry().backoff(),
                config.failOpen(),
                Affinity.of(config.affinity()),
                doubts);
    }

    private static CallLimits limits(WorkerEndpointConfig config) {
        return new CallLimits(config.maxCalls(), config.adaptive().enabled());
    }

    /** Returns whether this worker has the same settings as the given configuration. */
    public boolean hasSettingsOf(WorkerEndpointConfig config) {
        return name.equals(config.name())
                && timeout.equals(config.timeout())
                && limits.equals(limits(config))
                && maxAttempts == config.retry().maxAttempts()
                && backoff.equals(config.retry().backoff())
                && failOpen == config.failOpen()
                && affinity.equals(Affinity.of(config.affinity()));
    }

    public String name() {
        return name;
    }

    public Duration timeout() {
        return timeout;
    }

    public CallLimits limits() {
        return limits;
    }

    public int maxAttempts() {
        return maxAttempts;
    }

    /** Returns the pause before another attempt at the same replica. */
    public Duration backoff() {
        return backoff;
    }

    /** Returns whether entries without their own rule are skipped while the worker is unavailable. */
    public boolean failOpen() {
        return failOpen;
    }

    public Affinity affinity() {
        return affinity;
    }

    public boolean isAvailable() {
        return !callable.all().isEmpty();
    }

    /** Returns the available replicas. Some may not accept every chain. */
    public List<Replica> available() {
        return callable.all();
    }

    List<Replica> available(long chain) {
        Callable now = callable;
        return now.some().isEmpty() ? now.all() : now.some().getOrDefault(chain, now.all());
    }

    /** Reports that a replica of this worker left a call unanswered. */
    public void doubt(Replica replica) {
        doubts.accept(replica);
    }

    public void began() {
        inFlight.increment();
    }

    public void ended() {
        inFlight.decrement();
    }

    /** Returns the number of calls in flight on all event loops. Thread-safe. */
    public long inFlight() {
        return inFlight.sum();
    }

    /** Returns how many calls to the available replicas the adaptive limits allow; 0 without a limit. Thread-safe. */
    public int adaptiveLimit() {
        return available().stream().mapToInt(replica -> replica.load().limit()).sum();
    }

    /** Sets the available replicas, which are the same for every chain. */
    public void publish(List<Replica> replicas) {
        publish(replicas, Map.of());
    }

    /**
     * Sets the available replicas, in general and for single chains. Called only by the registry.
     *
     * @param some by chain id, the replicas for chains that not all replicas have prepared and accept
     */
    public void publish(List<Replica> replicas, Map<Long, List<Replica>> some) {
        callable = new Callable(List.copyOf(replicas), Map.copyOf(some));
    }

    @Override
    public String toString() {
        return name;
    }
}
