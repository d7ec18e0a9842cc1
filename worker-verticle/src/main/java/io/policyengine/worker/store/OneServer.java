package io.policyengine.worker.store;

import io.policyengine.core.config.StoreConfig;
import io.policyengine.worker.store.connection.StoreAddress;
import io.policyengine.worker.store.connection.StoreConnection;
import io.policyengine.worker.store.connection.StoreConnections;
import io.vertx.core.Future;
import java.util.List;
import java.util.function.Supplier;

/**
 * A single server for all keys: a standalone server, or the current master, which a Sentinel names for each new
 * connection.
 */
final class OneServer implements Topology {
    private static final String NAME = "";

    private final RedisNode node;

    /** Creates a standalone server or, if the endpoints are Sentinels, the master that they report. */
    OneServer(NodeContext loop, StoreConfig config, StoreConnections links, List<StoreAddress> endpoints) {
        Supplier<Future<StoreConnection>> opener = config.mode() == StoreConfig.Mode.SENTINEL
                ? new Sentinels(loop, config, links, endpoints)::openMaster
                : () -> links.open(loop.context(), endpoints.getFirst());
        this.node = new RedisNode(loop, NAME, opener, this::doubt);
    }

    @Override
    public RedisNode of(String tag) {
        return node;
    }

    @Override
    public RedisNode redirected(String tag, String address, StoreConnection by, boolean forGood) {
        return node;
    }

    @Override
    public void doubt() {
        // The next connection asks the Sentinels again.
    }

    @Override
    public void close() {
        node.close();
    }
}
