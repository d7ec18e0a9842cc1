package io.policyengine.kernel.remote;

import io.policyengine.core.worker.WorkerException;
import io.policyengine.core.worker.WorkerException.Kind;
import io.policyengine.proto.worker.v1.CallFailure;

/** Reads why a call could not be run. */
final class CallFailures {
    private CallFailures() {}

    static WorkerException of(CallFailure wire) {
        return new WorkerException(kindOf(wire), wire.getMessage());
    }

    private static Kind kindOf(CallFailure wire) {
        return switch (wire.getCode()) {
            case CODE_UNKNOWN_CHAIN -> Kind.UNKNOWN_CHAIN;
            case CODE_OVERLOADED -> Kind.OVERLOADED;
            case CODE_DEADLINE_EXCEEDED -> Kind.TIMEOUT;
            case CODE_INVALID_CALL, CODE_INTERNAL, CODE_UNSPECIFIED, UNRECOGNIZED -> Kind.INTERNAL;
        };
    }
}
