package io.policyengine.kernel.worker.life;

/** The state of a replica, from being named by a configuration until it is needed no more. */
public enum ReplicaState {
    /** The first attempt to reach the replica is in progress. */
    NEW,
    /** The last connection, or the attempt at one, has ended; the next attempt follows after a pause. */
    AWAY,
    /** A further attempt to reach the replica is in progress. */
    RETURNING,
    /** The replica is accepted, and has not prepared the chains of all live generations yet. */
    PREPARING,
    /**
     * The replica has prepared the chains of all live generations once. While healthy, it serves the chains that it has
     * and accepts. It may lack chains that became live since; and, with another version, it may refuse a chain that
     * another replica of its worker accepts.
     */
    PREPARED,
    /** The replica is no longer needed by any configuration. */
    GONE;

    /** True if the replica is connected, described and accepted. */
    public boolean isAccepted() {
        return switch (this) {
            case PREPARING, PREPARED -> true;
            case NEW, AWAY, RETURNING, GONE -> false;
        };
    }

    /** True if there is a connection, or an attempt at one. */
    public boolean isConnected() {
        return switch (this) {
            case NEW, RETURNING, PREPARING, PREPARED -> true;
            case AWAY, GONE -> false;
        };
    }
}
