package io.policyengine.kernel.recorder;

import io.policyengine.core.error.ErrorCode;
import io.policyengine.kernel.metrics.AnswerKind;
import io.policyengine.kernel.metrics.CallStatus;
import java.util.Locale;

/** The outcome of an exchange: the values of the label {@code outcome}. */
public enum Outcome {
    /** Every message was answered, and the client got the upstream's response as far as known. */
    PASSED(CallStatus.OK, AnswerKind.PASSED),
    /** A policy, or the rule for unknown routes, answered the client. */
    DENIED(CallStatus.DENIED, AnswerKind.BROKEN_OFF),
    /** The engine answered the client with an error. */
    FAILED(CallStatus.WORKER_ERROR, AnswerKind.BROKEN_OFF),
    /** The exchange was refused for lack of room in the kernel, in a worker, or by a policy. */
    OVERLOADED(CallStatus.OVERLOADED, AnswerKind.BROKEN_OFF),
    /** The exchange passed without a route policy. */
    UNKNOWN_ROUTE(CallStatus.OK, AnswerKind.PASSED),
    /** The client or Envoy went away while an answer was owed. */
    CANCELLED(CallStatus.CANCELLED, AnswerKind.CANCELLED),
    /** The peer broke the protocol. */
    PROTOCOL_ERROR(CallStatus.WORKER_ERROR, AnswerKind.BROKEN_OFF),
    /** Envoy only let us watch. */
    OBSERVED(CallStatus.OK, AnswerKind.PASSED);

    private final String label = name().toLowerCase(Locale.ROOT);
    private final CallStatus statusWithoutWorker;
    private final AnswerKind answerWithoutVerdict;

    Outcome(CallStatus statusWithoutWorker, AnswerKind answerWithoutVerdict) {
        this.statusWithoutWorker = statusWithoutWorker;
        this.answerWithoutVerdict = answerWithoutVerdict;
    }

    /** The outcome of an exchange that the engine answers with this error. */
    public static Outcome of(ErrorCode code) {
        return code == ErrorCode.OVERLOADED ? OVERLOADED : FAILED;
    }

    /** The label's value. */
    public String label() {
        return label;
    }

    /** The status that such an exchange is counted with if no worker was called. */
    public CallStatus statusWithoutWorker() {
        return statusWithoutWorker;
    }

    /** The answer that the client got if the engine gave it none. */
    public AnswerKind answerWithoutVerdict() {
        return answerWithoutVerdict;
    }
}
