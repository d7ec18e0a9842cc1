package io.policyengine.core.store;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The values of one slot in the memory of the process, while an operation has it to itself. */
public interface LocalEntries {
    /** Wall-clock time in microseconds since 1970; as that of a server, it may be set back and forth. */
    long nowMicros();

    /** The value, or null if there is none, or its time is over. It may be changed in place, if its size stays. */
    @Nullable
    Object get(String name);

    /**
     * Sets a value.
     *
     * @param bytes that it takes in memory
     * @param timeToLive longer than nothing; a value that is set again lives for the new time
     */
    void put(String name, Object value, int bytes, Duration timeToLive);

    /** Lets a value that is there live for this time from now on. */
    void keep(String name, Duration timeToLive);

    /** Removes a value. */
    void remove(String name);
}
