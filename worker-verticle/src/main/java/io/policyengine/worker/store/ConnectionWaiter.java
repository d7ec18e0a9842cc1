package io.policyengine.worker.store;

import io.policyengine.core.store.StoreException;
import io.policyengine.worker.store.connection.StoreConnection;

/** A callback for a connection to a node. Called once. */
interface ConnectionWaiter {
    void connected(StoreConnection link);

    void unconnected(StoreException failure);
}
