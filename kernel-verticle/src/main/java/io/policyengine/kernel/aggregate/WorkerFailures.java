package io.policyengine.kernel.aggregate;

import io.policyengine.core.chain.OnFailure;
import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.worker.WorkerException;
import io.policyengine.kernel.plan.PlannedEntry;
import io.policyengine.kernel.plan.Segment;

/** Failures of worker calls, as errors of an exchange, and what follows from them. */
final class WorkerFailures {
    private WorkerFailures() {}

    /** The failure of a call; anything unexpected is the worker link's own fault. */
    static WorkerException of(Throwable cause) {
        return cause instanceof WorkerException known
                ? known
                : new WorkerException(WorkerException.Kind.INTERNAL, String.valueOf(cause));
    }

    /** The failure of a call whose result lets an entry in the shadow act. */
    static WorkerException acts(PlannedEntry entry) {
        return new WorkerException(
                WorkerException.Kind.INVALID_ANSWER, "entry " + entry.name() + ", which is in the shadow, acts");
    }

    /** The failure of a call whose result ends early and does not say why. */
    static WorkerException leftOut(int answered, int expected) {
        return new WorkerException(
                WorkerException.Kind.INVALID_ANSWER,
                "it left out entries that it had to run: " + answered + " of " + expected + " answered");
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

    /** The reaction, by the strictest rule of the entries that the call was to run. */
    static OnFailure actionOn(Segment segment, WorkerException failure) {
        return switch (failure.kind()) {
            case UNREACHABLE, CONNECTION_LOST, UNKNOWN_CHAIN, TIMEOUT -> segment.onWorkerFailure();
            // Neither on_failure nor fail_open: a flood must switch no policy off.
            case OVERLOADED -> segment.onOverload();
            // What a worker answers wrongly is a policy's error: its fail_open does not cover it.
            case INVALID_ANSWER, INCOMPATIBLE, INTERNAL -> segment.onPolicyFailure();
        };
    }
}
