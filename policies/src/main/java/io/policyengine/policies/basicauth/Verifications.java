package io.policyengine.policies.basicauth;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.policyengine.core.http.Octets;
import io.policyengine.core.policy.CacheMeter;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.time.Ticker;
import io.policyengine.policies.digest.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Remembers for a short time which passwords were verified, and bounds how many are being verified: a password hash is meant
 * to be slow, and a browser sends it with each request.
 *
 * <p>Kept is a digest over a random salt, the user, the stored hash and the password; so a changed hash is never served from
 * here, and the memory holds no password. Only successes are kept.
 */
final class Verifications {
    /** The time for which a success counts. */
    static final Duration TIME_TO_LIVE = Duration.ofMinutes(1);
    /** The number of verifications that may wait or run; one more is refused as overload. */
    static final int MAX_PENDING = 256;

    private static final int MAX_KEPT = 4096;
    private static final Boolean VERIFIED = Boolean.TRUE;

    private final byte[] salt;
    private final CacheMeter meter;
    private final Cache<Sha256, Boolean> verified;
    private final AtomicInteger pending = new AtomicInteger();

    Verifications(PolicyEnvironment env) {
        this.salt = ByteBuffer.allocate(2 * Long.BYTES)
                .putLong(env.randomLong())
                .putLong(env.randomLong())
                .array();
        this.meter = env.cacheMeter("verifications");
        Ticker ticker = env.ticker();
        this.verified = Caffeine.newBuilder()
                .maximumSize(MAX_KEPT)
                .expireAfterWrite(TIME_TO_LIVE)
                .executor(Runnable::run)
                .ticker(ticker::nanoTime)
                .build();
    }

    /** Names a success in the memory. */
    Sha256 key(Credentials.Basic credentials, PasswordHash hash) {
        byte[] user = credentials.user().getBytes(StandardCharsets.UTF_8);
        byte[] encoded = hash.encoded().getBytes(StandardCharsets.UTF_8);
        byte[] lengths = ByteBuffer.allocate(2 * Integer.BYTES)
                .putInt(user.length)
                .putInt(encoded.length)
                .array();
        return Sha256.of(salt, lengths, user, encoded, Octets.toBytes(credentials.password()));
    }

    boolean isVerified(Sha256 key) {
        boolean isKnown = verified.getIfPresent(key) != null;
        if (isKnown) {
            meter.hit();
        } else {
            meter.miss();
        }
        return isKnown;
    }

    void remember(Sha256 key) {
        verified.put(key, VERIFIED);
    }

    /** Takes a permit to verify; false if there is none. */
    boolean begin() {
        if (pending.incrementAndGet() <= MAX_PENDING) {
            return true;
        }
        pending.decrementAndGet();
        return false;
    }

    /** Gives the permit back. */
    void end() {
        pending.decrementAndGet();
    }
}
