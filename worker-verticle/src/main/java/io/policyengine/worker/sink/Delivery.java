package io.policyengine.worker.sink;

/** The way of records to where they belong, on the thread of the sink, which may block. */
interface Delivery {
    /** Delivers what the feed brings, until the feed closes and is empty, or is over; then lets go of everything. */
    void runBlocking(Feed feed);

    /** Bytes that wait on disk. */
    default long spooledBytes() {
        return 0;
    }

    /** Lets go of what it holds; called once, after the last record, or in place of the first. */
    default void release() {}
}
