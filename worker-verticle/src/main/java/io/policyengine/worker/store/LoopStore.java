package io.policyengine.worker.store;

import io.policyengine.core.config.StoreConfig;
import io.policyengine.worker.store.connection.StoreAddress;
import io.policyengine.worker.store.connection.StoreConnections;
import java.util.List;

/** The part of a store that serves one event loop. Its operations never leave this event loop. */
record LoopStore(RedisStore store, NodeContext nodes, Topology topology) {
    static LoopStore of(RedisStore store, NodeContext nodes, StoreConnections links) {
        StoreConfig config = store.config();
        List<StoreAddress> endpoints = StoreAddress.of(config);
        return new LoopStore(
                store,
                nodes,
                config.mode() == StoreConfig.Mode.CLUSTER
                        ? new Cluster(nodes, links, endpoints)
                        : new OneServer(nodes, config, links, endpoints));
    }

    /** Closes all connections. Thread-safe. */
    void close() {
        nodes.run(topology::close);
    }
}
