package io.policyengine.worker.store;

import io.policyengine.core.store.StoreException;

/** Somebody who waits for a connection to a node. Called once. */
interface Waiting {
    /** The connection is there. */
    void connected(Link link);

    /** It cannot be had. */
    void unconnected(StoreException failure);
}
