package io.policyengine.kernel.extproc;

import io.vertx.grpc.common.GrpcStatus;
import java.util.Locale;

/** The kinds of illegal messages, which end their stream; the values of the metrics' label {@code kind}. */
enum IllegalMessage {
    /** The message violates the protocol. */
    MALFORMED,
    /** The message is too large, or has too many header fields. */
    TOO_LARGE,
    /** The message is of a kind that is not permitted at this point. */
    OUT_OF_ORDER,
    /** The message did not arrive completely in time. */
    LATE;

    private final String label = name().toLowerCase(Locale.ROOT);

    /**
     * Returns the kind of a message that was refused before it was read. The kind follows from the status with which
     * the stream ends.
     */
    static IllegalMessage unread(GrpcStatus status) {
        return switch (status) {
            case RESOURCE_EXHAUSTED -> TOO_LARGE;
            case DEADLINE_EXCEEDED -> LATE;
            default -> MALFORMED;
        };
    }

    String label() {
        return label;
    }
}
