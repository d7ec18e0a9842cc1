package io.policyengine.kernel.worker.life;

/** The state of a replica, from being named by a configuration until it is needed no more. */
public enum ReplicaState {
    /** The first attempt to reach it is under way. */
    NEW,
    /** The last connection, or the attempt at one, has ended; the next attempt follows after a pause. */
    AWAY,
    /** Another attempt to reach it is under way. */
    RETURNING,
    /** It said who it is, and is accepted; it has not prepared the chains of all live generations yet. */
    PREPARING,
    /**
     * It once had prepared the chains of all live generations. While it is well, it can be called for those that it has and takes. It may
     * lack chains that have become live since; and, if it is of another version, it may refuse a chain that another replica of its worker
     * takes.
     */
    PREPARED,
    /** No configuration needs it any more. */
    GONE;

    /** True if there is a connection over which it said who it is, and was accepted. */
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
