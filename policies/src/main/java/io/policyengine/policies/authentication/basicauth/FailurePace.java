package io.policyengine.policies.authentication.basicauth;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.policyengine.core.time.Ticker;
import io.policyengine.policies.shared.digest.Sha256;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Limits the rate of wrong passwords, by client and by user. Requests beyond the limit are refused before a password is
 * hashed.
 *
 * <p>Only failures count. A client from which a user has recently signed in is exempt from the user's limit: otherwise
 * another client could lock the user out. Each of the three caches keeps at most {@link #MAX_KEYS} entries. In a flood,
 * new entries mostly evict each other.
 */
final class FailurePace {
    /** Maximum number of entries in each of three caches: clients, users, and pairs of client and user. */
    static final int MAX_KEYS = 10_000;

    /** The time after which one wrong password from a client is forgiven. */
    static final Duration PER_CLIENT = Duration.ofSeconds(2);

    /** The time after which one wrong password for a user is forgiven. */
    static final Duration PER_USER = Duration.ofSeconds(1);

    /** Maximum time that a client must wait, even if many passwords failed at the same time. */
    private static final Duration MAX_WAIT = Duration.ofMinutes(1);

    private static final Duration SIGNED_IN = Duration.ofHours(1);

    private final Failures clients;
    private final Failures users;
    private final Cache<Sha256, Boolean> signedIn;

    /**
     * Creates a limiter without failures.
     *
     * @param maxByClient failures of a client after which it must wait; 0 for no limit
     * @param maxByUser failures for a user after which clients must wait; 0 for no limit
     */
    FailurePace(int maxByClient, int maxByUser, Ticker ticker) {
        this.clients = new Failures(maxByClient, PER_CLIENT, ticker);
        this.users = new Failures(maxByUser, PER_USER, ticker);
        this.signedIn = Caffeine.newBuilder()
                .maximumSize(MAX_KEYS)
                .expireAfterWrite(SIGNED_IN)
                .executor(Runnable::run)
                .ticker(ticker::nanoTime)
                .build();
    }

    /** Returns the time until this client may try a password of this user; zero if it may do so now. */
    Duration pause(String client, String user) {
        Duration ofClient = clients.pause(client);
        return signedIn.getIfPresent(pair(client, user)) != null ? ofClient : longer(ofClient, users.pause(user));
    }

    void failed(String client, String user) {
        clients.count(client);
        users.count(user);
    }

    /** Exempts this client from the user's limit for an hour. */
    void succeeded(String client, String user) {
        signedIn.put(pair(client, user), Boolean.TRUE);
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) >= 0 ? one : other;
    }

    private static Sha256 pair(String client, String user) {
        // Neither an address nor a user name contains a line feed.
        return Sha256.of((client + "\n" + user).getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Wrong passwords by client or user (generic cell rate algorithm). The state of a key is the time at which all its
     * failures are forgiven.
     */
    private static final class Failures {
        private final int max;
        private final long interval;
        private final Ticker ticker;
        private final long origin;
        private final Cache<Sha256, Long> forgivenAt;

        Failures(int max, Duration interval, Ticker ticker) {
            this.max = max;
            this.interval = interval.toNanos();
            this.ticker = ticker;
            this.origin = ticker.nanoTime();
            this.forgivenAt = Caffeine.newBuilder()
                    .maximumSize(MAX_KEYS)
                    .expireAfterWrite(interval.multipliedBy(max).plus(MAX_WAIT))
                    .executor(Runnable::run)
                    .ticker(ticker::nanoTime)
                    .build();
        }

        Duration pause(String key) {
            @Nullable Long forgiven = max == 0 ? null : forgivenAt.getIfPresent(digest(key));
            return forgiven == null
                    ? Duration.ZERO
                    : Duration.ofNanos(Math.max(0, forgiven + interval - now() - interval * max));
        }

        void count(String key) {
            if (max > 0) {
                long now = now();
                long most = now + interval * (max - 1) + MAX_WAIT.toNanos();
                forgivenAt
                        .asMap()
                        .merge(
                                digest(key),
                                now + interval,
                                (before, _) -> Math.min(most, Math.max(before, now) + interval));
            }
        }

        private long now() {
            return ticker.nanoTime() - origin;
        }

        private static Sha256 digest(String key) {
            return Sha256.of(key.getBytes(StandardCharsets.UTF_8));
        }
    }
}
