package io.policyengine.policies.authentication.hmacsignature;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.policyengine.core.policy.ResizableState;
import io.policyengine.core.time.Ticker;
import io.policyengine.policies.shared.digest.Sha256;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAccumulator;

/**
 * The nonces of accepted signatures, each kept as long as its signature is valid for any entry. No nonce is evicted
 * early: beyond {@code max} nonces in total, or half as many of one owner, new nonces are refused. Each nonce takes
 * about {@value #BYTES_EACH} bytes.
 *
 * <p>Nonces expire by the monotonic clock, signatures by the wall clock. If the wall clock is set back, a signature
 * whose nonce is forgotten may become valid again. So a signature is refused unless it is newer than every signature
 * whose nonce is forgotten. This affects only signatures that have expired for every entry, except after the clock was
 * set back or a new entry permits older signatures.
 */
final class Nonces implements ResizableState {
    /** The outcome of using a nonce. */
    enum Use {
        FIRST,
        /** The nonce was used before, or may have been used and forgotten. */
        AGAIN,
        /** The table is full, so the nonce must be refused. */
        NO_ROOM
    }

    static final int BYTES_EACH = 200;

    private volatile long max;
    private final LongAccumulator maxAge = new LongAccumulator(Long::max, 0);
    private final LongAccumulator leeway = new LongAccumulator(Long::max, 0);
    private final Cache<Sha256, Used> used;
    /** Creation time, in seconds since 1970, of the newest signature whose nonce has been forgotten. */
    private final AtomicLong forgotten = new AtomicLong(Long.MIN_VALUE);

    private final ConcurrentHashMap<String, AtomicInteger> byOwner = new ConcurrentHashMap<>();

    /**
     * A used nonce.
     *
     * @param count the counter of the owner's nonces
     * @param created creation of its signature, in seconds since 1970
     */
    private record Used(AtomicInteger count, long created) {}

    Nonces(int max, Ticker ticker) {
        this.max = max;
        this.used = Caffeine.newBuilder()
                .expireAfterWrite(Duration.ofSeconds(life()))
                .executor(Runnable::run)
                .ticker(ticker::nanoTime)
                // Runs before the nonce is gone for other threads. Nonces are removed by expiry alone.
                .<Sha256, Used>evictionListener((_, nonce, _) -> {
                    if (nonce != null) {
                        forgotten.accumulateAndGet(nonce.created, Math::max);
                        nonce.count.decrementAndGet();
                    }
                })
                .build();
    }

    /**
     * Keeps all nonces, old and new, for as long as an entry with these bounds requires. One entry may accept a
     * signature as early as its leeway before the stated creation. Another entry may accept the signature until the
     * greatest age plus the greatest leeway after the creation.
     */
    void keepFor(int maxAgeSeconds, int leewaySeconds) {
        maxAge.accumulate(maxAgeSeconds);
        leeway.accumulate(leewaySeconds);
        used.policy().expireAfterWrite().ifPresent(expiry -> {
            long set;
            do {
                set = life();
                expiry.setExpiresAfter(set, TimeUnit.SECONDS);
            } while (set != life()); // another entry may ask for more at the same time
        });
    }

    private long life() {
        return maxAge.get() + 2 * leeway.get() + 1;
    }

    /**
     * Changes the maximum size of the table. If the table is larger, its nonces stay until they expire; meanwhile new
     * nonces are refused.
     */
    @Override
    public long resize(long maxBytes) {
        max = maxBytes / BYTES_EACH;
        return Math.max(maxBytes, used.estimatedSize() * BYTES_EACH);
    }

    /**
     * Records a nonce that was used with this key under this key id.
     *
     * @param created creation of the signature, in seconds since 1970
     */
    Use use(SignerKey key, String id, String nonce, long created) {
        AtomicInteger count = byOwner.computeIfAbsent(key.owner(), _ -> new AtomicInteger());
        if (isFull(count)) {
            used.cleanUp();
            if (isFull(count)) {
                return Use.NO_ROOM;
            }
        }
        count.incrementAndGet();
        if (used.asMap().putIfAbsent(key.digestWith(id, nonce), new Used(count, created)) == null) {
            return created > forgotten.get() ? Use.FIRST : Use.AGAIN;
        }
        count.decrementAndGet();
        return Use.AGAIN;
    }

    private boolean isFull(AtomicInteger count) {
        long now = max;
        return count.get() >= now / 2 || used.estimatedSize() >= now;
    }
}
