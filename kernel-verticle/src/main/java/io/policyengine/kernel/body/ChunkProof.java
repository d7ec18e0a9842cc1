package io.policyengine.kernel.body;

import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.time.DeadlineWheel;
import io.policyengine.kernel.trust.ModeOverrideTrust;
import org.jspecify.annotations.Nullable;

/**
 * The proof, by a request in chunks, that Envoy honours overrides, where requested chunks did not arrive before. The
 * body is requested whole: then the request cannot be forwarded without it, and the upstream's answer proves what
 * happened. A body that exceeds Envoy's buffer, or may exceed it, is requested in chunks if chunks have arrived once:
 * an Envoy that has honoured overrides does not begin to ignore them by itself.
 */
final class ChunkProof {
    private static final String WHY =
            "Envoy did not send request bodies in chunks as requested, so it must buffer the next one whole, but ";

    private static final String REMEDY =
            ": set request_body_mode: STREAMED and request_trailer_mode: SEND in its ext_proc filter, and envoy.trailers: send";

    private final BodyHost host;
    private final BodyTools tools;
    private boolean whole;
    private boolean mayNotFit;
    /** Ends the wait for a body that may be too long for Envoy's buffer. */
    private DeadlineWheel.@Nullable Deadline patience;

    ChunkProof(BodyHost host, BodyTools tools) {
        this.host = host;
        this.tools = tools;
    }

    /**
     * Chooses whether the body is requested whole or in chunks.
     *
     * @param announced the content-length, or -1 if absent
     * @return the reason why the body can neither prove itself nor pass unproved, or null
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

    boolean isWhole() {
        return whole;
    }

    /** Records the request for the body, and starts a timeout if the body may stall in Envoy's buffer. */
    void asked() {
        if (whole && mayNotFit) {
            patience = tools.after(tools.config().limits().bodyIdleTimeout(), this::refuse);
        }
    }

    private void refuse() {
        host.refuse(
                ErrorCode.REQUEST_TIMEOUT,
                WHY + "it did not arrive within limits.body_idle_timeout_ms, or exceeds Envoy's buffer" + REMEDY);
    }

    /** Ends the wait: a part of the body or an answer to it has arrived, or none will. */
    void end() {
        if (patience != null) {
            patience.cancel();
            patience = null;
        }
    }
}
