package io.policyengine.worker.sink;

import io.policyengine.core.sink.SinkRecord;
import java.io.IOException;
import java.util.List;

/** The records of a sink whose delivery is not confirmed yet. Confined to one thread, which may block. */
interface Backlog {
    /** Moves as many records as fit from the feed to the backlog. */
    void fillBlocking(Feed feed) throws IOException;

    /**
     * Returns the first records, at least one unless the backlog is empty. They stay until {@link #removeBlocking}
     * removes them.
     */
    List<SinkRecord> peekBlocking(int maxRecords, int maxBytes) throws IOException;

    /** Removes the first records, because they were delivered or are lost. */
    void removeBlocking(Feed feed, int records);

    long size();

    /** Adds a checkpoint to the audit chain if one is due; if {@code isEnd} is true, adds the last checkpoint. */
    void sealBlocking(boolean isEnd) throws IOException;

    long spooledBytes();

    /** Returns whether undelivered records stay on disk for the next process. */
    boolean isKept();

    /** Closes the backlog. Records that are only in memory are lost. */
    void closeBlocking(Feed feed);
}
