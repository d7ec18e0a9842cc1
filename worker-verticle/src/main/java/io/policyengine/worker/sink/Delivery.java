package io.policyengine.worker.sink;

/** The way of records to where they belong, on the thread of the sink, which may block. */
interface Delivery {
    /** Delivers the feed's records until the feed is closed and empty, or ended; then releases all resources. */
    void runBlocking(Feed feed);

    /** Bytes that wait on disk. */
    default long spooledBytes() {
        return 0;
    }

    /** Releases its resources; called once, after the last record, or in place of the first. */
    default void release() {}
}
