package io.policyengine.kernel.spans;

import io.policyengine.core.config.TracingConfig;
import io.policyengine.core.trace.SpanCounts;
import io.policyengine.core.trace.SpanExport;
import io.policyengine.kernel.recorder.ExchangeObserver;
import io.policyengine.kernel.recorder.ExchangeObservers;
import io.policyengine.kernel.trace.HeadSampling;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Samples a kernel's exchanges and exports their spans. Thread-safe. */
public final class Tracing implements ExchangeObservers {
    /** The step between ids: an odd number whose multiples are far apart. */
    private static final long STEP = 0x9e3779b97f4a7c15L;

    private static final Duration END_WITHIN = Duration.ofSeconds(2);

    private final AtomicLong seed;
    private final SpanCounts counts = new SpanCounts();
    /** The exporter; null while tracing is off. */
    private final AtomicReference<@Nullable SpanExport> export = new AtomicReference<>();

    /**
     * Creates the tracing of a kernel, which exports nothing before {@link #apply}.
     *
     * @param seed the seed of the ids; must differ between processes
     */
    public Tracing(long seed) {
        this.seed = new AtomicLong(seed);
    }

    /** Returns a tracing that exports nothing. */
    public static Tracing none() {
        return new Tracing(0);
    }

    /**
     * Applies the settings. New spans go to the configured receiver. Spans that are pending for a replaced receiver are
     * still sent to that one.
     */
    public void apply(TracingConfig config) {
        SpanExport now = export.get();
        boolean same = now == null ? !config.enabled() : now.config().equals(config);
        if (!same) {
            SpanExport next = config.enabled() ? new SpanExport(config, counts) : null;
            end(export.getAndSet(next));
        }
    }

    @Override
    public List<ExchangeObserver> onLoop(Vertx vertx) {
        return List.of(new ExchangeSpans(export::get));
    }

    public HeadSampling sampling(TracingConfig config) {
        return new HeadSampling(config, new SplittableRandom(seed.addAndGet(STEP)));
    }

    public SpanCounts counts() {
        return counts;
    }

    /** Exports the pending spans and ends. Completes after two seconds at the latest. */
    public Future<Void> close() {
        return end(export.getAndSet(null))
                .timeout(END_WITHIN.toMillis(), TimeUnit.MILLISECONDS)
                .otherwiseEmpty();
    }

    private static Future<Void> end(@Nullable SpanExport ended) {
        if (ended == null) {
            return Future.succeededFuture();
        }
        Promise<Void> over = Promise.promise();
        ended.end(over::complete);
        return over.future();
    }
}
