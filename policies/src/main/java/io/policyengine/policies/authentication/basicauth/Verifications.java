package io.policyengine.policies.authentication.basicauth;

import io.policyengine.core.http.Octets;
import io.policyengine.core.lookup.Loaded;
import io.policyengine.core.lookup.Lookup;
import io.policyengine.core.lookup.LookupOptions;
import io.policyengine.core.policy.CacheMeter;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.policies.shared.digest.Sha256;
import io.vertx.core.Future;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Function;

/**
 * A short-lived cache of verified passwords. Password hashes are slow by design, and a browser sends the password with
 * each request.
 *
 * <p>Simultaneous verifications of the same password run once, and the number of verifications is bounded. The cache
 * key is a digest of a random salt, the user, the stored hash, the password, and whether the hash is the user's own. So
 * the cache holds no password. An entry no longer matches after the stored hash changes or the user is removed. Only
 * successes are cached.
 */
final class Verifications {
    static final Duration TIME_TO_LIVE = Duration.ofMinutes(1);
    /** Maximum number of password verifications that run or wait; further ones are refused as overload. */
    static final int MAX_PENDING = 256;

    /** Maximum number of successful password verifications in the cache. */
    private static final int MAX_KEPT = 4096;

    /** Maximum number of requests that wait for one password verification. */
    private static final int MAX_WAITING = 1024;

    private final byte[] salt;
    private final CacheMeter meter;
    private final Lookup<Sha256, Boolean> verified;

    Verifications(PolicyEnvironment env) {
        this.salt = ByteBuffer.allocate(2 * Long.BYTES)
                .putLong(env.randomLong())
                .putLong(env.randomLong())
                .array();
        this.meter = env.cacheMeter("verifications");
        this.verified = new Lookup<>(
                LookupOptions.of(MAX_KEPT).withPending(MAX_PENDING, MAX_WAITING).withRefreshAhead(0),
                env.ticker(),
                meter);
    }

    /**
     * Returns the key of a verification.
     *
     * @param isKnown false if the user is unknown, and the hash is another user's
     */
    Sha256 key(Credentials.Basic credentials, PasswordHash hash, boolean isKnown) {
        byte[] user = credentials.user().getBytes(StandardCharsets.UTF_8);
        byte[] encoded = hash.encoded().getBytes(StandardCharsets.UTF_8);
        byte[] lengths = ByteBuffer.allocate(1 + 2 * Integer.BYTES)
                .put((byte) (isKnown ? 1 : 0))
                .putInt(user.length)
                .putInt(encoded.length)
                .array();
        return Sha256.of(salt, lengths, user, encoded, Octets.toBytes(credentials.password()));
    }

    /** Returns whether a successful verification is cached, and counts a hit. */
    boolean isRemembered(Sha256 key) {
        boolean isHeld = verified.held(key) != null;
        if (isHeld) {
            meter.hit();
        }
        return isHeld;
    }

    /**
     * Returns true if the password is correct: from the cache, from a running verification, or from a new one.
     *
     * @param verification starts a verification with a separate call; this call is cancelled when no request waits for
     *     it
     */
    Future<Boolean> verify(Sha256 key, Call call, Function<Call, Future<Boolean>> verification) {
        return verified.get(
                key,
                call,
                (_, load) -> verification
                        .apply(load)
                        .map(isRight ->
                                new Loaded<>(isRight, isRight ? TIME_TO_LIVE : Duration.ZERO, Duration.ZERO, 1)));
    }
}
