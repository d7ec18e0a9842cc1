package io.policyengine.policies.traffic.concurrencylimit;

import io.policyengine.core.policy.ExchangeEnd;
import io.policyengine.core.time.Ticker;
import java.util.Arrays;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * A concurrency limit that adapts to the latency of passed requests. At the end of each window, it compares the median
 * of the window's last latencies, at most {@value #KEPT}, with the latency without a queue. The latter is estimated
 * from the lowest medians.
 *
 * <p>The target is the limit times a factor, plus the square root of the limit. The factor is 1; if the latency exceeds
 * the tolerance, it is proportionally smaller. The limit moves a fifth of the way to the target, but grows only if at
 * least half of it was in use. If the upstream timed out, the limit shrinks by a tenth instead.
 *
 * <p>It holds the start time of each running request. Thread-safe: one thread at a time ends a window, without blocking
 * others.
 */
final class AdaptiveLimit {
    /** Minimum number of latencies at which a window of an adaptive limit ends; with fewer, the window continues. */
    static final int MIN = 10;

    /** Maximum number of latencies that an adaptive limit keeps; a new one replaces the oldest. */
    static final int KEPT = 64;

    /**
     * Lower bound of the factor by which a higher latency reduces the target of an adaptive limit. In each window the
     * limit moves a fifth of the way to its target.
     */
    private static final double MAX_AT_ONCE = 0.5;

    private static final double SMOOTHING = 0.2;
    private static final double AFTER_TIMEOUT = 0.9;

    /**
     * The fraction of the difference by which {@link #unqueued} approaches a higher median in each window. So it adapts
     * within about a thousand windows.
     */
    private static final double DRIFT = 0.001;

    private static final int GATEWAY_TIMEOUT = 504;
    private static final int SERVER_ERRORS = 500;

    private final AdaptiveBounds bounds;
    private final Ticker ticker;
    private final ConcurrentHashMap<Long, Long> begun = new ConcurrentHashMap<>();
    private final AtomicLongArray latencies = new AtomicLongArray(KEPT);
    private final AtomicInteger count = new AtomicInteger();
    private final AtomicBoolean ending = new AtomicBoolean();
    private volatile boolean wasUsed;
    private volatile boolean hadTimeout;
    private volatile long windowEnd;
    private volatile double limit;

    /** The estimated latency without a queue. Only the thread that is {@link #ending} a window writes it. */
    private volatile double unqueued;

    AdaptiveLimit(AdaptiveBounds bounds, Ticker ticker) {
        this.bounds = bounds;
        this.ticker = ticker;
        this.limit = bounds.initial();
        this.windowEnd = ticker.nanoTime() + bounds.window().toNanos();
    }

    int current() {
        return (int) limit;
    }

    /**
     * Records a request that passes.
     *
     * @param underWay running requests of its key, including this one
     */
    void begin(long exchange, int underWay) {
        begun.put(exchange, ticker.nanoTime());
        if (underWay * 2 >= current()) {
            wasUsed = true;
        }
    }

    /**
     * Records the end of a request whose beginning was recorded. If the upstream answered successfully, its latency is
     * used.
     */
    void end(ExchangeEnd end) {
        Long since = begun.remove(end.exchangeId());
        if (since == null || end.deniedBy() != null) {
            return;
        }
        long now = ticker.nanoTime();
        if (end.status() == GATEWAY_TIMEOUT) {
            hadTimeout = true;
        } else if (!end.aborted() && end.status() > 0 && end.status() < SERVER_ERRORS) {
            latencies.set(Math.floorMod(count.getAndIncrement(), KEPT), now - since);
        }
        boolean isDue = now - windowEnd >= 0 && (hadTimeout || count.get() >= MIN);
        if (isDue && ending.compareAndSet(false, true)) {
            try {
                endWindow();
            } finally {
                windowEnd = now + bounds.window().toNanos();
                ending.set(false);
            }
        }
    }

    private void endWindow() {
        int samples = Math.min(count.getAndSet(0), KEPT);
        boolean timedOut = hadTimeout;
        boolean used = wasUsed;
        hadTimeout = false;
        wasUsed = false;
        if (timedOut) {
            set(limit * AFTER_TIMEOUT);
        } else if (samples >= MIN) {
            follow((double) Math.max(1, median(samples)), used);
        }
    }

    private void follow(double latency, boolean used) {
        double before = unqueued;
        unqueued =
                before == 0 ? latency : latency < before ? (latency + before) / 2 : before + (latency - before) * DRIFT;
        double gradient = Math.clamp(bounds.tolerance() * unqueued / latency, MAX_AT_ONCE, 1);
        double wanted = limit * gradient + Math.sqrt(limit);
        if (used || wanted < limit) {
            set(limit + SMOOTHING * (wanted - limit));
        }
    }

    private void set(double changed) {
        limit = Math.clamp(changed, bounds.min(), bounds.max());
    }

    private long median(int samples) {
        long[] sorted = new long[samples];
        for (int i = 0; i < samples; i++) {
            sorted[i] = latencies.get(i);
        }
        Arrays.sort(sorted);
        return sorted[samples / 2];
    }

    int underWay() {
        return begun.size();
    }
}
