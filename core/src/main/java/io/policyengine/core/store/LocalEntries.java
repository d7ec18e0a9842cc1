package io.policyengine.core.store;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The values of one slot in the memory of the process, while an operation has it to itself. */
public interface LocalEntries {
    /** The wall-clock time in microseconds since 1970; like a server's, it may be set back and forth. */
    long nowMicros();

    /**
     * Returns the value, or null if there is none or it has expired. It may be changed in place if its size stays the
     * same.
     */
    @Nullable
    Object get(String name);

    /**
     * Sets a value.
     *
     * @param bytes that it takes in memory
     * @param timeToLive longer than nothing; a value that is set again lives for the new time
     */
    void put(String name, Object value, int bytes, Duration timeToLive);

    /** Extends the life of an existing value to this time from now. */
    void keep(String name, Duration timeToLive);

    /** Removes a value. */
    void remove(String name);
}
