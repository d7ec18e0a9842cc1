package io.policyengine.worker.store;

import io.policyengine.worker.store.connection.StoreConnection;

/** The servers of a store, as one event loop knows them. Belongs to it. */
interface Topology {
    /**
     * The server that has a slot.
     *
     * @param tag of its keys
     */
    RedisNode of(String tag);

    /**
     * The server at an address that another one has named.
     *
     * @param forGood true if it has the slot from now on
     */
    RedisNode redirected(String tag, String address, StoreConnection by, boolean forGood);

    /** Something went wrong that may come from servers having changed. */
    void doubt();

    /** Ends all connections. */
    void close();
}
