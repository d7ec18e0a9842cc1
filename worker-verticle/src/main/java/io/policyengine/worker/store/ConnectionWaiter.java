package io.policyengine.worker.store;

import io.policyengine.core.store.StoreException;
import io.policyengine.worker.store.connection.StoreConnection;

/** Receives a connection to a node of a store, or a failure. Called once. */
interface ConnectionWaiter {
    void connected(StoreConnection link);

    void unconnected(StoreException failure);
}
