package io.policyengine.protocol;

import io.policyengine.core.chain.OnFailure;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.EndAccuracy;
import io.policyengine.core.policy.Phase;
import org.jspecify.annotations.Nullable;

/**
 * Encodes and decodes the enums of messages. A value that only newer peers know is decoded as the safest known value.
 */
final class EnumCodec {
    private EnumCodec() {}

    static io.policyengine.proto.worker.v1.Phase encode(Phase phase) {
        return switch (phase) {
            case REQUEST -> io.policyengine.proto.worker.v1.Phase.PHASE_REQUEST;
            case RESPONSE -> io.policyengine.proto.worker.v1.Phase.PHASE_RESPONSE;
        };
    }

    /** Decodes a phase; returns null if this version does not know it. */
    static @Nullable Phase decode(io.policyengine.proto.worker.v1.Phase wire) {
        return switch (wire) {
            case PHASE_REQUEST -> Phase.REQUEST;
            case PHASE_RESPONSE -> Phase.RESPONSE;
            case PHASE_UNSPECIFIED, UNRECOGNIZED -> null;
        };
    }

    static io.policyengine.proto.worker.v1.BodyNeed encode(BodyNeed need) {
        return switch (need) {
            case NONE -> io.policyengine.proto.worker.v1.BodyNeed.BODY_NEED_NONE;
            case BUFFERED -> io.policyengine.proto.worker.v1.BodyNeed.BODY_NEED_BUFFERED;
            case STREAMING -> io.policyengine.proto.worker.v1.BodyNeed.BODY_NEED_STREAMING;
            case BUFFERED_OR_STREAMING -> io.policyengine.proto.worker.v1.BodyNeed.BODY_NEED_BUFFERED_OR_STREAMING;
        };
    }

    static BodyNeed decode(io.policyengine.proto.worker.v1.BodyNeed wire) {
        return switch (wire) {
            case BODY_NEED_NONE -> BodyNeed.NONE;
            // An unknown need, from a newer worker: the whole body satisfies most needs.
            case BODY_NEED_BUFFERED, UNRECOGNIZED -> BodyNeed.BUFFERED;
            case BODY_NEED_STREAMING -> BodyNeed.STREAMING;
            case BODY_NEED_BUFFERED_OR_STREAMING -> BodyNeed.BUFFERED_OR_STREAMING;
        };
    }

    /**
     * Encodes how accurately a policy is notified of the end of exchanges. Another field states whether it is notified
     * at all.
     */
    static io.policyengine.proto.worker.v1.EndAccuracy encode(EndAccuracy accuracy) {
        return switch (accuracy) {
            case NONE -> io.policyengine.proto.worker.v1.EndAccuracy.END_ACCURACY_UNSPECIFIED;
            case STREAM -> io.policyengine.proto.worker.v1.EndAccuracy.END_ACCURACY_STREAM;
            case EXACT -> io.policyengine.proto.worker.v1.EndAccuracy.END_ACCURACY_EXACT;
        };
    }

    static EndAccuracy decode(io.policyengine.proto.worker.v1.EndAccuracy wire, boolean wantsEnd) {
        return switch (wire) {
            case END_ACCURACY_UNSPECIFIED -> wantsEnd ? EndAccuracy.STREAM : EndAccuracy.NONE;
            case END_ACCURACY_STREAM -> EndAccuracy.STREAM;
            // An unknown accuracy, from a newer worker: the most exact one satisfies every need.
            case END_ACCURACY_EXACT, UNRECOGNIZED -> EndAccuracy.EXACT;
        };
    }

    static io.policyengine.proto.worker.v1.OnFailure encode(OnFailure rule) {
        return switch (rule) {
            case DENY -> io.policyengine.proto.worker.v1.OnFailure.ON_FAILURE_DENY;
            case CONTINUE -> io.policyengine.proto.worker.v1.OnFailure.ON_FAILURE_CONTINUE;
            case SKIP_REMAINING -> io.policyengine.proto.worker.v1.OnFailure.ON_FAILURE_SKIP_REMAINING;
        };
    }

    static OnFailure decode(io.policyengine.proto.worker.v1.OnFailure wire) {
        return switch (wire) {
            // An unknown rule, from a newer kernel, is treated as the strictest.
            case ON_FAILURE_UNSPECIFIED, ON_FAILURE_DENY, UNRECOGNIZED -> OnFailure.DENY;
            case ON_FAILURE_CONTINUE -> OnFailure.CONTINUE;
            case ON_FAILURE_SKIP_REMAINING -> OnFailure.SKIP_REMAINING;
        };
    }
}
