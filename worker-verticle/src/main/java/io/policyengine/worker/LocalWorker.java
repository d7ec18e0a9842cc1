package io.policyengine.worker;

import io.micrometer.core.instrument.MeterRegistry;
import io.policyengine.core.async.Alarm;
import io.policyengine.core.capacity.Capacity;
import io.policyengine.core.config.files.ReadableFiles;
import io.policyengine.core.time.Ticker;
import io.policyengine.core.vertx.Contexts;
import io.policyengine.core.work.executor.Executor;
import io.policyengine.core.worker.ChainSpec;
import io.policyengine.core.worker.EntryAnswer;
import io.policyengine.core.worker.PolicyQuestion;
import io.policyengine.core.worker.PreparedChain;
import io.policyengine.core.worker.ProtocolVersion;
import io.policyengine.core.worker.WorkerControl;
import io.policyengine.core.worker.WorkerDescription;
import io.policyengine.core.worker.WorkerException;
import io.policyengine.core.worker.WorkerHealth;
import io.policyengine.core.worker.WorkerLoad;
import io.policyengine.worker.callout.CalloutTargets;
import io.policyengine.worker.environment.WorkerResources;
import io.policyengine.worker.sink.Sinks;
import io.policyengine.worker.store.Stores;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** A worker in this process, embedded or behind a server. Thread-safe; calls are made through {@link #link}. */
public final class LocalWorker implements WorkerControl {
    private final Vertx vertx;
    private final WorkerOptions options;
    private final WorkerDescription description;
    private final Ticker ticker;
    private final WorkerResources resources;
    private final WorkerMetrics metrics;
    private final Executor work;
    private final ShadowDenials shadowDenials = new ShadowDenials();
    private final PreparedChains chains;
    private final PolicyRegistry registry;
    private final List<LocalLink> links = new CopyOnWriteArrayList<>();
    /** The calls that are in progress. */
    private final Capacity underWay;

    private volatile boolean draining;

    /** Creates a worker with the system's clocks and the process's threads for work off the event loops. */
    public LocalWorker(Vertx vertx, WorkerOptions options, PolicyRegistry registry, MeterRegistry meters) {
        this(vertx, options, registry, meters, InstantSource.system(), Ticker.SYSTEM);
    }

    /** Creates a worker with these clocks and the process's threads for work off the event loops. */
    public LocalWorker(
            Vertx vertx,
            WorkerOptions options,
            PolicyRegistry registry,
            MeterRegistry meters,
            InstantSource clock,
            Ticker ticker) {
        this(vertx, options, registry, meters, clock, ticker, Executor.ofProcess(meters));
    }

    /** Creates a worker with these clocks and these threads for work off the event loops. */
    public LocalWorker(
            Vertx vertx,
            WorkerOptions options,
            PolicyRegistry registry,
            MeterRegistry meters,
            InstantSource clock,
            Ticker ticker,
            Executor work) {
        this(vertx, options, registry, meters, clock, ticker, work, Alarm.of(vertx));
    }

    /** Creates a worker that limits the wait for prepared chains with this alarm. */
    LocalWorker(
            Vertx vertx,
            WorkerOptions options,
            PolicyRegistry registry,
            MeterRegistry meters,
            InstantSource clock,
            Ticker ticker,
            Executor work,
            Alarm alarm) {
        this.vertx = vertx;
        this.options = options;
        this.underWay = new Capacity(options.maxConcurrentRequests());
        this.ticker = ticker;
        this.work = work;
        this.registry = registry;
        CalloutTargets targets = new CalloutTargets(vertx, ticker, options.targets(), meters);
        this.resources = new WorkerResources(
                vertx,
                clock,
                ticker,
                new ReadableFiles(options.confDirectory(), options.secrets()),
                work,
                new WorkerResources.Destinations(
                        targets,
                        new Stores(vertx, ticker, options.stores(), meters),
                        new Sinks(clock, ticker, options.confDirectory(), options.sinks(), targets, meters)),
                meters);
        this.metrics = new WorkerMetrics(meters);
        this.chains = new PreparedChains(
                vertx,
                alarm,
                new ChainBinder(options, registry, resources, metrics, shadowDenials, ticker),
                options.name());
        this.description = new WorkerDescription(
                options.name(),
                options.version(),
                ProtocolVersion.CURRENT,
                options.limits().maxBodySize(),
                options.limits().maxStateSize(),
                List.copyOf(registry.declared(options.policySettings())));
    }

    /** Creates a link for the current event loop. The link's futures complete on this event loop. */
    public LocalLink link() {
        LocalLink link = new LocalLink(vertx, this);
        links.add(link);
        return link;
    }

    @Override
    public Future<WorkerDescription> describe() {
        return Future.succeededFuture(description);
    }

    @Override
    public Future<WorkerHealth> checkHealth() {
        return Future.succeededFuture(health());
    }

    @Override
    public Future<List<PreparedChain>> prepare(long generation, List<ChainSpec> specs) {
        // The stores answer on event loops of their own.
        Promise<List<PreparedChain>> here = Contexts.promise(vertx.getOrCreateContext());
        chains.prepare(specs)
                .compose(prepared -> resources.warmUp().map(prepared))
                .onComplete(here);
        return here.future();
    }

    /** Prepares chains only to check them, with a longer time limit than {@link #prepare}. Connects to no server. */
    public Future<List<PreparedChain>> check(List<ChainSpec> specs) {
        return chains.check(specs);
    }

    @Override
    public Future<List<EntryAnswer>> ask(PolicyQuestion question) {
        return question.question().about().equals(PolicyQuestion.SHADOW_DENIALS)
                ? Future.succeededFuture(shadowDenials.answer(question))
                : chains.ask(question);
    }

    @Override
    public Future<Void> release(List<Long> chainIds) {
        return chains.release(chainIds);
    }

    /** Returns whether the worker accepts calls, and which of its policies are unhealthy. */
    public WorkerHealth health() {
        return health(0, Duration.ZERO);
    }

    /**
     * Returns the health of the worker behind a server.
     *
     * @param waitingCalls number of calls that wait for an event loop
     * @param callWait time that the most recently begun call had waited
     */
    public WorkerHealth health(int waitingCalls, Duration callWait) {
        WorkerLoad load = new WorkerLoad(waitingCalls, callWait, work.queued(), work.lastWait());
        // A worker without free slots refuses calls, but is healthy.
        String problem = draining ? "the worker is shutting down" : "";
        return new WorkerHealth(!draining, problem, chains.unhealthyPolicies(), load);
    }

    /** Returns whether the worker is draining or closed. */
    public boolean isDraining() {
        return draining;
    }

    /** Returns the policy that is running on the thread of an event loop, or null if unknown. Thread-safe. */
    public @Nullable RunningPolicy runningOn(Thread loop, StackTraceElement[] stack) {
        for (LocalLink link : links) {
            RunningPolicy running = link.runningOn(loop);
            if (running != null) {
                return running;
            }
        }
        String owner = registry.ownerOf(stack);
        return owner == null ? null : new RunningPolicy(owner, null);
    }

    /** Begins to drain the worker. It then reports that it accepts no calls, but still runs calls that arrive. */
    public void beginDraining() {
        draining = true;
    }

    public WorkerOptions options() {
        return options;
    }

    /** Returns the clock that measures the deadlines of calls. */
    public Ticker ticker() {
        return ticker;
    }

    public int preparedChains() {
        return chains.size();
    }

    /** Returns the number of states that the worker's policies keep. */
    public int heldStates() {
        return resources.stateCount();
    }

    /** Releases all chains and resources. */
    public Future<Void> close() {
        draining = true;
        return chains.close().eventually(resources::close);
    }

    PreparedChains chains() {
        return chains;
    }

    WorkerMetrics metrics() {
        return metrics;
    }

    /** Reserves a slot for a call; {@code end} releases it. Returns false if no slot is free. */
    boolean begin() {
        return underWay.tryTake(1);
    }

    WorkerException overloaded() {
        return new WorkerException(
                WorkerException.Kind.OVERLOADED, "more than " + options.maxConcurrentRequests() + " calls are running");
    }

    void end() {
        underWay.give(1);
    }
}
