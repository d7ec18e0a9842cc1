package io.policyengine.worker.sink;

import io.policyengine.core.sink.SinkRecord;
import java.io.IOException;
import java.util.List;

/** Records of which it is not known yet that a server has taken them. Belongs to one thread, which may block. */
interface Backlog {
    /** Takes in what the feed has, as far as there is room. */
    void fillBlocking(Feed feed) throws IOException;

    /** The first records, at least one if there are any; they stay until they are {@link #removeBlocking removed}. */
    List<SinkRecord> peekBlocking(int maxRecords, int maxBytes) throws IOException;

    /** Forgets the first records: they were taken, or are lost. */
    void removeBlocking(Feed feed, int records);

    /** Records that wait. */
    long size();

    /** Adds a checkpoint that is due, or with which a chain ends. */
    void sealBlocking(boolean isEnd) throws IOException;

    /** Bytes on disk. */
    long spooledBytes();

    /** True if what was not taken is kept for the next process. */
    boolean isKept();

    /** Releases its resources; records that are not persisted are lost. */
    void closeBlocking(Feed feed);
}
