package io.policyengine.kernel.worker.registry;

import io.policyengine.kernel.worker.life.ReplicaEvent;

/** The reason why a connection to a replica, or an attempt to connect, ended. */
sealed interface ConnectionEnd {
    /** The connection was lost. */
    record Lost() implements ConnectionEnd {}

    /** The connection was lost while the replica prepared chains. */
    record LostInPreparation(String why) implements ConnectionEnd {}

    /** The replica was unreachable, did not answer in time, or runs as another user. */
    record NotReached(String why) implements ConnectionEnd {}

    /** The replica does not match the configuration, or uses another protocol. */
    record Refused(String why) implements ConnectionEnd {}

    /** The replica refuses this kernel. */
    record RefusesKernel(String why) implements ConnectionEnd {}

    /** The replica lacks chains of live generations, and failed to prepare the chains that were requested last. */
    record NotPrepared(String why) implements ConnectionEnd {}

    default ReplicaEvent event() {
        return switch (this) {
            case Lost _, LostInPreparation _ -> ReplicaEvent.LOST;
            case NotReached _ -> ReplicaEvent.FAILED;
            case Refused _, RefusesKernel _ -> ReplicaEvent.REJECTED;
            case NotPrepared _ -> ReplicaEvent.CANNOT_PREPARE;
        };
    }

    /** Returns the human-readable reason why the replica is unavailable. */
    default String reason() {
        return switch (this) {
            case Lost() -> "the connection was lost";
            case LostInPreparation(String why) -> "its chains could not be prepared: " + why;
            case NotReached(String why) -> why;
            case Refused(String why) -> why;
            case RefusesKernel(String why) -> "it refuses this kernel: " + why;
            case NotPrepared(String why) -> "its chains could not be prepared: " + why;
        };
    }

    static String messageOf(Throwable failure) {
        return failure.getMessage() == null ? failure.toString() : failure.getMessage();
    }
}
