package io.policyengine.kernel.aggregate;

import io.policyengine.core.chain.EntryFailure;
import io.policyengine.core.chain.OnFailure;
import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.time.PromisedTime;
import io.policyengine.core.worker.AnswerMargin;
import io.policyengine.core.worker.WorkerException;
import io.policyengine.core.worker.WorkerException.Kind;
import io.policyengine.kernel.plan.PlannedEntry;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * The time allowed for a worker call, or for a chunk of a body, in nanoseconds. If a call had less than its promised
 * time, its failure never lets the exchange continue. Otherwise a client that slows down earlier calls could bypass a
 * later policy. The worker receives both times and judges failures of its policies' dependencies by the same rule.
 *
 * @param given the time of the call
 * @param promised the whole {@code workers[].timeout_ms}, but at most three quarters of the phase
 */
record CallTime(long given, long promised) {
    /**
     * Returns the time allowed for a call to a worker.
     *
     * @param limit the time limit of calls to the worker
     * @param phase the time of a phase
     * @param left nanoseconds until the end of the current phase
     */
    static CallTime of(Duration limit, Duration phase, long left) {
        long most = limit.toNanos();
        return new CallTime(Math.min(most, left), PromisedTime.of(most, phase.toNanos()));
    }

    /** Returns whether the call has less than its promised time. */
    boolean isShort() {
        return given < promised;
    }

    /**
     * Returns the entry's failure. Returns {@code DEADLINE_EXCEEDED} instead if the entry would let the exchange
     * continue although the call had less than its promised time.
     */
    EntryFailure judge(PlannedEntry entry, EntryFailure failure) {
        return isShort() && entry.after(failure) != OnFailure.DENY
                ? new EntryFailure(
                        ErrorCode.DEADLINE_EXCEEDED, failure.code() + ": " + failure.message() + "; " + shortage())
                : failure;
    }

    /**
     * Returns the failure of the whole call. A missing answer, or an abort by an overloaded worker, becomes {@code
     * DEADLINE_EXCEEDED} if the call was too short. A call is too short if it has less than its promised time, or too
     * little for the worker to report which entry was slow. A worker that cannot begin a call in time refuses it as
     * overload. For a short call, this refusal also becomes {@code DEADLINE_EXCEEDED}.
     */
    WorkerException judge(WorkerException failure) {
        return switch (failure.kind()) {
            case TIMEOUT, ABORTED_BY_OVERLOAD ->
                isShort() || given < AnswerMargin.MIN_CALL_NANOS
                        ? new WorkerException(Kind.DEADLINE_EXCEEDED, failure.getMessage() + "; " + shortage())
                        : failure;
            case OVERLOADED ->
                isShort()
                        ? new WorkerException(Kind.DEADLINE_EXCEEDED, failure.getMessage() + "; " + shortage())
                        : failure;
            case UNREACHABLE,
                    CONNECTION_LOST,
                    DEADLINE_EXCEEDED,
                    UNKNOWN_CHAIN,
                    INVALID_ANSWER,
                    INCOMPATIBLE,
                    INTERNAL -> failure;
        };
    }

    private String shortage() {
        long needed = Math.max(promised, AnswerMargin.MIN_CALL_NANOS);
        return "the call had only " + TimeUnit.NANOSECONDS.toMillis(Math.max(0, given))
                + " ms; on_failure applies to calls of at least " + TimeUnit.NANOSECONDS.toMillis(needed) + " ms";
    }
}
