package io.policyengine.policies.content.shared.texts;

import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/** The reason why the reading of a body stops. Expected, so it has no stack trace. */
final class ContentException extends Exception {
    private static final long serialVersionUID = 1L;

    private final @Nullable ContentFault fault;

    private ContentException(@Nullable ContentFault fault) {
        super(fault == null ? "denied" : fault.name(), null, false, false);
        this.fault = fault;
    }

    static ContentException of(ContentFault fault) {
        return new ContentException(fault);
    }

    /** Returns the exception for a text that a reader has denied. */
    static ContentException denied() {
        return new ContentException(null);
    }

    /** Returns the outcome for the body. The octets {@code data} still pass. */
    BodyOutcome outcome(Buffer data) {
        return fault == null ? new BodyOutcome.Denied(data) : new BodyOutcome.Refused(fault, data);
    }

    boolean isFault(ContentFault other) {
        return fault == other;
    }
}
