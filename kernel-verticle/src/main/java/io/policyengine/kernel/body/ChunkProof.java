package io.policyengine.kernel.body;

import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.time.DeadlineWheel;
import io.policyengine.kernel.trust.ModeOverrideTrust;
import org.jspecify.annotations.Nullable;

/**
 * Uses a request body to check whether Envoy honours mode overrides. The check is needed after a body requested in
 * chunks did not arrive. The body is first requested whole. An Envoy that honours the override forwards the request
 * only with its body. An upstream's answer to a request without its body thus proves that the override was ignored. A
 * body that may exceed Envoy's buffer cannot be requested whole. Such a body is requested in chunks if chunks have ever
 * arrived, because Envoy does not stop honouring overrides by itself.
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
    /** The timer that ends the wait for a body that may be too long for Envoy's buffer. */
    private DeadlineWheel.@Nullable Deadline patience;

    ChunkProof(BodyHost host, BodyTools tools) {
        this.host = host;
        this.tools = tools;
    }

    /**
     * Chooses whether the body is requested whole or in chunks.
     *
     * @param announced the content-length, or -1 if absent
     * @return the reason why the body cannot be requested either way, or null
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

    /** Records that the body was requested. Starts a timeout if the body may exceed Envoy's buffer and stall there. */
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

    /**
     * Ends the wait, because a part of the body or the response has arrived, or because neither can arrive any more.
     */
    void end() {
        if (patience != null) {
            patience.cancel();
            patience = null;
        }
    }
}
