package io.policyengine.worker.store;

import io.policyengine.core.store.StoreException;
import io.policyengine.worker.store.connection.StoreConnection;

/** A callback that waits for a connection to a node. Called once. */
interface ConnectionWaiter {
    /** The connection is there. */
    void connected(StoreConnection link);

    /** Reports that no connection can be had. */
    void unconnected(StoreException failure);
}
