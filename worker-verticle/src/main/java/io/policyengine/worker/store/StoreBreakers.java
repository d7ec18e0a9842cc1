package io.policyengine.worker.store;

import io.policyengine.core.config.StoreConfig;
import io.policyengine.core.log.LogFields;
import io.policyengine.core.store.StoreException;
import io.policyengine.core.time.Ticker;
import io.policyengine.worker.remote.Breaker;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The circuit breakers of a store's known servers. All event loops share them. Thread-safe. */
final class StoreBreakers {
    private static final Logger LOG = LoggerFactory.getLogger(StoreBreakers.class);

    private final String store;
    private final StoreConfig config;
    private final Ticker ticker;
    private final ConcurrentHashMap<String, Breaker> breakers = new ConcurrentHashMap<>();
    private volatile @Nullable StoreException lastFailure;

    StoreBreakers(String store, StoreConfig config, Ticker ticker) {
        this.store = store;
        this.config = config;
        this.ticker = ticker;
    }

    String store() {
        return store;
    }

    Breaker of(String server) {
        return breakers.computeIfAbsent(
                server,
                _ -> new Breaker(config.breaker().failures(), config.breaker().open(), ticker));
    }

    /** Removes the breaker of a server that is no longer part of the store. */
    void forget(String server) {
        breakers.remove(server);
    }

    /** Records that a server did not perform an operation, possibly because of the server's state. */
    void missed(Breaker breaker, StoreException failure) {
        lastFailure = failure;
        if (breaker.failed()) {
            LOG.atWarn()
                    .addKeyValue(LogFields.STORE, store)
                    .addKeyValue(LogFields.REASON, failure.getMessage())
                    .log("too many consecutive operations failed: no operation is sent to this server of the store"
                            + " for a while");
        }
    }

    boolean isAnyOpen() {
        return breakers.values().stream().anyMatch(Breaker::isOpen);
    }

    /** Returns the reason why the store is unhealthy, for users, or null. */
    @Nullable
    String unwellBecause() {
        StoreException last = lastFailure;
        return last != null && isAnyOpen() ? last.getMessage() : null;
    }
}
