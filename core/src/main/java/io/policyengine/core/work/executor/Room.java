package io.policyengine.core.work.executor;

/** The memory that running work, or what is kept, may need together. Thread-safe. */
public interface Room {
    /** Takes so many bytes; false, and takes nothing, if they are not free. */
    boolean lease(long bytes);

    /** Gives leased bytes back. */
    void giveBack(long bytes);

    /** Bytes that there are in all, leased or free. */
    long limit();

    /** Bytes that are leased. */
    long leased();
}
