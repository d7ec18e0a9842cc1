package io.policyengine.worker.sink;

/** Delivers the records of a sink to their destination, on the sink's thread, which may block. */
interface Delivery {
    /**
     * Delivers records until the feed is closed and empty, or the feed's time is over. Then closes files and
     * connections.
     */
    void runBlocking(Feed feed);

    default long spooledBytes() {
        return 0;
    }

    /** Releases the resources of the delivery. Called once, after the last record or if no record was ever queued. */
    default void release() {}
}
