package io.policyengine.kernel.extproc;

import io.policyengine.core.error.ErrorCode;
import io.policyengine.kernel.metrics.CallStatus;
import java.util.Locale;

/** The outcome of an exchange: the values of the label {@code outcome}. */
enum Outcome {
    /** All that Envoy asked was answered, and the client got the upstream's answer as far as we know. */
    PASSED(CallStatus.OK),
    /** A policy, or the rule for unknown routes, answered the client. */
    DENIED(CallStatus.DENIED),
    /** The engine answered the client with an error. */
    FAILED(CallStatus.WORKER_ERROR),
    /** It was refused for want of room: in the kernel, in a worker, or by a policy. */
    OVERLOADED(CallStatus.OVERLOADED),
    /** No route policy is for it; it passed. */
    UNKNOWN_ROUTE(CallStatus.OK),
    /** The client or Envoy went away while an answer was owed. */
    CANCELLED(CallStatus.CANCELLED),
    /** The peer broke the protocol. */
    PROTOCOL_ERROR(CallStatus.WORKER_ERROR),
    /** Envoy only let us watch. */
    OBSERVED(CallStatus.OK);

    private final String label = name().toLowerCase(Locale.ROOT);
    private final CallStatus statusWithoutWorker;

    Outcome(CallStatus statusWithoutWorker) {
        this.statusWithoutWorker = statusWithoutWorker;
    }

    /** The outcome of an exchange that the engine answers with this error. */
    static Outcome of(ErrorCode code) {
        return code == ErrorCode.OVERLOADED ? OVERLOADED : FAILED;
    }

    /** The label's value. */
    String label() {
        return label;
    }

    /** The status that such an exchange is counted with if no worker was called. */
    CallStatus statusWithoutWorker() {
        return statusWithoutWorker;
    }
}
