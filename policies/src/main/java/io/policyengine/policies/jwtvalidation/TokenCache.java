package io.policyengine.policies.jwtvalidation;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.time.Ticker;
import io.policyengine.policies.digest.Sha256;
import io.policyengine.policies.jwt.KeySet;
import io.vertx.core.Future;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Remembers tokens that were verified, by their digest, so that one that comes again costs its digest. What is remembered ends with the
 * token, after a while, and as soon as the issuer's keys are others.
 *
 * <p>Bounded in kibibytes of tokens, each of which takes some 8 in memory. Forged tokens that name a key, which anybody can make, have a
 * table of their own, {@value #MAX_FORGED} at most: they push no good one out.
 */
final class TokenCache {
    static final int MAX_FORGED = 256;

    private static final int KIBIBYTE = 1024;

    private final long ttlMillis;
    private final Cache<Sha256, Remembered> accepted;
    private final Cache<Sha256, Remembered> forged;

    /**
     * A token that was judged.
     *
     * @param keys by which it was: with others of this issuer it has to be judged again
     * @param kibibytes its length
     * @param until when the verdict holds, in milliseconds
     */
    record Remembered(Future<RequestOutcome> outcome, String issuer, KeySet keys, int kibibytes, long until) {}

    /** One that holds so many kibibytes of tokens at most. */
    TokenCache(int maxKibibytes, Duration ttl, Ticker ticker) {
        this.ttlMillis = ttl.toMillis();
        this.accepted = Caffeine.newBuilder()
                .maximumWeight(maxKibibytes)
                .weigher((Sha256 _, Remembered token) -> token.kibibytes())
                .expireAfterWrite(ttl)
                .executor(Runnable::run)
                .ticker(ticker::nanoTime)
                .build();
        this.forged = Caffeine.newBuilder()
                .maximumSize(maxKibibytes == 0 ? 0 : MAX_FORGED)
                .expireAfterWrite(ttl)
                .executor(Runnable::run)
                .ticker(ticker::nanoTime)
                .build();
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
    void accept(Sha256 digest, Verdict.Accepted verdict, Future<RequestOutcome> outcome, int length, long now) {
        int kibibytes = (length + KIBIBYTE - 1) / KIBIBYTE;
        long until = Math.min(verdict.until(), now + ttlMillis);
        accepted.put(digest, new Remembered(outcome, verdict.issuer(), verdict.keys(), kibibytes, until));
    }

    /** Remembers that the token is forged. */
    void refuse(Sha256 digest, Verdict.Forged verdict, Future<RequestOutcome> outcome) {
        forged.put(digest, new Remembered(outcome, verdict.issuer(), verdict.keys(), 1, Long.MAX_VALUE));
    }

    /** Kibibytes of good tokens that are remembered now. */
    long kibibytes() {
        accepted.cleanUp();
        return accepted.asMap().values().stream()
                .mapToInt(Remembered::kibibytes)
                .sum();
    }

    /** The number of forged tokens that are remembered now. */
    long forged() {
        forged.cleanUp();
        return forged.estimatedSize();
    }
}
