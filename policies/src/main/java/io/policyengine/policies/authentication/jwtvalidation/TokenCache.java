package io.policyengine.policies.authentication.jwtvalidation;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.time.Ticker;
import io.policyengine.policies.authentication.shared.jwt.KeySet;
import io.policyengine.policies.shared.digest.Sha256;
import io.vertx.core.Future;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A cache of verified tokens by digest, so that a repeated token costs only a digest. An entry ends when its token
 * expires, after a fixed time, or when the issuer's keys change.
 *
 * <p>Bounded in bytes of heap: {@value #USUAL_BYTES} per configured entry; a token with many claims takes the space of
 * several. Anyone can forge tokens that name a known key. Verdicts on forged tokens are kept in a separate table of at
 * most {@value #MAX_FORGED} entries, so they evict no valid token.
 */
final class TokenCache {
    /** Maximum number of cached verdicts on forged tokens. */
    static final int MAX_FORGED = 256;

    static final int USUAL_BYTES = 8192;

    /**
     * Estimated heap of an entry without its claims, in bytes: the digest, and instructions that do not depend on
     * claims.
     */
    private static final int ENTRY_BYTES = 1024;

    private static final long FORGED_BYTES = MAX_FORGED * 256L;

    private final long ttlMillis;
    private final Cache<Sha256, Remembered> accepted;
    private final Cache<Sha256, Remembered> forged;

    /**
     * A token with its verdict.
     *
     * @param keys keys that verified the token; if the issuer has other keys, the token must be judged again
     * @param bytes heap of the entry
     * @param until end of the verdict, in milliseconds since 1970
     */
    record Remembered(Future<RequestOutcome> outcome, String issuer, KeySet keys, int bytes, long until) {}

    /** Creates a cache with room for this number of tokens of usual size. */
    TokenCache(int maxEntries, Duration ttl, Ticker ticker) {
        this.ttlMillis = ttl.toMillis();
        this.accepted = Caffeine.newBuilder()
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
        return (long) maxEntries * USUAL_BYTES + FORGED_BYTES;
    }

    /** Returns the judged token, or null if it is unknown or has expired. */
    @Nullable
    Remembered find(Sha256 digest, long now) {
        Remembered known = accepted.getIfPresent(digest);
        if (known == null) {
            known = forged.getIfPresent(digest);
        }
        return known != null && now < known.until() ? known : null;
    }

    void accept(Sha256 digest, TokenVerdict.Accepted verdict, Future<RequestOutcome> outcome, long now) {
        int bytes = ENTRY_BYTES + verdict.claimBytes();
        long until = Math.min(verdict.until(), now + ttlMillis);
        accepted.put(digest, new Remembered(outcome, verdict.issuer(), verdict.keys(), bytes, until));
    }

    void refuse(Sha256 digest, TokenVerdict.Forged verdict, Future<RequestOutcome> outcome) {
        forged.put(digest, new Remembered(outcome, verdict.issuer(), verdict.keys(), 1, Long.MAX_VALUE));
    }

    /** Returns the heap of cached valid tokens, in bytes. */
    long bytes() {
        accepted.cleanUp();
        return accepted.asMap().values().stream().mapToLong(Remembered::bytes).sum();
    }

    long forged() {
        forged.cleanUp();
        return forged.estimatedSize();
    }
}
