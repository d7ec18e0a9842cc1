package io.policyengine.core.worker;

/** The version of the worker protocol. Equal major numbers are compatible; a newer minor number only adds. */
public record ProtocolVersion(int major, int minor) {
    /** The version that this code speaks. */
    public static final ProtocolVersion CURRENT = new ProtocolVersion(1, 6);

    /** The first version with conditions of entries and with shadow entries. */
    public static final ProtocolVersion CONDITIONS_AND_SHADOW = new ProtocolVersion(1, 1);

    /** The first version with {@code on_overload} of entries. */
    public static final ProtocolVersion ON_OVERLOAD = new ProtocolVersion(1, 2);

    /** The first version with the request's body in the response phase. */
    public static final ProtocolVersion REQUEST_BODY_KEPT = new ProtocolVersion(1, 2);

    /** The first version whose calls carry the parameters of queries. */
    public static final ProtocolVersion QUERY_PARAMETERS = new ProtocolVersion(1, 2);

    /** The first version whose chunk results carry the number of the chunk. */
    public static final ProtocolVersion CHUNK_NUMBERS = new ProtocolVersion(1, 3);

    /** The first version with trailers and skipped entries. */
    public static final ProtocolVersion TRAILERS = new ProtocolVersion(1, 5);

    /** True if a peer of that version is compatible. */
    public boolean worksWith(ProtocolVersion other) {
        return major == other.major;
    }

    /** True if this version has the additions of another one with the same major number. */
    public boolean knows(ProtocolVersion brought) {
        return minor >= brought.minor;
    }

    @Override
    public String toString() {
        return major + "." + minor;
    }
}
