package io.policyengine.core.worker;

/** Version of the worker protocol. The same major number means that they work together; a newer minor only adds. */
public record ProtocolVersion(int major, int minor) {
    /** The version that this code speaks. */
    public static final ProtocolVersion CURRENT = new ProtocolVersion(1, 6);

    /** The first that knows conditions of entries, and entries in the shadow. */
    public static final ProtocolVersion CONDITIONS_AND_SHADOW = new ProtocolVersion(1, 1);

    /** The first that knows what happens to entries under overload. */
    public static final ProtocolVersion ON_OVERLOAD = new ProtocolVersion(1, 2);

    /** The first that knows of the request's body in the response phase. */
    public static final ProtocolVersion REQUEST_BODY_KEPT = new ProtocolVersion(1, 2);

    /** The first version whose calls carry the parameters of queries. */
    public static final ProtocolVersion QUERY_PARAMETERS = new ProtocolVersion(1, 2);

    /** The first version whose chunk results carry the number of the chunk. */
    public static final ProtocolVersion CHUNK_NUMBERS = new ProtocolVersion(1, 3);

    /** The first version with trailers and skipped entries. */
    public static final ProtocolVersion TRAILERS = new ProtocolVersion(1, 5);

    /** True if a peer of that version can be talked to. */
    public boolean worksWith(ProtocolVersion other) {
        return major == other.major;
    }

    /** True if it knows what that version of the same major number brought. */
    public boolean knows(ProtocolVersion brought) {
        return minor >= brought.minor;
    }

    @Override
    public String toString() {
        return major + "." + minor;
    }
}
