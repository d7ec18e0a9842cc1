package io.policyengine.policies.traffic.cache.entry;

import io.policyengine.core.http.HeaderMap;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;

/**
 * A complete stored response of the upstream. Immutable. Points in time are in microseconds of the store's clock,
 * durations in seconds.
 *
 * @param headers fields without those of the transport or of one exchange
 * @param requestedAt time of its request; an invalidation after that time makes the response unusable
 * @param storedAt time of its arrival
 */
public record StoredResponse(
        int status, HeaderMap headers, Buffer body, long requestedAt, long storedAt, Validity validity) {
    /**
     * The times for which a response may be used.
     *
     * @param initialAge its age in seconds when it was stored
     * @param lifetime age in seconds up to which it is fresh
     * @param asks true if it must be validated before each use
     * @param mayBeStale false if it must never be used stale
     * @param whileRevalidating seconds of stale use while a request fetches a new one
     * @param ifError seconds of stale use if the upstream fails
     */
    public record Validity(
            long initialAge, long lifetime, boolean asks, boolean mayBeStale, long whileRevalidating, long ifError) {}

    private static final int OVERHEAD = 300;
    private static final int A_FIELD = 60;
    private static final long MICROS = 1_000_000;

    /** Microseconds by which the clock may be set back without making the age unknown. */
    private static final long JITTER = MICROS;

    /** Returns whether the age is known: the clock has not been set back since the response was stored. */
    public boolean hasAge(long now) {
        return now >= storedAt - JITTER;
    }

    /** Returns the age in seconds. */
    public long age(long now) {
        return validity.initialAge() + Math.max(0, now - storedAt) / MICROS;
    }

    /** Returns the seconds for which the response stays fresh; zero or negative once it is stale. */
    public long freshFor(long now) {
        return validity.lifetime() - age(now);
    }

    /**
     * Returns the time for which it is useful to store the response.
     *
     * @param staleSeconds storage time of a stale response, for its validation by the upstream
     */
    public Duration worth(long staleSeconds) {
        long longest = Math.max(staleSeconds, Math.max(validity.whileRevalidating(), validity.ifError()));
        return Duration.ofSeconds(Math.max(1, validity.lifetime() - validity.initialAge() + longest));
    }

    /** Returns a copy with this body. */
    public StoredResponse withBody(Buffer whole) {
        return new StoredResponse(status, headers, whole, requestedAt, storedAt, validity);
    }

    /** Returns the approximate heap, in bytes. */
    public int bytes() {
        return OVERHEAD + body.length() + headers.octets() + A_FIELD * headers.size();
    }
}
