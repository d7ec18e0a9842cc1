package io.policyengine.kernel.spans;

import io.policyengine.core.chain.OnFailure;
import io.policyengine.kernel.metrics.CallStatus;
import io.policyengine.kernel.recorder.CallRecord;
import io.policyengine.kernel.recorder.EntryRecord;
import io.policyengine.kernel.recorder.EntryVerdict;
import io.policyengine.kernel.recorder.Outcome;
import org.jspecify.annotations.Nullable;

/** Finds the errors in the record of an exchange. A denial is not an error. */
final class SpanErrors {
    private SpanErrors() {}

    static boolean isFailure(Outcome outcome) {
        return switch (outcome) {
            case FAILED, OVERLOADED, PROTOCOL_ERROR -> true;
            case PASSED, DENIED, UNKNOWN_ROUTE, CANCELLED, OBSERVED -> false;
        };
    }

    static boolean hasFailed(CallRecord call) {
        CallStatus status = call.status();
        return call.code() != null || (status != null && isFailure(status));
    }

    private static boolean isFailure(CallStatus status) {
        return switch (status) {
            case POLICY_ERROR, TIMEOUT, DEADLINE_EXCEEDED, UNAVAILABLE, OVERLOADED, WORKER_ERROR -> true;
            case OK, DENIED, CANCELLED -> false;
        };
    }

    static boolean hasFailed(EntryRecord entry) {
        return entry.verdict() == EntryVerdict.FAILED;
    }

    static boolean isPassedOver(EntryRecord entry) {
        return hasFailed(entry) && goesOn(entry.action());
    }

    static boolean isPassedOver(CallRecord call) {
        return call.code() != null && goesOn(call.action());
    }

    private static boolean goesOn(@Nullable OnFailure action) {
        return action != null && action != OnFailure.DENY;
    }
}
