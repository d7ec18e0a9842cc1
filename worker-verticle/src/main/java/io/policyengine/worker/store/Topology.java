package io.policyengine.worker.store;

import io.policyengine.worker.store.connection.StoreConnection;

/** The servers of a store, as far as one event loop knows them. Confined to this event loop. */
interface Topology {
    /** Returns the server for keys with this hash tag. */
    RedisNode of(String tag);

    /** Returns the server that a redirection names; {@code forGood} means that the slot has moved there permanently. */
    RedisNode redirected(String tag, String address, StoreConnection by, boolean forGood);

    /** Reports a failure that a change of the store's servers may have caused. */
    void doubt();

    void close();
}
