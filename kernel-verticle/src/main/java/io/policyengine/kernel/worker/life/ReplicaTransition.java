package io.policyengine.kernel.worker.life;

/**
 * A transition in the life of a replica.
 *
 * <p>{@link #of} defines the registry's action for every event in every state. {@link HealthTransition} separately
 * defines the effects of health checks. A replica is available while it is PREPARED and WELL.
 */
public record ReplicaTransition(ReplicaState next, Action action) {
    /** The actions of the registry of workers on an event. */
    public enum Action {
        /** Connects to the replica. */
        CONNECT,
        /** Applies the replica's declarations, and asks it to prepare its chains. */
        ACCEPT,
        /** Logs the reason for the rejection, stops waiting for the replica, and retries after a pause. */
        REJECT,
        /**
         * Removes the replica at once, applies the declarations of the remaining replicas, and retries after a growing
         * pause.
         */
        RECONNECT,
        PUBLISH,
        /** Requests the preparation of chains that have become live in the meantime. */
        PREPARE_AGAIN,
        /** Requests the missing live chains again, after a growing pause. */
        PREPARE_LATER,
        /** Closes the connection and removes the replica. */
        REMOVE,
        /** Does nothing, because the event changes nothing or concerns only a draft. */
        NOTHING,
        /** Does nothing, because the event is late or impossible in this state. */
        IGNORE
    }

    public static ReplicaTransition of(ReplicaState state, ReplicaEvent event) {
        return switch (state) {
            case NEW, RETURNING ->
                switch (event) {
                    case ACCEPTED -> new ReplicaTransition(ReplicaState.PREPARING, Action.ACCEPT);
                    case REJECTED -> new ReplicaTransition(ReplicaState.AWAY, Action.REJECT);
                    case FAILED, LOST -> new ReplicaTransition(ReplicaState.AWAY, Action.RECONNECT);
                    case DROPPED -> new ReplicaTransition(ReplicaState.GONE, Action.REMOVE);
                    case PAUSE_OVER, CHAINS_PREPARED, CHAINS_MISSING, CANNOT_PREPARE, CAUGHT_UP -> ignore(state);
                };
            case AWAY ->
                switch (event) {
                    case PAUSE_OVER -> new ReplicaTransition(ReplicaState.RETURNING, Action.CONNECT);
                    case DROPPED -> new ReplicaTransition(ReplicaState.GONE, Action.REMOVE);
                    case ACCEPTED, REJECTED, FAILED, LOST, CHAINS_PREPARED, CHAINS_MISSING, CANNOT_PREPARE, CAUGHT_UP ->
                        ignore(state);
                };
            case PREPARING ->
                switch (event) {
                    case LOST, CANNOT_PREPARE -> new ReplicaTransition(ReplicaState.AWAY, Action.RECONNECT);
                    case CHAINS_PREPARED -> new ReplicaTransition(ReplicaState.PREPARED, Action.PUBLISH);
                    case CHAINS_MISSING -> new ReplicaTransition(ReplicaState.PREPARING, Action.NOTHING);
                    case CAUGHT_UP -> new ReplicaTransition(state, Action.PREPARE_AGAIN);
                    case DROPPED -> new ReplicaTransition(ReplicaState.GONE, Action.REMOVE);
                    case ACCEPTED, REJECTED, FAILED, PAUSE_OVER -> ignore(state);
                };
            case PREPARED ->
                switch (event) {
                    case LOST -> new ReplicaTransition(ReplicaState.AWAY, Action.RECONNECT);
                    // The chains that the replica can serve may have changed.
                    case CHAINS_PREPARED, CHAINS_MISSING -> new ReplicaTransition(state, Action.PUBLISH);
                    case CANNOT_PREPARE -> new ReplicaTransition(state, Action.PREPARE_LATER);
                    case CAUGHT_UP -> new ReplicaTransition(state, Action.PREPARE_AGAIN);
                    case DROPPED -> new ReplicaTransition(ReplicaState.GONE, Action.REMOVE);
                    case ACCEPTED, REJECTED, FAILED, PAUSE_OVER -> ignore(state);
                };
            case GONE -> ignore(state);
        };
    }

    private static ReplicaTransition ignore(ReplicaState state) {
        return new ReplicaTransition(state, Action.IGNORE);
    }
}
