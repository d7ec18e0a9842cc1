package io.policyengine.worker.sink;

import io.policyengine.core.sink.SinkRecord;
import java.io.IOException;
import java.util.List;

/** Records whose delivery is not confirmed yet. Confined to one thread, which may block. */
interface Backlog {
    /** Takes records from the feed, as far as there is room. */
    void fillBlocking(Feed feed) throws IOException;

    /** Returns the first records, at least one if there are any. They stay until {@link #removeBlocking removed}. */
    List<SinkRecord> peekBlocking(int maxRecords, int maxBytes) throws IOException;

    /** Removes the first records, which were delivered or lost. */
    void removeBlocking(Feed feed, int records);

    long size();

    /** Adds a checkpoint that is due or, at the end, the last checkpoint of the chain. */
    void sealBlocking(boolean isEnd) throws IOException;

    long spooledBytes();

    /** Returns whether undelivered records persist for the next process. */
    boolean isKept();

    /** Releases its resources; records that are not persisted are lost. */
    void closeBlocking(Feed feed);
}
