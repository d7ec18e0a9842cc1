package io.policyengine.worker.store;

import io.policyengine.core.config.StoreConfig;
import io.policyengine.worker.store.connection.StoreAddress;
import io.policyengine.worker.store.connection.StoreConnections;
import java.util.List;

/**
 * A store as one event loop reaches it, without ever leaving it.
 *
 * @param nodes what its servers share
 * @param topology its servers and their connections
 */
record LoopStore(RedisStore store, NodeContext nodes, Topology topology) {
    /** The store for the event loop of these servers. */
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

    /** Ends all connections; from any thread. */
    void close() {
        nodes.run(topology::close);
    }
}
