package io.policyengine.kernel.worker.life;

/**
 * A transition in the health of a replica.
 *
 * <p>{@link #of} defines all transitions. Each connection begins in state WELL. The states of {@link ReplicaTransition}
 * are independent of these.
 */
public record HealthTransition(HealthState next, Action action) {
    /** The actions of the registry of workers on an event. */
    public enum Action {
        /** Checks the replica at once. */
        CHECK,
        /** Checks the replica again after a pause that doubles with each missed check. */
        CHECK_SOON,
        /** Waits for the next regular check. */
        WAIT,
        /** Does nothing: the event is impossible in this state. */
        IGNORE
    }

    /** Returns the transition for an event in a state. */
    public static HealthTransition of(HealthState state, HealthEvent event) {
        return switch (state) {
            case WELL ->
                switch (event) {
                    case CHECK_DUE, DOUBTED -> new HealthTransition(state, Action.CHECK);
                    case DOUBTED_AS_LAST, SERVES, MISSED_AS_LAST -> new HealthTransition(state, Action.WAIT);
                    case SERVES_NOT -> new HealthTransition(HealthState.NOT_SERVING, Action.WAIT);
                    case MISSED -> new HealthTransition(state, Action.CHECK_SOON);
                    case MISSED_TOO_OFTEN -> new HealthTransition(HealthState.SILENT, Action.CHECK_SOON);
                };
            case SILENT, NOT_SERVING ->
                switch (event) {
                    case CHECK_DUE, DOUBTED -> new HealthTransition(state, Action.CHECK);
                    case DOUBTED_AS_LAST -> new HealthTransition(state, Action.WAIT);
                    case SERVES -> new HealthTransition(HealthState.WELL, Action.WAIT);
                    case SERVES_NOT -> new HealthTransition(HealthState.NOT_SERVING, Action.WAIT);
                    case MISSED, MISSED_TOO_OFTEN -> new HealthTransition(HealthState.SILENT, Action.CHECK_SOON);
                    case MISSED_AS_LAST -> new HealthTransition(state, Action.IGNORE);
                };
        };
    }
}
