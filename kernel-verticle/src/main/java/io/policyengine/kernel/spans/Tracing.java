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

/** The tracing of a kernel: the sampling of exchanges and the export of their spans. Thread-safe. */
public final class Tracing implements ExchangeObservers {
    /** An odd number whose multiples are far from each other. */
    private static final long STEP = 0x9e3779b97f4a7c15L;

    private static final Duration END_WITHIN = Duration.ofSeconds(2);

    private final AtomicLong seed;
    private final SpanCounts counts = new SpanCounts();
    /** Null while nothing is sent. */
    private final AtomicReference<@Nullable SpanExport> export = new AtomicReference<>();

    /**
     * The tracing of a kernel, which sends nothing before {@link #apply}.
     *
     * @param seed of the ids that it makes; another one in each process
     */
    public Tracing(long seed) {
        this.seed = new AtomicLong(seed);
    }

    /** The tracing of a kernel that sends nothing. */
    public static Tracing none() {
        return new Tracing(0);
    }

    /** Puts these settings into force: another receiver gets what comes from now on, the one before gets what waits for it. */
    public void apply(TracingConfig config) {
        SpanExport now = export.get();
        boolean same = now == null ? !config.enabled() : now.config().equals(config);
        if (!same) {
            SpanExport next = config.enabled() ? new SpanExport(config, counts) : null;
            end(export.getAndSet(next));
        }
    }

    /** Makes spans of the exchanges that are over and kept. */
    @Override
    public List<ExchangeObserver> onLoop(Vertx vertx) {
        return List.of(new ExchangeSpans(export::get));
    }

    /** The decisions about the exchanges of one event loop, by these settings. */
    public HeadSampling sampling(TracingConfig config) {
        return new HeadSampling(config, new SplittableRandom(seed.addAndGet(STEP)));
    }

    /** The numbers of spans that were sent and dropped. */
    public SpanCounts counts() {
        return counts;
    }

    /** Sends what waits, and ends; completes when that is over, or has taken two seconds. */
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
