package io.policyengine.kernel.extproc;

import io.policyengine.core.capacity.Capacity;
import io.policyengine.core.config.EngineConfig;
import io.policyengine.core.memory.MemoryPlan;
import io.policyengine.core.time.Ticker;
import io.policyengine.core.work.executor.Executor;
import io.policyengine.kernel.account.Holder;
import io.policyengine.kernel.account.MemoryAccount;
import io.policyengine.kernel.account.Shares;
import io.policyengine.kernel.account.Streams;
import io.policyengine.kernel.generation.Pinned;
import io.policyengine.kernel.metrics.KernelMeters;
import io.policyengine.kernel.metrics.RouteMeters;
import io.policyengine.kernel.overload.LoopLimits;
import io.policyengine.kernel.recorder.ExchangeObservers;
import io.policyengine.kernel.spans.Tracing;
import io.policyengine.kernel.trust.ConnectedReleases;
import io.policyengine.kernel.trust.ConnectionTrust;
import io.policyengine.kernel.trust.IgnoredModeOverrides;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;

/** The context shared by all exchanges of a kernel, on all event loops. */
public final class KernelContext {
    private final Supplier<? extends Pinned> newest;
    private final Effects effects;
    private final Observation observation;
    private final ExchangeMeters meters;
    private final RouteMeters unknownRoute;
    private final ExchangeLog log;
    private final MemoryAccount account;
    private final IgnoredModeOverrides ignoredOverrides;
    private final ConnectedReleases releases = new ConnectedReleases();
    private final Capacity active = Capacity.open();
    private final AtomicLong nextExchangeId;
    private volatile int maxExchanges;
    private final Shares routes = new Shares();
    private final Shares clients = new Shares();
    private final LoopLimits limits;

    /**
     * The outside dependencies of a kernel, which tests can replace.
     *
     * @param clock the clock for the arrival of exchanges
     * @param freshIds creates request ids
     * @param work threads for work off the event loops
     * @param unsentCalls returns the bytes of calls that workers have not read
     */
    public record Effects(
            Ticker ticker, InstantSource clock, Supplier<String> freshIds, Executor work, LongSupplier unsentCalls) {}

    /**
     * The parts of a kernel that observe exchanges.
     *
     * @param observers the observers of completed exchanges
     * @param log the logger of lines about exchanges
     */
    public record Observation(KernelMeters meters, Tracing tracing, ExchangeObservers observers, Logger log) {
        /** Creates the observation of exchanges with Envoy. The standard logger logs these exchanges. */
        public Observation(KernelMeters meters, Tracing tracing, ExchangeObservers observers) {
            this(meters, tracing, observers, ExchangeLog.OF_KERNEL);
        }
    }

    /**
     * Creates the context of a kernel.
     *
     * @param newest pins the generation of new exchanges; called on any event loop
     * @param firstExchangeId greater than the ids of earlier kernels, whose exchanges may not have ended in the workers
     *     yet
     */
    public KernelContext(
            EngineConfig config,
            Supplier<? extends Pinned> newest,
            long firstExchangeId,
            Effects effects,
            Observation observation) {
        KernelMeters meters = observation.meters();
        this.newest = newest;
        this.effects = effects;
        this.observation = observation;
        this.nextExchangeId = new AtomicLong(firstExchangeId);
        this.meters = new ExchangeMeters(meters);
        this.unknownRoute = meters.route(KernelMeters.UNKNOWN_ROUTE, 0, 0);
        this.log = new ExchangeLog(effects.ticker(), observation.log());
        this.ignoredOverrides = new IgnoredModeOverrides(meters);
        this.account = new MemoryAccount(
                config.maxBufferedBytes(), effects.ticker(), effects.unsentCalls(), effects.work()::heldBytes);
        this.maxExchanges = config.kernel().limits().maxExchanges();
        limitStreams(config);
        this.limits = new LoopLimits(meters);
        meters.openExchanges(this::active, () -> maxExchanges);
        meters.bufferedBytes(account::taken, account::capacity);
        for (Holder holder : Holder.values()) {
            meters.heldBytes(holder.label(), () -> account.held(holder));
        }
        meters.shedExchanges(account, MemoryAccount::shedExchanges);
        meters.refusedStreams(account.streams(), Streams::refused);
    }

    /** Applies the configured limits of the whole process, lowered to what its memory permits. */
    public void apply(EngineConfig config) {
        account.resize(config.maxBufferedBytes());
        maxExchanges = config.kernel().limits().maxExchanges();
        limitStreams(config);
    }

    private void limitStreams(EngineConfig config) {
        account.streams().limit(MemoryPlan.HERE.maxStreams(config.values(), maxExchanges));
    }

    /** Makes event loops that use this context refuse most exchanges as overload, to warm up the code of refusals. */
    public void exerciseRefusals() {
        limits.exercise();
    }

    Pinned pin() {
        return newest.get();
    }

    Ticker ticker() {
        return effects.ticker();
    }

    Supplier<String> freshIds() {
        return effects.freshIds();
    }

    ExchangeMeters meters() {
        return meters;
    }

    RouteMeters unknownRoute() {
        return unknownRoute;
    }

    ExchangeLog log() {
        return log;
    }

    Executor work() {
        return effects.work();
    }

    Tracing tracing() {
        return observation.tracing();
    }

    InstantSource clock() {
        return effects.clock();
    }

    ExchangeObservers observers() {
        return observation.observers();
    }

    public MemoryAccount account() {
        return account;
    }

    Shares routes() {
        return routes;
    }

    Shares clients() {
        return clients;
    }

    LoopLimits limits() {
        return limits;
    }

    /** Returns the state of a new connection. The peer is given in human-readable form. */
    ConnectionTrust newTrust(String envoy) {
        return new ConnectionTrust(ignoredOverrides, releases, envoy);
    }

    /** Lets the kernel try mode overrides again although Envoy has ignored some; called after a reload. */
    public void reread() {
        ignoredOverrides.reread();
    }

    /** Returns human-readable remarks on the configuration of connected Envoys. */
    public List<String> remarks() {
        return ignoredOverrides.remarks();
    }

    long nextExchangeId() {
        return nextExchangeId.getAndIncrement();
    }

    /** Takes a slot for an exchange; returns false if {@code max} exchanges are already running. */
    boolean enter(int max) {
        return active.tryTakeWithin(1, max);
    }

    void leave() {
        active.give(1);
    }

    public int active() {
        return (int) active.taken();
    }
}
