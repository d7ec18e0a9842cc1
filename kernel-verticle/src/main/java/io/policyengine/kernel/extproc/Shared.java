package io.policyengine.kernel.extproc;

import io.policyengine.core.config.LimitsConfig;
import io.policyengine.core.time.Ticker;
import io.policyengine.kernel.generation.Generations;
import io.policyengine.kernel.grpc.ByteBudget;
import io.policyengine.kernel.metrics.KernelMeters;
import io.policyengine.kernel.metrics.RouteMeters;
import io.policyengine.kernel.plan.BodyUse;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/** What all exchanges of a kernel share, on whatever event loop. */
public final class Shared {
    private final Generations generations;
    private final Ticker ticker;
    private final Supplier<String> freshIds;
    private final ExchangeMeters meters;
    private final RouteMeters unknownRoute;
    private final ExchangeLog log;
    private final ByteBudget budget;
    private final Map<BodyUse, OverrideTrust> requestTrust = new EnumMap<>(BodyUse.class);
    private final Map<BodyUse, OverrideTrust> responseTrust = new EnumMap<>(BodyUse.class);
    private final Map<BodyUse, OverrideTrust> requestTrailerTrust = new EnumMap<>(BodyUse.class);
    private final Map<BodyUse, OverrideTrust> responseTrailerTrust = new EnumMap<>(BodyUse.class);
    private final AtomicInteger active = new AtomicInteger();
    private final AtomicLong nextExchangeId;

    /**
     * The shared part of a kernel.
     *
     * @param freshIds makes request ids
     * @param firstExchangeId beyond those of kernels that ran before, whose ends workers may still hear of
     */
    public Shared(
            LimitsConfig limits,
            Generations generations,
            Ticker ticker,
            Supplier<String> freshIds,
            long firstExchangeId,
            KernelMeters meters) {
        this.generations = generations;
        this.ticker = ticker;
        this.freshIds = freshIds;
        this.nextExchangeId = new AtomicLong(firstExchangeId);
        this.meters = new ExchangeMeters(meters);
        this.unknownRoute = meters.route(KernelMeters.UNKNOWN_ROUTE, 0, 0);
        this.log = new ExchangeLog(ticker);
        for (BodyUse use : BodyUse.values()) {
            requestTrust.put(use, new OverrideTrust(ticker));
            responseTrust.put(use, new OverrideTrust(ticker));
            requestTrailerTrust.put(use, new OverrideTrust(ticker));
            responseTrailerTrust.put(use, new OverrideTrust(ticker));
        }
        this.budget = new ByteBudget(limits.maxBufferedBytes());
    }

    /** Puts limits of the whole process into force. */
    public void apply(LimitsConfig limits) {
        budget.resize(limits.maxBufferedBytes());
    }

    Generations generations() {
        return generations;
    }

    Ticker ticker() {
        return ticker;
    }

    Supplier<String> freshIds() {
        return freshIds;
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

    ByteBudget budget() {
        return budget;
    }

    /** Whether Envoy honours overrides that ask for this body. */
    OverrideTrust overrideTrust(boolean request, BodyUse use) {
        return Objects.requireNonNull((request ? requestTrust : responseTrust).get(use));
    }

    /** Whether Envoy honours overrides that ask for trailers after a body that it sends by itself. */
    OverrideTrust trailerTrust(boolean request, BodyUse use) {
        return Objects.requireNonNull((request ? requestTrailerTrust : responseTrailerTrust).get(use));
    }

    long nextExchangeId() {
        return nextExchangeId.getAndIncrement();
    }

    /** Takes a place for an exchange; false if so many are under way. */
    boolean enter(int most) {
        if (active.incrementAndGet() <= most) {
            return true;
        }
        active.decrementAndGet();
        return false;
    }

    void leave() {
        active.decrementAndGet();
    }

    /** Bytes that messages hold of {@code limits.max_buffered_bytes}. */
    public long bufferedBytes() {
        return budget.taken();
    }

    /** Exchanges under way. */
    public int active() {
        return active.get();
    }
}
