package io.policyengine.policies.authentication.jwtvalidation;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.policyengine.core.policy.ResizableState;
import io.policyengine.core.time.Ticker;
import io.policyengine.policies.authentication.shared.jwt.KeySet;
import io.policyengine.policies.shared.digest.Sha256;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A cache of verified tokens by digest. A token that is already cached costs only the computation of its digest. A
 * cached token is dropped when it expires, after a fixed time, or when the issuer's keys change. All entries of the
 * configuration with the same issuers share the cache; each judges a cached token by its own requirements.
 *
 * <p>The cache is bounded in bytes of heap: {@value #USUAL_BYTES} for each token of the configured maximum. A token
 * with many claims counts as several tokens. Anyone can forge tokens that name a known key. Verdicts on forged tokens
 * are kept in a separate table, at most {@value #MAX_FORGED}, so they evict no valid token.
 */
final class TokenCache implements ResizableState {
    /** Maximum number of cached verdicts on forged tokens. */
    static final int MAX_FORGED = 256;

    /** Heap in bytes that is reserved for each token; a token that needs more counts as several. */
    static final int USUAL_BYTES = 8192;

    /**
     * Estimated heap of an entry without its claims, in bytes: the digest, and instructions that do not depend on
     * claims.
     */
    private static final int ENTRY_BYTES = 1024;

    private static final int FORGED_BYTES = 256;

    /** Divisor of the cache's memory: the quotient is the maximum memory for verdicts on forged tokens. */
    private static final int FORGED_PART = 8;

    private final int maxEntries;
    private final long ttlMillis;
    private final Cache<Sha256, Remembered> verified;
    private final Cache<Sha256, Remembered> forged;
    private final AtomicLong readers = new AtomicLong();

    /**
     * A token with its verdict.
     *
     * @param token null if the token is forged
     * @param keys keys that verified the token; if the issuer has other keys, the token must be judged again
     * @param bytes heap of the entry
     * @param until time until which the verdict is valid, in milliseconds since 1970
     */
    record Remembered(@Nullable RememberedToken token, String issuer, KeySet keys, int bytes, long until) {}

    /** Creates a cache with room for this number of tokens of usual size. */
    TokenCache(int maxEntries, Duration ttl, Ticker ticker) {
        this.maxEntries = maxEntries;
        this.ttlMillis = ttl.toMillis();
        this.verified = Caffeine.newBuilder()
                .maximumWeight((long) maxEntries * USUAL_BYTES)
                .weigher((Sha256 _, Remembered token) -> token.bytes())
                .expireAfterWrite(ttl)
                .executor(Runnable::run)
                .ticker(ticker::nanoTime)
                .build();
        this.forged = Caffeine.newBuilder()
                .maximumSize(maxEntries == 0 ? 0 : MAX_FORGED)
                .expireAfterWrite(ttl)
                .executor(Runnable::run)
                .ticker(ticker::nanoTime)
                .build();
    }

    /** Returns the maximum heap of a cache with this many entries, in bytes. */
    static long maxBytes(int maxEntries) {
        return (long) maxEntries * USUAL_BYTES + (long) MAX_FORGED * FORGED_BYTES;
    }

    @Override
    public long resize(long maxBytes) {
        long mostForged = maxEntries == 0 ? 0 : Math.min(MAX_FORGED, maxBytes / FORGED_PART / FORGED_BYTES);
        long rest = Math.min((long) maxEntries * USUAL_BYTES, maxBytes - mostForged * FORGED_BYTES);
        forged.policy().eviction().ifPresent(bound -> bound.setMaximum(mostForged));
        verified.policy().eviction().ifPresent(bound -> bound.setMaximum(rest));
        return maxBytes;
    }

    /** Returns a unique number for a new reader of the cache, for {@link RememberedToken#outcome}. */
    long newReader() {
        return readers.incrementAndGet();
    }

    /** Returns the cached entry of a token, or null if the token is unknown or the entry has expired. */
    @Nullable
    Remembered find(Sha256 digest, long now) {
        Remembered known = verified.getIfPresent(digest);
        if (known == null) {
            known = forged.getIfPresent(digest);
        }
        return known != null && now < known.until() ? known : null;
    }

    /** Caches a verified token, and returns its cached form. */
    RememberedToken accept(Sha256 digest, TokenVerdict.Verified verdict, long now) {
        RememberedToken token = new RememberedToken(verdict);
        int bytes = ENTRY_BYTES + verdict.claims().heapBytes();
        long until = Math.min(verdict.until(), now + ttlMillis);
        verified.put(digest, new Remembered(token, verdict.issuer(), verdict.keys(), bytes, until));
        return token;
    }

    void refuse(Sha256 digest, TokenVerdict.Forged verdict) {
        forged.put(digest, new Remembered(null, verdict.issuer(), verdict.keys(), 1, Long.MAX_VALUE));
    }

    /** Returns the heap of cached valid tokens, in bytes. */
    long bytes() {
        verified.cleanUp();
        return verified.asMap().values().stream().mapToLong(Remembered::bytes).sum();
    }

    long forged() {
        forged.cleanUp();
        return forged.estimatedSize();
    }
}
