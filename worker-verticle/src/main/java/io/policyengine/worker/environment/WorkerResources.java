package io.policyengine.worker.environment;

import io.micrometer.core.instrument.MeterRegistry;
import io.policyengine.core.capacity.Capacity;
import io.policyengine.core.config.files.ReadableFiles;
import io.policyengine.core.memory.MemoryPlan;
import io.policyengine.core.time.Ticker;
import io.policyengine.core.work.executor.Executor;
import io.policyengine.worker.callout.CalloutTargets;
import io.policyengine.worker.sink.Sinks;
import io.policyengine.worker.store.Stores;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.InstantSource;

/**
 * The resources that a worker's entries share: targets, stores, sinks, watched files, and states that outlive a reload.
 */
public final class WorkerResources {
    private final Vertx vertx;
    private final InstantSource clock;
    private final Ticker ticker;
    private final Destinations destinations;
    private final LocalStores localStores;
    /** The files that policies read, within a budget of bytes. */
    private final SharedFiles files;

    private final CacheMeters cacheMeters;
    private final ExchangeValueMeters exchangeMeters;
    private final Executor work;
    private final NamedStates states = new NamedStates(MemoryPlan.HERE.maxStateBytes());

    public record Destinations(CalloutTargets targets, Stores stores, Sinks sinks) {}

    /**
     * Creates the resources of a worker. {@link #close} closes all of them, except for the threads.
     *
     * @param work threads of the process for work off the event loops
     * @param destinations targets, stores and sinks
     * @param meters registry of the policies' caches
     */
    public WorkerResources(
            Vertx vertx,
            InstantSource clock,
            Ticker ticker,
            ReadableFiles readable,
            Executor work,
            Destinations destinations,
            MeterRegistry meters) {
        this(vertx, clock, ticker, new FileReader(readable), work, destinations, meters);
    }

    WorkerResources(
            Vertx vertx,
            InstantSource clock,
            Ticker ticker,
            FileReader reader,
            Executor work,
            Destinations destinations,
            MeterRegistry meters) {
        this.vertx = vertx;
        this.clock = clock;
        this.ticker = ticker;
        this.destinations = destinations;
        this.localStores = new LocalStores(
                MemoryPlan.HERE.maxLocalStoreBytes(), clock, ticker, new LocalStoreMeters(meters, ticker)::of);
        this.cacheMeters = new CacheMeters(meters);
        this.exchangeMeters = new ExchangeValueMeters(meters);
        this.work = work;
        this.files = new SharedFiles(vertx, reader, new Capacity(FileReader.MAX_OF_ALL));
    }

    /**
     * Creates the environment of one entry of a prepared chain.
     *
     * @param timeout time limit of one run of the entry
     * @param maxBodyBytes maximum size of a body that the entry sets
     */
    public WorkerEnvironment environmentOf(
            String route, String entry, String policy, Duration timeout, long maxBodyBytes) {
        return environmentOf(route, entry, policy, timeout, maxBodyBytes, "");
    }

    /**
     * Creates the environment of an entry.
     *
     * @param passedDigest the digest of the entries that responses pass before the entry stores them; empty if unknown
     */
    public WorkerEnvironment environmentOf(
            String route, String entry, String policy, Duration timeout, long maxBodyBytes, String passedDigest) {
        return new WorkerEnvironment(this, route, entry, policy, timeout, maxBodyBytes, passedDigest);
    }

    /** Returns the number of states of all policies. */
    public int stateCount() {
        return states.size();
    }

    /** Releases all resources. Sinks first deliver their queued records, within a bounded time. */
    public Future<Void> close() {
        files.close();
        destinations.stores().close();
        return destinations.sinks().close().eventually(destinations.targets()::close);
    }

    Vertx vertx() {
        return vertx;
    }

    InstantSource clock() {
        return clock;
    }

    Ticker ticker() {
        return ticker;
    }

    CalloutTargets targets() {
        return destinations.targets();
    }

    /**
     * Returns a future that completes once the stores in use are warmed up, or their warm-up has failed. The future
     * never fails.
     */
    public Future<Void> warmUp() {
        return stores().warmUp();
    }

    Stores stores() {
        return destinations.stores();
    }

    Sinks sinks() {
        return destinations.sinks();
    }

    LocalStores localStores() {
        return localStores;
    }

    SharedFiles files() {
        return files;
    }

    CacheMeters cacheMeters() {
        return cacheMeters;
    }

    ExchangeValueMeters exchangeMeters() {
        return exchangeMeters;
    }

    Executor work() {
        return work;
    }

    NamedStates states() {
        return states;
    }
}
