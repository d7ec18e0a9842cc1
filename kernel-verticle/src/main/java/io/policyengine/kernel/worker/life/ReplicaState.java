package io.policyengine.kernel.worker.life;

/** The state of a replica, from its first use by a configuration until no configuration needs it. */
public enum ReplicaState {
    /** The first attempt to reach the replica is in progress. */
    NEW,
    /** The last connection or attempt has ended; the next attempt follows after a pause. */
    AWAY,
    /** A further attempt to reach the replica is in progress. */
    RETURNING,
    /** The replica is accepted, but has not prepared the chains of all live generations yet. */
    PREPARING,
    /**
     * The replica has prepared the chains of all live generations at least once. While healthy, it serves the chains
     * that it has prepared and accepts. It may lack chains that became live later, or refuse a chain that a replica of
     * another version accepts.
     */
    PREPARED,
    /** The replica is no longer needed by any configuration. */
    GONE;

    /** Returns whether the replica is connected, has described itself, and was accepted. */
    public boolean isAccepted() {
        return switch (this) {
            case PREPARING, PREPARED -> true;
            case NEW, AWAY, RETURNING, GONE -> false;
        };
    }

    /** Returns whether there is a connection or a connection attempt. */
    public boolean isConnected() {
        return switch (this) {
            case NEW, RETURNING, PREPARING, PREPARED -> true;
            case AWAY, GONE -> false;
        };
    }
}
