package io.policyengine.policies.traffic.cache.entry;

import io.policyengine.core.http.HeaderMap;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;

/**
 * A complete stored response of the upstream. Immutable. Points in time are in microseconds of the store's clock,
 * durations in seconds.
 *
 * @param headers header fields, without those that apply only to the transport or to one exchange
 * @param requestedAt time of the request; a later invalidation makes the response unusable
 * @param storedAt time at which the response arrived
 */
public record StoredResponse(
        int status, HeaderMap headers, Buffer body, long requestedAt, long storedAt, Validity validity) {
    /**
     * The rules that state how long a stored response may be used.
     *
     * @param initialAge age of the response in seconds when it was stored
     * @param lifetime age in seconds up to which the response is fresh
     * @param asks true if the response must be validated before each use
     * @param mayBeStale false if the response must never be used stale
     * @param whileRevalidating seconds of stale use while a request fetches a new one
     * @param ifError seconds of stale use if the upstream fails
     */
    public record Validity(
            long initialAge, long lifetime, boolean asks, boolean mayBeStale, long whileRevalidating, long ifError) {}

    private static final int OVERHEAD = 300;
    private static final int A_FIELD = 60;
    private static final long MICROS = 1_000_000;

    /** Maximum time by which the clock may be set back without making the age unknown, in microseconds. */
    private static final long JITTER = MICROS;

    /**
     * Returns whether the age is known. It is unknown if the clock was set back by more than a second after the
     * response was stored.
     */
    public boolean hasAge(long now) {
        return now >= storedAt - JITTER;
    }

    /** Returns the age of the response in seconds. */
    public long age(long now) {
        return validity.initialAge() + Math.max(0, now - storedAt) / MICROS;
    }

    /** Returns the seconds for which the response stays fresh; zero or negative once it is stale. */
    public long freshFor(long now) {
        return validity.lifetime() - age(now);
    }

    /**
     * Returns how long it is useful to store the response.
     *
     * @param staleSeconds storage time of a stale response, for its validation by the upstream
     */
    public Duration worth(long staleSeconds) {
        long longest = Math.max(staleSeconds, Math.max(validity.whileRevalidating(), validity.ifError()));
        return Duration.ofSeconds(Math.max(1, validity.lifetime() - validity.initialAge() + longest));
    }

    /** Returns a copy of the response with this body. */
    public StoredResponse withBody(Buffer whole) {
        return new StoredResponse(status, headers, whole, requestedAt, storedAt, validity);
    }

    /** Returns the approximate heap of the response, in bytes. */
    public int bytes() {
        return OVERHEAD + body.length() + headers.octets() + A_FIELD * headers.size();
    }
}
