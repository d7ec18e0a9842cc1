package io.policyengine.kernel.aggregate;

import io.policyengine.core.chain.OnFailure;
import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.worker.WorkerException;
import io.policyengine.kernel.plan.PlannedEntry;
import io.policyengine.kernel.plan.Segment;

/** Maps failures of worker calls to errors of an exchange and to the configured reactions. */
final class WorkerFailures {
    private WorkerFailures() {}

    /** Returns the failure of a call. An unexpected cause counts as an internal error of the worker. */
    static WorkerException of(Throwable cause) {
        return cause instanceof WorkerException known
                ? known
                : new WorkerException(WorkerException.Kind.INTERNAL, String.valueOf(cause));
    }

    /** Returns the failure of a call in which a shadow entry returned an action. */
    static WorkerException acts(PlannedEntry entry) {
        return new WorkerException(
                WorkerException.Kind.INVALID_ANSWER, "shadow entry " + entry.name() + " returned an action");
    }

    /** Returns the failure of a call whose result omits entries without a reason. */
    static WorkerException leftOut(int answered, int expected) {
        return new WorkerException(
                WorkerException.Kind.INVALID_ANSWER,
                "the result lacks entries: " + answered + " of " + expected + " returned");
    }

    static ErrorCode codeOf(WorkerException failure) {
        return switch (failure.kind()) {
            case UNREACHABLE, CONNECTION_LOST, UNKNOWN_CHAIN -> ErrorCode.WORKER_UNAVAILABLE;
            case TIMEOUT -> ErrorCode.WORKER_TIMEOUT;
            case DEADLINE_EXCEEDED -> ErrorCode.DEADLINE_EXCEEDED;
            case OVERLOADED, ABORTED_BY_OVERLOAD -> ErrorCode.OVERLOADED;
            case INVALID_ANSWER -> ErrorCode.INVALID_ANSWER;
            case INCOMPATIBLE, INTERNAL -> ErrorCode.POLICY_ERROR;
        };
    }

    /**
     * Returns the reaction to a failed call. A failure that the message may have caused denies the message. For other
     * failures, it is the strictest reaction that the rules of the call's entries demand.
     */
    static OnFailure actionOn(Segment segment, WorkerException failure) {
        return switch (failure.kind()) {
            case UNREACHABLE, CONNECTION_LOST, UNKNOWN_CHAIN, TIMEOUT -> segment.onWorkerFailure();
            // Neither on_failure nor fail_open applies: a flood must not switch a policy off.
            case OVERLOADED, ABORTED_BY_OVERLOAD -> segment.onOverload();
            // The message may have brought it about, so no rule for failures of dependencies applies.
            case DEADLINE_EXCEEDED, INVALID_ANSWER, INCOMPATIBLE, INTERNAL -> OnFailure.DENY;
        };
    }
}
