package io.policyengine.core.worker;

/**
 * The version of the worker protocol. Versions with equal major numbers are compatible; a higher minor number only adds
 * features.
 */
public record ProtocolVersion(int major, int minor) {
    /** The version that this code implements. */
    public static final ProtocolVersion CURRENT = new ProtocolVersion(1, 9);

    /** The first version that supports conditions of entries and shadow entries. */
    public static final ProtocolVersion CONDITIONS_AND_SHADOW = new ProtocolVersion(1, 1);

    /** The first version that supports {@code on_overload} of entries. */
    public static final ProtocolVersion ON_OVERLOAD = new ProtocolVersion(1, 2);

    /** The first version that supports the request body in the response phase. */
    public static final ProtocolVersion REQUEST_BODY_KEPT = new ProtocolVersion(1, 2);

    /** The first version in which calls contain the parameters of the request's query. */
    public static final ProtocolVersion QUERY_PARAMETERS = new ProtocolVersion(1, 2);

    /** The first version in which chunk results contain the number of the chunk. */
    public static final ProtocolVersion CHUNK_NUMBERS = new ProtocolVersion(1, 3);

    /** The first version that supports trailers and skipped entries. */
    public static final ProtocolVersion TRAILERS = new ProtocolVersion(1, 5);

    /** The first version in which the kernel may ask for the metrics of a worker. */
    public static final ProtocolVersion METRICS = new ProtocolVersion(1, 9);

    /** Returns whether a peer of the other version is compatible. */
    public boolean worksWith(ProtocolVersion other) {
        return major == other.major;
    }

    /**
     * Returns whether this version includes the features that another version with the same major number introduced.
     */
    public boolean knows(ProtocolVersion brought) {
        return minor >= brought.minor;
    }

    @Override
    public String toString() {
        return major + "." + minor;
    }
}
