package io.policyengine.core.store;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The values of one slot in memory, for an operation with exclusive access. */
public interface LocalEntries {
    /** The wall-clock time in microseconds since 1970; like a server's, it may jump in either direction. */
    long nowMicros();

    /** Returns the value, or null if it is absent or expired. It may be changed in place if its size stays the same. */
    @Nullable
    Object get(String name);

    /**
     * Sets a value.
     *
     * @param bytes memory of the value
     * @param timeToLive positive; replaces that of an earlier value
     */
    void put(String name, Object value, int bytes, Duration timeToLive);

    /** Sets the time to live of an existing value, from now. */
    void keep(String name, Duration timeToLive);

    void remove(String name);
}
