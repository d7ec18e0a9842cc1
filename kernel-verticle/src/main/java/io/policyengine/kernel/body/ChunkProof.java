package io.policyengine.kernel.body;

import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.time.DeadlineWheel;
import io.policyengine.kernel.trust.ModeOverrideTrust;
import org.jspecify.annotations.Nullable;

/**
 * The proof by a request in chunks that Envoy honours overrides, where chunks did not come before. Its body is asked for whole: then the
 * request goes nowhere without it, and the answer of the upstream proves what happened. A body that Envoy's buffer cannot hold, or perhaps
 * cannot, goes in chunks if chunks have come once: an Envoy that has honoured overrides does not begin to ignore them by itself.
 */
final class ChunkProof {
    private static final String WHY =
            "bodies of requests did not come in chunks, so that Envoy has to hold the next one whole, and ";

    private static final String REMEDY =
            ": set request_body_mode: STREAMED and request_trailer_mode: SEND in its ext_proc filter, and envoy.trailers: send";

    private final BodyHost host;
    private final BodyTools tools;
    private boolean whole;
    private boolean mayNotFit;
    /** Ends the wait for a body that may be too long to come. */
    private DeadlineWheel.@Nullable Deadline patience;

    ChunkProof(BodyHost host, BodyTools tools) {
        this.host = host;
        this.tools = tools;
    }

    /**
     * Chooses how the body proves itself.
     *
     * @param announced the content-length; -1 if there is none
     * @return the reason why it cannot and must not go on; null if it can, or need not
     */
    @Nullable
    String choose(ModeOverrideTrust trust, long announced) {
        if (!trust.isSuspect()) {
            return null;
        }
        int max = tools.config().envoy().bufferLimitBytes();
        mayNotFit = announced < 0;
        whole = mayNotFit ? !trust.wasProved() : announced <= max;
        return whole || trust.mayTry()
                ? null
                : WHY + "content-length " + announced + " is more than envoy.buffer_limit_bytes" + REMEDY;
    }

    /** True if it is asked for whole. */
    boolean isWhole() {
        return whole;
    }

    /** Envoy is asked for the body: one that is too long for its buffer would stand still without an answer. */
    void asked() {
        if (whole && mayNotFit) {
            patience = tools.after(tools.config().limits().bodyIdleTimeout(), this::refuse);
        }
    }

    private void refuse() {
        host.refuse(
                ErrorCode.REQUEST_TIMEOUT,
                WHY + "it has not come within limits.body_idle_timeout_ms or does not fit into Envoy's buffer"
                        + REMEDY);
    }

    /** Something of the body has come, or an answer to it, or nothing will. */
    void end() {
        if (patience != null) {
            patience.cancel();
            patience = null;
        }
    }
}
