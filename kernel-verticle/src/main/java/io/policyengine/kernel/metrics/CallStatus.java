package io.policyengine.kernel.metrics;

import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.worker.WorkerException;
import java.util.Locale;

/** The end of a worker call: the values of the label {@code status}. */
public enum CallStatus {
    /** All policies ran and the chain goes on. */
    OK,
    /** A policy answered the client, or refused the rest of a response. */
    DENIED,
    /** A policy failed. */
    POLICY_ERROR,
    /** There was no answer in time. */
    TIMEOUT,
    /** The worker could not be reached, or was lost. */
    UNAVAILABLE,
    /** The worker refused the call. */
    OVERLOADED,
    /** The worker's answer made no sense, or the worker failed. */
    WORKER_ERROR,
    /** The client went away. */
    CANCELLED;

    private final String label = name().toLowerCase(Locale.ROOT);

    /** The label's value. */
    public String label() {
        return label;
    }

    /** The status of a call in which an entry failed with this code. */
    public static CallStatus ofEntry(ErrorCode code) {
        return switch (code) {
            case OVERLOADED -> OVERLOADED;
            case RESPONSE_REFUSED -> DENIED;
            case POLICY_ERROR,
                    POLICY_TIMEOUT,
                    INVALID_INSTRUCTION,
                    STATE_TOO_LARGE,
                    BODY_TOO_LARGE,
                    DEPENDENCY_UNAVAILABLE,
                    INVALID_ANSWER,
                    POLICY_NOT_SUPPORTED,
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

    /** The status of a call that failed as a whole. */
    public static CallStatus of(WorkerException failure) {
        return switch (failure.kind()) {
            case UNREACHABLE, CONNECTION_LOST, UNKNOWN_CHAIN -> UNAVAILABLE;
            case TIMEOUT -> TIMEOUT;
            case OVERLOADED -> OVERLOADED;
            case INVALID_ANSWER, INCOMPATIBLE, INTERNAL -> WORKER_ERROR;
        };
    }
}
