package io.policyengine.worker.callout;

import io.policyengine.core.callout.CalloutException;
import io.policyengine.core.callout.CalloutException.Kind;

/**
 * The wait of a byte exchange for its slot. The server loses no time by the wait: deadlines that the policy set before
 * the end of the wait are postponed by its length.
 *
 * @param deadline the deadline with which the policy asked for a connection; deadlines of later steps are later
 * @param nanos the length of the wait, in nanoseconds
 * @param isLate whether the wait left less than the time that the policy gave
 */
record SlotWait(long deadline, long nanos, boolean isLate) {
    static final SlotWait NONE = new SlotWait(0, 0, false);

    /** Returns the deadline of a step, postponed by the length of the wait. */
    long postponed(long deadlineNanos) {
        return isOf(deadlineNanos) ? deadlineNanos + nanos : deadlineNanos;
    }

    /** Returns whether the wait has left a step less time than the policy intended. */
    boolean delays(long deadlineNanos) {
        return isLate && isOf(deadlineNanos);
    }

    private boolean isOf(long deadlineNanos) {
        return nanos > 0 && deadlineNanos - deadline <= 0;
    }

    /**
     * Returns the failure for the caller. A timeout becomes overload if the wait left too little time, and
     * {@code DEADLINE_EXCEEDED} if earlier work of the entry left too little.
     */
    static CalloutException judged(CalloutException cause, boolean isLate, boolean isCutShort, String target) {
        CalloutException own = isLate ? overload(cause, target) : cause;
        return isCutShort ? own.cutShort() : own;
    }

    /** Returns the failure of a call whose wait left less than the whole time: a timeout becomes overload. */
    static CalloutException overload(CalloutException cause, String target) {
        return cause.kind() == Kind.TIMEOUT
                ? new CalloutException(
                        Kind.OVERLOADED, target, "no answer in the time that was left after the wait for a connection")
                : cause;
    }
}
