package io.policyengine.kernel.worker.life;

/** Where a replica stands between being named by a configuration and being needed no more. */
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
     * It had prepared the chains of all live generations: it can be called while it is well, for those that it has and takes. What has
     * become live since it may lack; a chain that another replica of its worker takes it may refuse, as one of another version.
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
