package io.policyengine.kernel.metrics;

import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.worker.WorkerException;
import java.util.Locale;

/** The outcome of a worker call; a value of the metrics' label {@code status}. */
public enum CallStatus {
    /** All policies ran, and the chain continues. */
    OK,
    /** A policy answered the client, or refused the rest of a response. */
    DENIED,
    POLICY_ERROR,
    /** The worker did not answer within the time allowed for the call. */
    TIMEOUT,
    /** The call had less than its promised time, because little of the phase's time was left. */
    DEADLINE_EXCEEDED,
    /** The worker was unreachable, or its connection was lost. */
    UNAVAILABLE,
    /** The worker rejected the call because it was overloaded. */
    OVERLOADED,
    /** The worker's answer was invalid, or the worker failed. */
    WORKER_ERROR,
    CANCELLED;

    private final String label = name().toLowerCase(Locale.ROOT);

    public String label() {
        return label;
    }

    /** Returns the status of a call in which an entry failed with this code. */
    public static CallStatus ofEntry(ErrorCode code) {
        return switch (code) {
            case OVERLOADED -> OVERLOADED;
            case DEADLINE_EXCEEDED -> DEADLINE_EXCEEDED;
            case RESPONSE_REFUSED, INVALID_REQUEST, INVALID_RESPONSE -> DENIED;
            case POLICY_ERROR,
                    POLICY_TIMEOUT,
                    INVALID_INSTRUCTION,
                    STATE_TOO_LARGE,
                    BODY_TOO_LARGE,
                    DEPENDENCY_UNAVAILABLE,
                    INVALID_ANSWER,
                    ROUTE_MISCONFIGURED,
                    WORKER_UNAVAILABLE,
                    WORKER_TIMEOUT,
                    REQUEST_TOO_LARGE,
                    RESPONSE_TOO_LARGE,
                    REQUEST_TIMEOUT,
                    RESPONSE_TIMEOUT,
                    REQUEST_ENCODING,
                    RESPONSE_ENCODING,
                    INTERNAL -> POLICY_ERROR;
        };
    }

    public static CallStatus of(WorkerException failure) {
        return switch (failure.kind()) {
            case UNREACHABLE, CONNECTION_LOST, UNKNOWN_CHAIN -> UNAVAILABLE;
            case TIMEOUT -> TIMEOUT;
            case DEADLINE_EXCEEDED -> DEADLINE_EXCEEDED;
            case OVERLOADED, ABORTED_BY_OVERLOAD -> OVERLOADED;
            case INVALID_ANSWER, INCOMPATIBLE, INTERNAL -> WORKER_ERROR;
        };
    }
}
