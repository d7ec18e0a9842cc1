package io.policyengine.policies.authentication.jwtvalidation;

import io.policyengine.core.lookup.Lookup;
import io.policyengine.core.lookup.LookupOptions;
import io.policyengine.core.lookup.StaleUse;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.ResizableState;
import io.policyengine.policies.authentication.jwtvalidation.JwtValidationParams.JwksParams;
import io.policyengine.policies.authentication.shared.jwt.KeySet;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The keys of one issuer, shared by all entries that use them and kept over reloads. While there are no keys, a timer
 * repeats the fetch: soon after the first failure, then after pauses that double up to {@link #LONGEST_PAUSE}. So a
 * process that starts together with its issuer soon accepts the issuer's tokens. One timer runs at a time, and stops
 * when no entry uses the keys any more. The heap of the keys is bounded; a set that needs more is not accepted.
 */
final class IssuerKeys implements AutoCloseable, ResizableState {
    /** Maximum number of requests that wait for the keys of an issuer. */
    static final int MAX_WAITING = 256;

    /** Maximum pause between fetches while an issuer has no keys. */
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    /** Pause after the first failed fetch while an issuer has no keys; further pauses double. */
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);

    /** Maximum number of times that the pause after failed fetches of an issuer's keys is doubled. */
    private static final int MAX_DOUBLINGS = 10;

    private final Lookup<String, KeySet> lookup;
    private final PolicyEnvironment env;
    private final Duration longestPause;
    private final AtomicBoolean isTimed = new AtomicBoolean();
    private final AtomicInteger failures = new AtomicInteger();
    private volatile boolean isClosed;
    private volatile long maxBytes = FetchedKeys.MAX_BYTES;
    private volatile long bytes;

    IssuerKeys(JwksParams params, PolicyEnvironment env) {
        Duration coolDown = Duration.ofSeconds(params.cooldownS());
        this.env = env;
        this.longestPause = coolDown.compareTo(LONGEST_PAUSE) < 0 ? coolDown : LONGEST_PAUSE;
        this.lookup = new Lookup<>(
                LookupOptions.of(1)
                        .withPending(1, MAX_WAITING)
                        .withRetryPause(longestPause)
                        .withStale(StaleUse.AT_ONCE)
                        .withKeptLoads(),
                env.ticker(),
                env.cacheMeter("keys"));
    }

    Lookup<String, KeySet> lookup() {
        return lookup;
    }

    @Override
    public long resize(long newMaxBytes) {
        maxBytes = newMaxBytes;
        return Math.max(newMaxBytes, bytes);
    }

    /**
     * Reserves this many bytes for a key set, and releases those of the earlier set; returns false if they exceed the
     * bound.
     */
    boolean hasRoomFor(long needed) {
        if (needed > Math.max(maxBytes, bytes)) {
            return false;
        }
        bytes = needed;
        return true;
    }

    /** Resets the pause between fetches, after a fetch has succeeded. */
    void succeeded() {
        failures.set(0);
    }

    /** Schedules another fetch after a failed one. Called only while there are no keys. */
    void failed(Runnable fetch) {
        if (!isTimed.compareAndSet(false, true)) {
            return;
        }
        int doublings = failures.getAndUpdate(before -> Math.min(before + 1, MAX_DOUBLINGS));
        Duration pause = FIRST_PAUSE.multipliedBy(1L << doublings);
        env.after(pause.compareTo(longestPause) < 0 ? pause : longestPause).onSuccess(_ -> {
            isTimed.set(false);
            if (!isClosed) {
                fetch.run();
            }
        });
    }

    @Override
    public void close() {
        isClosed = true;
    }
}
