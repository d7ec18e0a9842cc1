package io.policyengine.kernel.overload;

import io.policyengine.core.policy.Call;
import io.policyengine.core.worker.WorkerException;
import org.jspecify.annotations.Nullable;

/** The way in which a call to a replica ended, and thus what it shows about the load of the replica. */
public enum CallEnd {
    /** The replica answered. */
    ANSWERED,
    /** The replica did not answer in time. */
    LATE,
    /** The replica refused the call as overload, because the call could not begin in time. */
    REFUSED,
    /** The call was cancelled, or its connection was lost. */
    UNKNOWN;

    /** Returns the end of a call that has this failure, or null if it was answered. */
    public static CallEnd of(@Nullable Throwable failure, Call call) {
        if (failure == null) {
            return ANSWERED;
        }
        if (!(failure instanceof WorkerException refused) || call.cancellation().isCancelled()) {
            return UNKNOWN;
        }
        return switch (refused.kind()) {
            case TIMEOUT, ABORTED_BY_OVERLOAD -> LATE;
            case OVERLOADED -> REFUSED;
            case UNREACHABLE,
                    CONNECTION_LOST,
                    DEADLINE_EXCEEDED,
                    UNKNOWN_CHAIN,
                    INVALID_ANSWER,
                    INCOMPATIBLE,
                    INTERNAL -> UNKNOWN;
        };
    }
}
