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
 * Remembers tokens that were verified, by their digest, so that one that comes again costs its digest. What is remembered ends with the
 * token, after a while, and as soon as the issuer's keys are others.
 *
 * <p>Bounded in bytes of the heap: {@value #USUAL_BYTES} for each entry that it may have, of which a token with many claims takes several.
 * Forged tokens that name a key, which anybody can make, have a table of their own, {@value #MAX_FORGED} at most: they push no good one out.
 */
final class TokenCache {
    static final int MAX_FORGED = 256;
    static final int USUAL_BYTES = 8192;

    /** An entry with its digest and the instructions that do not depend on the claims. */
    private static final int ENTRY_BYTES = 1024;

    private static final long FORGED_BYTES = MAX_FORGED * 256L;

    private final long ttlMillis;
    private final Cache<Sha256, Remembered> accepted;
    private final Cache<Sha256, Remembered> forged;

    /**
     * A judged token.
     *
     * @param keys of the verification: with other keys of this issuer it must be judged again
     * @param bytes on the heap
     * @param until end of the verdict, in milliseconds
     */
    record Remembered(Future<RequestOutcome> outcome, String issuer, KeySet keys, int bytes, long until) {}

    /** Creates a cache for so many tokens of usual size. */
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

    /** The most that one for so many usual tokens takes of the heap. */
    static long maxBytes(int maxEntries) {
        return (long) maxEntries * USUAL_BYTES + FORGED_BYTES;
    }

    /** The token as it was judged; null if that is over, or nothing is remembered. */
    @Nullable
    Remembered find(Sha256 digest, long now) {
        Remembered known = accepted.getIfPresent(digest);
        if (known == null) {
            known = forged.getIfPresent(digest);
        }
        return known != null && now < known.until() ? known : null;
    }

    /** Remembers that the token is good. */
    void accept(Sha256 digest, TokenVerdict.Accepted verdict, Future<RequestOutcome> outcome, long now) {
        int bytes = ENTRY_BYTES + verdict.claimBytes();
        long until = Math.min(verdict.until(), now + ttlMillis);
        accepted.put(digest, new Remembered(outcome, verdict.issuer(), verdict.keys(), bytes, until));
    }

    /** Remembers that the token is forged. */
    void refuse(Sha256 digest, TokenVerdict.Forged verdict, Future<RequestOutcome> outcome) {
        forged.put(digest, new Remembered(outcome, verdict.issuer(), verdict.keys(), 1, Long.MAX_VALUE));
    }

    /** Bytes of good tokens that are remembered now. */
    long bytes() {
        accepted.cleanUp();
        return accepted.asMap().values().stream().mapToLong(Remembered::bytes).sum();
    }

    /** The number of forged tokens that are remembered now. */
    long forged() {
        forged.cleanUp();
        return forged.estimatedSize();
    }
}
