package io.policyengine.policies.authentication.hmacsignature;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.policyengine.core.time.Ticker;
import io.policyengine.policies.shared.digest.Sha256;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The nonces of accepted signatures, each kept as long as its signature is valid. No nonce is evicted early: beyond
 * {@code max} nonces in total, or half as many of one owner, new nonces are refused. Each nonce takes about {@value
 * #BYTES_EACH} bytes.
 */
final class Nonces {
    /** The outcome of using a nonce. */
    enum Use {
        FIRST,
        AGAIN,
        /** The table is full, so the nonce must be refused. */
        NO_ROOM
    }

    static final int BYTES_EACH = 200;

    private final int max;
    private final Cache<Sha256, AtomicInteger> used;
    private final ConcurrentHashMap<String, AtomicInteger> byOwner = new ConcurrentHashMap<>();

    Nonces(int max, Duration life, Ticker ticker) {
        this.max = max;
        this.used = Caffeine.newBuilder()
                .expireAfterWrite(life)
                .executor(Runnable::run)
                .ticker(ticker::nanoTime)
                .<Sha256, AtomicInteger>removalListener((_, count, _) -> {
                    if (count != null) {
                        count.decrementAndGet();
                    }
                })
                .build();
    }

    /** Records a nonce that was used with this key under this key id. */
    Use use(SignerKey key, String id, String nonce) {
        AtomicInteger count = byOwner.computeIfAbsent(key.owner(), _ -> new AtomicInteger());
        if (isFull(count)) {
            used.cleanUp();
            if (isFull(count)) {
                return Use.NO_ROOM;
            }
        }
        count.incrementAndGet();
        if (used.asMap().putIfAbsent(key.digestWith(id, nonce), count) == null) {
            return Use.FIRST;
        }
        count.decrementAndGet();
        return Use.AGAIN;
    }

    private boolean isFull(AtomicInteger count) {
        return count.get() >= max / 2 || used.estimatedSize() >= max;
    }
}
