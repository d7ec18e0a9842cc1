package io.policyengine.worker.sink;

/** The delivery of records to their destination, on the thread of the sink, which may block. */
interface Delivery {
    /** Delivers the feed's records until the feed is closed and empty, or ended; then releases all resources. */
    void runBlocking(Feed feed);

    default long spooledBytes() {
        return 0;
    }

    /** Releases its resources. Called once, after the last record or if there never was one. */
    default void release() {}
}
