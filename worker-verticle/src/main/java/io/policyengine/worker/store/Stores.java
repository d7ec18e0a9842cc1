package io.policyengine.worker.store;

import io.micrometer.core.instrument.MeterRegistry;
import io.policyengine.core.config.StoreConfig;
import io.policyengine.core.params.NearestKey;
import io.policyengine.core.policy.InvalidParamsException;
import io.policyengine.core.policy.Store;
import io.policyengine.core.time.Ticker;
import io.policyengine.worker.remote.TlsFiles;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The shared stores of a worker. Entries with the same store share connections, bounds and circuit breakers. A store
 * connects on its {@link #warmUp}, or otherwise on its first operation. It is closed when its last entry is removed.
 * Thread-safe.
 */
public final class Stores {
    private final Vertx vertx;
    private final Ticker ticker;
    private final Map<String, StoreConfig> named;
    private final StoreMetrics metrics;
    private final ConcurrentHashMap<String, Shared> open = new ConcurrentHashMap<>();

    private record Shared(RedisStore store, int uses) {}

    public static final class Use {
        private final Store store;
        private final RedisStore shared;

        private Use(Store store, RedisStore shared) {
            this.store = store;
            this.shared = shared;
        }

        public Store store() {
            return store;
        }

        /** Returns the reason why the store is unhealthy, for users, or null. */
        public @Nullable String unwellBecause() {
            return shared.breakers().unwellBecause();
        }
    }

    /**
     * The entry that uses a store.
     *
     * @param scope the scope of its values; if empty, the values belong to this route and entry only
     */
    public record User(String route, String entry, String policy, String scope) {
        private StoreKeys keys(String prefix) {
            return scope.isEmpty()
                    ? StoreKeys.ofEntry(prefix, policy, route, entry)
                    : StoreKeys.ofScope(prefix, policy, scope);
        }
    }

    public Stores(Vertx vertx, Ticker ticker, Map<String, StoreConfig> named, MeterRegistry meters) {
        this.vertx = vertx;
        this.ticker = ticker;
        this.named = Map.copyOf(named);
        this.metrics = new StoreMetrics(meters);
    }

    /**
     * Adds a use of a store; {@link #forget} ends the use. May block, because files are read.
     *
     * @throws InvalidParamsException if the store does not exist, or its files are unusable
     */
    public Use useBlocking(String name, User user, TlsFiles.Watch files) {
        StoreConfig config = named.get(name);
        if (config == null) {
            Set<String> all = new TreeSet<>(named.keySet());
            all.add(Store.LOCAL);
            throw new InvalidParamsException(
                    "",
                    "no store is named '" + name + "' in worker_core.stores of the worker"
                            + NearestKey.hint(name, all, "stores"));
        }
        TlsFiles tls = TlsFiles.watchBlocking("worker_core.stores." + name, config.tls(), files);
        RedisStore store = open.compute(
                        name,
                        (_, there) -> there == null
                                ? new Shared(begin(name, config, tls), 1)
                                : new Shared(there.store(), there.uses() + 1))
                .store();
        return new Use(new PolicyStore(store, user.keys(config.keyPrefix()), user.policy(), metrics), store);
    }

    private RedisStore begin(String name, StoreConfig config, TlsFiles tls) {
        RedisStore store = new RedisStore(vertx, ticker, name, config, tls);
        metrics.begin(store);
        return store;
    }

    /**
     * Returns a future that completes once a first operation has succeeded or failed on each store in use. A store that
     * was warmed up before is not asked again. The future never fails.
     */
    public Future<Void> warmUp() {
        return Future.join(open.values().stream()
                        .map(shared -> shared.store().warmUp())
                        .toList())
                .mapEmpty();
    }

    /** Ends a use of a store. The store is closed when its last use ends. */
    public void forget(Use use) {
        open.computeIfPresent(use.shared.name(), (name, there) -> {
            if (there.uses() > 1) {
                return new Shared(there.store(), there.uses() - 1);
            }
            metrics.end(name);
            there.store().close();
            return null;
        });
    }

    public int size() {
        return open.size();
    }

    public void close() {
        open.values().forEach(shared -> shared.store().close());
        open.clear();
    }
}
