package io.policyengine.kernel.plan;

import io.policyengine.core.config.ProcessingMode;
import io.policyengine.core.policy.BodyNeed;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** The way in which a flow's policies receive the body. */
public enum BodyUse {
    /** Policies do not receive the body. */
    NONE("headers_only"),
    /** Policies receive the whole body. */
    WHOLE("buffered_body"),
    /** Policies receive the body chunk by chunk. */
    CHUNKS("streaming");

    private final String mode;

    BodyUse(String mode) {
        this.mode = mode;
    }

    /** Returns the corresponding processing mode, as written in the configuration. */
    public String mode() {
        return mode;
    }

    public static BodyUse of(ProcessingMode mode, Collection<BodyNeed> needs) {
        if (needs.stream().allMatch(need -> need == BodyNeed.NONE)) {
            return NONE;
        }
        return switch (mode) {
            case HEADERS_ONLY -> NONE;
            case BUFFERED_BODY -> WHOLE;
            case STREAMING -> CHUNKS;
            case AUTO -> needs.contains(BodyNeed.BUFFERED) ? WHOLE : CHUNKS;
        };
    }

    /**
     * Returns why a policy with this need cannot run in a flow of this mode, or null if it can. The text continues a
     * sentence that begins with the policy's name.
     */
    public static @Nullable String mismatch(ProcessingMode mode, BodyNeed need) {
        return switch (mode) {
            case HEADERS_ONLY ->
                need == BodyNeed.NONE
                        ? null
                        : "looks at the body, which 'processing_mode: headers_only' does not give it";
            case STREAMING ->
                need == BodyNeed.BUFFERED
                        ? "needs the body in one piece, which 'processing_mode: streaming' does not give it"
                        : null;
            case BUFFERED_BODY, AUTO -> null;
        };
    }
}
