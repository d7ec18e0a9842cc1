package io.policyengine.core.store.local;

/** A value of a slot, with its name. Used only while the lock of its {@link ReservedSlots} is held. */
final class SlotEntry {
    /** Bytes of memory of an entry in addition to its value. */
    private static final int OVERHEAD = 56;

    final String name;
    final Object value;
    final boolean isDroppable;
    long expiresAt;
    private final int bytes;

    SlotEntry(String name, Object value, int bytes, boolean isDroppable, long expiresAt) {
        this.name = name;
        this.value = value;
        this.bytes = bytes;
        this.isDroppable = isDroppable;
        this.expiresAt = expiresAt;
    }

    /** Returns the bytes of memory of the entry and its value. */
    long heapBytes() {
        return heapBytes(bytes);
    }

    /** Returns the bytes of memory of an entry with a value of this size. */
    static long heapBytes(int size) {
        return OVERHEAD + (long) size;
    }
}
