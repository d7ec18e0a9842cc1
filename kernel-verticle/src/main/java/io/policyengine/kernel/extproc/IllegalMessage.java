package io.policyengine.kernel.extproc;

import io.vertx.grpc.common.GrpcStatus;
import java.util.Locale;

/** The kinds of message that end their stream: the values of the label {@code kind}. */
enum IllegalMessage {
    /** It is no message of the protocol. */
    MALFORMED,
    /** It is larger than a message may be, or has more header fields. */
    TOO_LARGE,
    /** None of its kind may stand there. */
    OUT_OF_ORDER,
    /** It was not there as a whole in its time. */
    LATE;

    private final String label = name().toLowerCase(Locale.ROOT);

    /** The kind of a message that was refused, by the status that its stream ends with, before it could be read. */
    static IllegalMessage unread(GrpcStatus status) {
        return switch (status) {
            case RESOURCE_EXHAUSTED -> TOO_LARGE;
            case DEADLINE_EXCEEDED -> LATE;
            default -> MALFORMED;
        };
    }

    /** The label's value. */
    String label() {
        return label;
    }
}
