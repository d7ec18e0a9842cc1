package io.policyengine.worker.callout;

import io.policyengine.core.callout.TargetAddress;
import io.policyengine.core.policy.ByteTarget;
import io.policyengine.core.policy.InvalidParamsException;
import io.policyengine.core.time.Ticker;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The servers with byte protocols that a worker's policies use. Entries with the same address and equal bounds share
 * connections and circuit breaker. The connections are closed when the last of these entries is closed. Thread-safe.
 */
public final class ByteTargets {
    private final Vertx vertx;
    private final Ticker ticker;
    private final CalloutMetrics metrics;
    private final Duration idle;
    private final ConcurrentHashMap<Key, Shared> clients = new ConcurrentHashMap<>();

    private record Key(TargetAddress address, ByteTarget.Bounds bounds) {}

    private record Shared(ByteClient client, int uses) {}

    public static final class Use {
        private final Key key;
        private final ByteClient client;
        private final ByteTarget target;

        private Use(Key key, ByteClient client, ByteTarget target) {
            this.key = key;
            this.client = client;
            this.target = target;
        }

        public ByteTarget target() {
            return target;
        }

        /** Returns the reason why the server is unhealthy, as text for users; null if it is healthy. */
        public @Nullable String unwellBecause() {
            return client.unwellBecause();
        }
    }

    /**
     * Creates an empty set of servers.
     *
     * @param idle time after which an unused connection is closed; in practice up to twice as long
     */
    ByteTargets(Vertx vertx, Ticker ticker, CalloutMetrics metrics, Duration idle) {
        this.vertx = vertx;
        this.ticker = ticker;
        this.metrics = metrics;
        this.idle = idle;
    }

    /**
     * Adds a use of a server; {@link #forget} ends the use.
     *
     * @throws InvalidParamsException if the address is invalid
     */
    public Use use(String address, ByteTarget.Bounds bounds, String policy) {
        TargetAddress parsed;
        try {
            parsed = TargetAddress.parse(address);
        } catch (IllegalArgumentException unusable) {
            throw new InvalidParamsException("", String.valueOf(unusable.getMessage()));
        }
        Key key = new Key(parsed, bounds);
        ByteClient client = clients.compute(
                        key,
                        (_, there) ->
                                there == null ? new Shared(open(key), 1) : new Shared(there.client(), there.uses() + 1))
                .client();
        return new Use(key, client, new PolicyByteTarget(vertx, policy, client, metrics));
    }

    private ByteClient open(Key key) {
        ByteClient client = new ByteClient(vertx, ticker, key.address(), key.bounds(), idle);
        metrics.begin(client.name(), client::pending, client.breaker()::isOpen);
        return client;
    }

    /** Ends a use of a server. Its connections are closed when its last use ends. */
    public void forget(Use use) {
        clients.computeIfPresent(use.key, (key, there) -> {
            if (there.uses() > 1) {
                return new Shared(there.client(), there.uses() - 1);
            }
            if (clients.keySet().stream().noneMatch(other -> isNamesake(other, key))) {
                metrics.end(key.address().toString());
            }
            there.client().close();
            return null;
        });
    }

    private static boolean isNamesake(Key one, Key other) {
        return one.address().equals(other.address()) && !one.equals(other);
    }

    public int size() {
        return clients.size();
    }

    Future<Void> close() {
        List<Future<Void>> closing =
                clients.values().stream().map(shared -> shared.client().close()).toList();
        clients.clear();
        return Future.join(closing).mapEmpty();
    }
}
