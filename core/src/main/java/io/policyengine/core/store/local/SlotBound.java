package io.policyengine.core.store.local;

/**
 * The maximum bytes of the values that are kept until they expire. If the bound is lowered, older values keep their
 * bytes until they expire. Newer values may take at least half of the new bound, unless older and newer values together
 * would exceed the former bound. Used only while the store's lock is held.
 */
final class SlotBound {
    private long wanted;
    private long granted;
    private long older;

    SlotBound(long bytes) {
        this.wanted = bytes;
        this.granted = bytes;
    }

    /** The bound that applies once the older values have expired. */
    long wanted() {
        return wanted;
    }

    /** The bytes that all kept values may take now. */
    long bytes() {
        return Math.max(wanted, Math.min(granted, older + wanted / 2));
    }

    /** Adds to the bytes of older values, or subtracts from them if the number is negative. */
    void addOlder(long bytes) {
        older += bytes;
    }

    /** Returns whether this number of bytes would lower the bound. */
    boolean isLoweredBy(long bytes) {
        return bytes < wanted;
    }

    /** Changes the bound. If the bound is lowered, the values that are kept now become the older values. */
    void change(long bytes, long kept) {
        older = isLoweredBy(bytes) ? kept : older;
        wanted = bytes;
        granted = bytes();
    }
}
