package io.policyengine.core.worker;

/** Version of the worker protocol. The same major number means that they work together; a newer minor only adds. */
public record ProtocolVersion(int major, int minor) {
    /** What this code speaks. */
    public static final ProtocolVersion CURRENT = new ProtocolVersion(1, 0);

    /** Whether a peer of that version can be talked to. */
    public boolean worksWith(ProtocolVersion other) {
        return major == other.major;
    }

    @Override
    public String toString() {
        return major + "." + minor;
    }
}
