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
    /** It refuses chains that another replica of its worker takes, so it is of another version. */
    REFUSING,
    /** It needs less of bodies for chains than another replica of its worker, so it is of another version. */
    LESSER,
    /**
     * It had prepared the chains of all live generations: it can be called while it is well. What has become live since it may lack, and is
     * called then if no replica of its worker has everything: of a chain that it does not know it says so, and nothing of the call is done.
     */
    PREPARED,
    /** No configuration needs it any more. */
    GONE;

    /** True if there is a connection over which it said who it is, and was accepted. */
    public boolean isAccepted() {
        return switch (this) {
            case PREPARING, REFUSING, LESSER, PREPARED -> true;
            case NEW, AWAY, RETURNING, GONE -> false;
        };
    }

    /** True if there is a connection, or an attempt at one. */
    public boolean isConnected() {
        return switch (this) {
            case NEW, RETURNING, PREPARING, REFUSING, LESSER, PREPARED -> true;
            case AWAY, GONE -> false;
        };
    }
}
