package io.policyengine.policies.traffic.ratelimit;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.policyengine.core.time.Ticker;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Token buckets by key (generic cell rate algorithm). A bucket is one number: the time at which it will be full again.
 * The buckets are exact under concurrency, since a compare-and-set on this number decides each request.
 *
 * <p>A bucket that is not used until it is full can be removed without effect. Beyond the maximum number of keys, the
 * least frequently used keys are evicted. So in a flood of new keys, the new keys evict each other, not a busy key. If
 * an evicted key is used again, its bucket is full.
 */
final class TokenBuckets {
    /**
     * Additional lifetime of a bucket: the cache records at most one access per second, and could otherwise evict the
     * bucket too early.
     */
    private static final Duration SLACK = Duration.ofSeconds(2);

    private static final double NANOS_PER_SECOND = 1e9;

    private final Ticker ticker;
    private final long origin;
    /** Nanoseconds per token, rounded up so that the rate is never exceeded. */
    private final long interval;

    private final long capacity;
    private final Cache<String, AtomicLong> fullAt;

    TokenBuckets(double requestsPerSecond, int burst, int maxKeys, Ticker ticker) {
        this.ticker = ticker;
        this.origin = ticker.nanoTime();
        this.interval = (long) Math.ceil(NANOS_PER_SECOND / requestsPerSecond);
        this.capacity = interval * burst;
        this.fullAt = Caffeine.newBuilder()
                .maximumSize(maxKeys)
                .expireAfterAccess(Duration.ofNanos(capacity).plus(SLACK))
                .executor(Runnable::run)
                .ticker(ticker::nanoTime)
                .build();
    }

    /**
     * Takes a token from the bucket of a key and returns 0; if it has none, returns the nanoseconds until its next
     * token.
     */
    long take(String key) {
        long now = ticker.nanoTime() - origin;
        AtomicLong bucket = bucket(key, now);
        while (true) {
            long before = bucket.get();
            long after = Math.max(before, now) + interval;
            long missing = after - now - capacity;
            if (missing > 0) {
                return missing;
            }
            if (bucket.compareAndSet(before, after)) {
                return 0;
            }
        }
    }

    long size() {
        fullAt.cleanUp();
        return fullAt.estimatedSize();
    }

    private AtomicLong bucket(String key, long now) {
        AtomicLong bucket = fullAt.getIfPresent(key);
        return bucket != null ? bucket : fullAt.get(key, _ -> new AtomicLong(now));
    }
}
