package io.policyengine.worker.store;

import io.policyengine.worker.store.connection.StoreConnection;

/** The servers of a store as known to one event loop. Confined to it. */
interface Topology {
    /** Returns the server of the slot with this tag. */
    RedisNode of(String tag);

    /** Returns the server that another one has named; {@code forGood} means that the slot has moved there. */
    RedisNode redirected(String tag, String address, StoreConnection by, boolean forGood);

    /** Reports a failure that a change of servers may have caused. */
    void doubt();

    void close();
}
