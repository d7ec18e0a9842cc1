package io.policyengine.worker.store;

import io.policyengine.worker.store.connection.StoreConnection;

/** The servers of a store, as known to one event loop. Confined to that event loop. */
interface Topology {
    /** Returns the server for keys with this hash tag. */
    RedisNode of(String tag);

    /** Returns the server that a redirection names; {@code forGood} means that the slot has moved there permanently. */
    RedisNode redirected(String tag, String address, StoreConnection by, boolean forGood);

    /** Reports a failure that may result from a change of the store's servers. */
    void doubt();

    void close();
}
