package io.policyengine.kernel.aggregate;

import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.worker.WorkerException;

/** Failures of worker calls, as errors of an exchange. */
final class WorkerFailures {
    private WorkerFailures() {}

    /** What a call failed with; anything unexpected is the worker link's own fault. */
    static WorkerException of(Throwable cause) {
        return cause instanceof WorkerException known
                ? known
                : new WorkerException(WorkerException.Kind.INTERNAL, String.valueOf(cause));
    }

    static ErrorCode codeOf(WorkerException failure) {
        return switch (failure.kind()) {
            case UNREACHABLE, CONNECTION_LOST, UNKNOWN_CHAIN -> ErrorCode.WORKER_UNAVAILABLE;
            case TIMEOUT -> ErrorCode.WORKER_TIMEOUT;
            case OVERLOADED -> ErrorCode.OVERLOADED;
            case INVALID_ANSWER -> ErrorCode.INVALID_ANSWER;
            case INCOMPATIBLE, INTERNAL -> ErrorCode.POLICY_ERROR;
        };
    }
}
