package io.policyengine.core.store;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The values in one slot of a store in memory. An operation has exclusive access to the values. */
public interface LocalEntries {
    /** The wall-clock time in microseconds since 1970. Like a server's clock, it may jump forward or back. */
    long nowMicros();

    /**
     * Returns the value, or null if it is absent or expired. The caller may change the value in place if its size stays
     * the same.
     */
    @Nullable
    Object get(String name);

    /**
     * Sets a value.
     *
     * @param bytes memory of the value
     * @param timeToLive positive; replaces the time to live of an earlier value
     * @throws StoreException of kind {@link StoreException.Kind#OVERLOADED} if the operation names a
     *     {@linkplain StoreOperation#localClient client} and there is no room for the value; nothing changes in this
     *     case
     */
    void put(String name, Object value, int bytes, Duration timeToLive);

    /**
     * Sets a value that may be dropped before it expires, even if the slot's other values stay. It is removed at the
     * latest with the slot's last value that must not be dropped. If the operation names no
     * {@linkplain StoreOperation#localClient client}, this method works like {@link #put} and returns true.
     *
     * @param timeToLive positive
     * @return false if there is no room for the value, or the slot has no other value; the value is then absent
     */
    boolean putDroppable(String name, Object value, int bytes, Duration timeToLive);

    /** Sets the time to live of an existing value, counted from now. */
    void keep(String name, Duration timeToLive);

    void remove(String name);
}
