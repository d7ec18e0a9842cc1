package io.policyengine.kernel.worker;

import io.policyengine.core.config.WorkerEndpointConfig;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/**
 * A worker as plans know it: a name, how to call it, and the replicas that can be called now. Shared by all event loops. A change
 * of its settings makes another one.
 */
public final class Worker {
    private final String name;
    private final Duration timeout;
    private final int maxCalls;
    private final int maxAttempts;
    private final Duration backoff;
    private final boolean failOpen;
    private final Affinity affinity;
    private final Consumer<Replica> doubts;

    private final LongAdder inFlight = new LongAdder();
    private volatile Callable callable = new Callable(List.of(), Map.of());

    /**
     * The replicas that can be called.
     *
     * @param all for chains that each of them takes
     * @param some for chains that not all of them have prepared and take, by id
     */
    private record Callable(List<Replica> all, Map<Long, List<Replica>> some) {}

    /**
     * Creates a worker without available replicas.
     *
     * @param timeout of a call
     * @param maxCalls limit of calls in flight per replica
     * @param maxAttempts of a call, for connection failures before it can have begun
     * @param backoff between attempts
     * @param failOpen whether entries without their own rule are skipped while it is unavailable
     * @param affinity the selection of an exchange's replica
     * @param doubts receives replicas that left a call unanswered, on any event loop
     */
    public Worker(
            String name,
            Duration timeout,
            int maxCalls,
            int maxAttempts,
            Duration backoff,
            boolean failOpen,
            Affinity affinity,
            Consumer<Replica> doubts) {
        this.name = name;
        this.timeout = timeout;
        this.maxCalls = maxCalls;
        this.maxAttempts = maxAttempts;
        this.backoff = backoff;
        this.failOpen = failOpen;
        this.affinity = affinity;
        this.doubts = doubts;
    }

    /** A worker as the configuration says. */
    public static Worker of(WorkerEndpointConfig config, Consumer<Replica> doubts) {
        return new Worker(
                config.name(),
                config.timeout(),
                config.maxCalls(),
                config.retry().maxAttempts(),
                config.retry().backoff(),
                config.failOpen(),
                Affinity.of(config.affinity()),
                doubts);
    }

    /** True if it is called as this configuration says. */
    public boolean hasSettingsOf(WorkerEndpointConfig config) {
        return name.equals(config.name())
                && timeout.equals(config.timeout())
                && maxCalls == config.maxCalls()
                && maxAttempts == config.retry().maxAttempts()
                && backoff.equals(config.retry().backoff())
                && failOpen == config.failOpen()
                && affinity.equals(Affinity.of(config.affinity()));
    }

    /** The configured name. */
    public String name() {
        return name;
    }

    /** The most time that one call may take. */
    public Duration timeout() {
        return timeout;
    }

    /** The limit of calls in flight per replica. */
    public int maxCalls() {
        return maxCalls;
    }

    /** The maximum number of attempts of a call. */
    public int maxAttempts() {
        return maxAttempts;
    }

    /** The pause before a call is tried again at the same replica. */
    public Duration backoff() {
        return backoff;
    }

    /** True if entries that do not say otherwise are passed over when it cannot be called. */
    public boolean failOpen() {
        return failOpen;
    }

    /** The rule by which one of its replicas serves an exchange. */
    public Affinity affinity() {
        return affinity;
    }

    /** True if a replica can be called. */
    public boolean isAvailable() {
        return !callable.all().isEmpty();
    }

    /** The replicas that can be called, though perhaps not for every chain. */
    public List<Replica> available() {
        return callable.all();
    }

    /** The replicas that can be called for a chain. */
    List<Replica> available(long chain) {
        Callable now = callable;
        return now.some().isEmpty() ? now.all() : now.some().getOrDefault(chain, now.all());
    }

    /** A call to this replica was not answered in time. */
    public void doubt(Replica replica) {
        doubts.accept(replica);
    }

    /** Adds a call in flight. */
    public void began() {
        inFlight.increment();
    }

    /** A call is over. */
    public void ended() {
        inFlight.decrement();
    }

    /** The number of calls in flight on all event loops. Thread-safe. */
    public long inFlight() {
        return inFlight.sum();
    }

    /** Sets the available replicas, the same for every chain. */
    public void publish(List<Replica> replicas) {
        publish(replicas, Map.of());
    }

    /**
     * Sets the available replicas. Called only by the registry.
     *
     * @param some the replicas of chains that not all of them have prepared and accept, by id
     */
    public void publish(List<Replica> replicas, Map<Long, List<Replica>> some) {
        callable = new Callable(List.copyOf(replicas), Map.copyOf(some));
    }

    @Override
    public String toString() {
        return name;
    }
}
