package io.policyengine.kernel.recorder;

import io.policyengine.core.error.ErrorCode;
import io.policyengine.kernel.metrics.AnswerKind;
import io.policyengine.kernel.metrics.CallStatus;
import java.util.Locale;

/** The outcome of an exchange; a value of the metrics' label {@code outcome}. */
public enum Outcome {
    /** All messages were answered and, as far as is known, the client got the upstream's response. */
    PASSED(CallStatus.OK, AnswerKind.PASSED),
    /** A policy, or a rule of the engine such as that for unknown routes, answered the client. */
    DENIED(CallStatus.DENIED, AnswerKind.BROKEN_OFF),
    /** The engine answered the client with an error. */
    FAILED(CallStatus.WORKER_ERROR, AnswerKind.BROKEN_OFF),
    /** The exchange was refused because the kernel or a worker was overloaded, or a policy reported overload. */
    OVERLOADED(CallStatus.OVERLOADED, AnswerKind.BROKEN_OFF),
    /** The exchange passed without a route policy. */
    UNKNOWN_ROUTE(CallStatus.OK, AnswerKind.PASSED),
    /** The client or Envoy disconnected while an answer was due. */
    CANCELLED(CallStatus.CANCELLED, AnswerKind.CANCELLED),
    /** Envoy violated the protocol. */
    PROTOCOL_ERROR(CallStatus.WORKER_ERROR, AnswerKind.BROKEN_OFF),
    /** Envoy called the engine in observability mode, which ignores answers. */
    OBSERVED(CallStatus.OK, AnswerKind.PASSED);

    private final String label = name().toLowerCase(Locale.ROOT);
    private final CallStatus statusWithoutWorker;
    private final AnswerKind answerWithoutVerdict;

    Outcome(CallStatus statusWithoutWorker, AnswerKind answerWithoutVerdict) {
        this.statusWithoutWorker = statusWithoutWorker;
        this.answerWithoutVerdict = answerWithoutVerdict;
    }

    public static Outcome of(ErrorCode code) {
        return code == ErrorCode.OVERLOADED ? OVERLOADED : FAILED;
    }

    public String label() {
        return label;
    }

    /** Returns the call status under which an exchange with this outcome is counted if no worker was called. */
    public CallStatus statusWithoutWorker() {
        return statusWithoutWorker;
    }

    /** Returns the kind of response that the client got with this outcome if the engine itself sent none. */
    public AnswerKind answerWithoutVerdict() {
        return answerWithoutVerdict;
    }
}
