package io.policyengine.kernel.body;

import io.policyengine.core.config.EnvoyConfig.Trailers;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.kernel.envoy.BodyMode;
import io.policyengine.kernel.envoy.ExchangeProtocol;
import io.policyengine.kernel.plan.BodyUse;
import io.policyengine.kernel.plan.FlowPlan;
import io.policyengine.kernel.trust.ConnectionTrust;
import io.policyengine.kernel.trust.ModeOverrideTrust;
import io.policyengine.kernel.trust.ResponseOrigin;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The mode in which Envoy sends the body and the trailers of one direction. Envoy's configuration or a mode override
 * determines the mode. Only the next message shows whether Envoy honours the override.
 */
public final class BodyDelivery {
    private final BodyTools tools;
    private final ConnectionTrust envoy;
    private final String route;
    private final ExchangeProtocol protocol;
    private final boolean request;

    /** The body mode in Envoy's configuration. */
    private final BodyMode told;

    private BodyMode mode;
    /** Uses a request body to check whether Envoy honours mode overrides; null unless needed. */
    private @Nullable ChunkProof chunkProof;

    private BodyUse use = BodyUse.NONE;
    private boolean endsWithMadeTrailers;
    private boolean mayHaveContent = true;
    /** The content-length, or -1 if absent. */
    private long announced = -1;

    private boolean overrideDecided;
    private @Nullable String whyNoOverride;
    private @Nullable ModeOverrideTrust trust;
    private boolean asked;
    private boolean came;
    /** Uses a response body to check whether Envoy honours mode overrides; null unless needed. */
    private @Nullable ResponseProof responseProof;

    /** True if only shadow entries read the body. Then no exchange is refused because of its body. */
    private boolean inShadow;
    /**
     * Creates the state of a body that has not arrived yet.
     *
     * @param envoy what is known about the sending Envoy
     * @param route the route's name in the configuration; empty if no route policy applies to the exchange
     */
    public BodyDelivery(
            BodyTools tools, ConnectionTrust envoy, String route, ExchangeProtocol protocol, boolean request) {
        this.tools = tools;
        this.envoy = envoy;
        this.route = route;
        this.protocol = protocol;
        this.request = request;
        this.told = request ? protocol.requestBody() : protocol.responseBody();
        this.mode = told;
    }

    /** The mode in which Envoy sends the body. */
    public BodyMode mode() {
        return mode;
    }

    /**
     * Sets how the chain uses the body. Afterwards the body can be requested if Envoy's configuration does not send it.
     *
     * @param allowsContent whether the message may have a body at all; if not, a missing body does not show that
     *     Envoy ignored an override
     */
    void setUse(FlowPlan planned, boolean allowsContent, HeaderMap headers) {
        use = planned.body();
        endsWithMadeTrailers = planned.endsWithMadeTrailers();
        mayHaveContent = allowsContent;
        announced = BodyFields.length(headers);
    }

    long announced() {
        return announced;
    }

    /** Returns whether a part of the body has arrived, or a message that proves the body to be empty. */
    boolean hasCome() {
        return came;
    }

    /** Records that a part of the body has arrived, or a message that proves the body to be empty. */
    void comes() {
        came = true;
        endChunkProof();
        if (asked && !told.sendsBody()) {
            trust(use).honoured();
        }
        if (responseProof != null) {
            responseProof.isThere();
        }
    }

    /**
     * Records the arrival of trailers. Returns whether a body may have passed before the trailers without being sent to
     * the engine.
     */
    boolean trailersCome() {
        boolean alone = !came;
        came = true;
        endChunkProof();
        if (!asked) {
            return false;
        }
        ModeOverrideTrust known = trust(use);
        if (told.sendsBody() || !alone) {
            known.honoured();
            return false;
        }
        if (!mayHaveContent) {
            return false;
        }
        if (announced > 0) {
            known.ignored();
            return !inShadow;
        }
        if (request) {
            // Any client can send trailers without a body. Only an Envoy that has sent bodies cannot have withheld one.
            return !known.isProved() && !inShadow;
        }
        // Only gRPC responses end in this way by design, and only if trailers were requested.
        if (!known.isProved() && sendsTrailers()) {
            known.doubted();
        }
        return false;
    }

    /**
     * Returns whether Envoy reports the end of every body. An Envoy that sends no trailers does not report the end of a
     * body with trailers.
     */
    boolean tellsEnd() {
        return sendsTrailers() || !told.sendsBody() || trust(use).isProved();
    }

    /** Returns whether Envoy sends trailers without an override. In full duplex it always does. */
    private boolean sendsTrailers() {
        return told.alwaysSendsTrailers() || tools.config().envoy().trailers() == Trailers.SEND;
    }

    /**
     * Returns whether the engine may request the body from Envoy, or the trailers, which may be the only sign of the
     * body's end.
     */
    public boolean mayAsk() {
        return mode.canBeOverridden() && whyNoOverride(use) == null;
    }

    /** Returns whether Envoy does not send trailers by itself, but the engine may request them. */
    public boolean mayAskForTrailers() {
        return !sendsTrailers() && mayAsk();
    }

    /** Returns the mode to request from Envoy if Envoy's configuration sends no body. */
    BodyMode wanted(BodyUse planned) {
        boolean whole = chunkProof != null && chunkProof.isWhole();
        if (planned == BodyUse.CHUNKS && (whole || endsWithMadeTrailers)) {
            // Only full duplex can carry bytes between the last chunk and the trailers.
            return whole ? BodyMode.BUFFERED : BodyMode.FULL_DUPLEX_STREAMED;
        }
        return BodyPath.wanted(planned);
    }

    /** Returns the mode in which the body will arrive for a chain that waits for it. */
    public BodyMode modeToCome(BodyUse planned) {
        return mode.sendsBody() ? mode : wanted(planned);
    }

    /** Returns whether the engine asked Envoy for the body or its trailers. */
    public boolean isAsked() {
        return asked;
    }

    /**
     * Returns why shadow entries must not read the body: reading it could make the message itself fail. Returns null if
     * they may read it.
     */
    public @Nullable String whyNotInShadow(HeaderMap headers, FlowPlan flow) {
        String coding = headers.get("content-encoding");
        // A wrong coding may show only in the middle of the body.
        if (coding != null && !coding.equals("identity")) {
            return "encoded";
        }
        if (tools.account().taken() > tools.account().capacity() / 2) {
            return "buffered_bytes";
        }
        inShadow = true;
        boolean comes = !mode.mayCutOff() && mismatch(flow) == null;
        return comes && (told.sendsBody() || !trust(flow.body()).isSuspect()) ? null : "body_mode";
    }

    /** Records that the engine asks Envoy for another mode, or for trailers in the current mode. */
    public void ask(BodyMode wanted) {
        asked = !told.sendsBody() || !sendsTrailers();
        mode = wanted;
        if (chunkProof != null) {
            chunkProof.asked();
        }
    }

    /** Returns why a chain cannot be served in Envoy's body mode, or null if it can. */
    public @Nullable String mismatch(FlowPlan flow) {
        String ofBody = flow.needsBody() ? mismatchOfBody(flow) : null;
        return ofBody == null && flow.demandsTrailers() && !sendsTrailers() ? mismatchOfTrailers(flow) : ofBody;
    }

    private @Nullable String mismatchOfTrailers(FlowPlan flow) {
        String why = whyNoOverride(flow.body());
        return why == null ? null : Mismatch.ofTrailersSeen(request, why);
    }

    private @Nullable String mismatchOfBody(FlowPlan flow) {
        BodyUse planned = flow.body();
        if (mode.sendsBody() && BodyPath.of(planned, mode) == null) {
            return Mismatch.ofMode(request, planned, mode);
        }
        String why = mode.sendsBody() && sendsTrailers() ? null : whyNoOverride(planned);
        if (why == null) {
            return null;
        }
        return mode.sendsBody() ? Mismatch.ofTrailers(request, planned, why) : Mismatch.ofBody(request, planned, why);
    }

    /** Returns why a chain cannot be served, or null if it can. Called when the headers have arrived. */
    @Nullable
    String mismatchOnTrial(FlowPlan flow, BodyHost host) {
        String mismatch = mismatchOfResponse(flow);
        if (mismatch == null && request && flow.body() == BodyUse.CHUNKS && !told.sendsBody()) {
            chunkProof = new ChunkProof(host, tools);
            return chunkProof.choose(trust(BodyUse.CHUNKS), announced);
        }
        return mismatch;
    }

    private @Nullable String mismatchOfResponse(FlowPlan flow) {
        boolean late = responseProof != null && !responseProof.hasBegun();
        return late && flow.needsBody() ? Mismatch.ofTrial(flow.body()) : mismatch(flow);
    }

    /** Returns why Envoy cannot be asked for the body, or null if it can. Decided once per exchange. */
    private @Nullable String whyNoOverride(BodyUse planned) {
        if (!overrideDecided) {
            overrideDecided = true;
            ModeOverrideTrust known = trust(planned);
            whyNoOverride = whyNotHonoured(known);
            boolean mustProve = !request && !inShadow && !told.sendsBody() && known.isSuspect();
            responseProof = mustProve ? new ResponseProof() : null;
        }
        return whyNoOverride;
    }

    /** Returns why Envoy is known not to honour a mode override for a body, or null if it may honour one. */
    private @Nullable String whyNotHonoured(ModeOverrideTrust known) {
        if (!tools.config().envoy().allowModeOverride()) {
            return "envoy.allow_mode_override is false";
        }
        if (!protocol.canOverrideMode()) {
            return "send_body_without_waiting_for_header_response or FULL_DUPLEX_STREAMED rules out mode_override";
        }
        return known.isLost() ? "Envoy has ignored mode_override on this connection" : null;
    }

    /**
     * Returns the trust in Envoy to honour an override that requests the body, or the trailers of a body that Envoy
     * sends anyway.
     */
    private ModeOverrideTrust trust(BodyUse planned) {
        ModeOverrideTrust known = trust;
        if (known == null || known.kind().use() != planned) {
            known = envoy.of(new ModeOverrideTrust.Kind(route, protocol, request, planned, told.sendsBody()));
            trust = known;
        }
        return known;
    }

    /**
     * Requests the response's body with the answer to the request headers, if only its arrival can prove that Envoy
     * honours overrides. Returns whether that proof is needed.
     */
    public boolean beginTrial() {
        if (responseProof != null && responseProof.begin()) {
            asked = true;
            mode = BodyMode.FULL_DUPLEX_STREAMED;
        }
        return responseProof != null;
    }

    /**
     * Delays an action until the first part or the end of the body proves that Envoy honours the override. Only Envoy's
     * own timeouts limit the wait. An Envoy that honours the override applies its stream timeouts. An Envoy that
     * ignores the override applies its message_timeout, in all modes but full duplex.
     */
    public void awaitProof(Runnable then) {
        Objects.requireNonNull(responseProof).await(then);
    }

    /** Returns whether a part of the body must arrive as proof before any part of the message is forwarded. */
    public boolean isToBeProved() {
        return responseProof != null && responseProof.hasBegun() && !came;
    }

    /**
     * Records a message that arrives while another one waits for proof that Envoy honours the override. Returns whether
     * this message is the proof.
     */
    public boolean proves() {
        if (!isToBeProved()) {
            return false;
        }
        boolean waited = Objects.requireNonNull(responseProof).isAwaited();
        comes();
        return waited;
    }

    void close() {
        endChunkProof();
        if (responseProof != null) {
            responseProof.end();
        }
    }

    private void endChunkProof() {
        if (chunkProof != null) {
            chunkProof.end();
        }
    }

    /**
     * Records a response to a request whose body has not arrived. Returns whether the request's body must have passed
     * without being sent to the engine.
     *
     * @param awaited whether an Envoy that honours the override forwards the request only with its body
     */
    boolean isMissedBy(ResponseOrigin answerer, boolean awaited) {
        endChunkProof();
        boolean misses = awaited || (asked && !told.sendsBody());
        // Since 1.37 Envoy's local replies arrive as responses, and any client can cause one.
        if (came || !misses || answerer == ResponseOrigin.ENVOY) {
            return false;
        }
        boolean unseen = awaited || !trust(use).isProved();
        if (asked) {
            miss(trust(use), answerer, awaited);
        }
        return unseen && !inShadow;
    }

    private void miss(ModeOverrideTrust known, ResponseOrigin answerer, boolean awaited) {
        if (answerer == ResponseOrigin.UNTOLD && envoy.tellsOrigins()) {
            // Envoy has marked upstream responses before, so this unmarked one is a local reply.
            return;
        }
        if (!awaited) {
            known.doubted();
        } else if (answerer == ResponseOrigin.UPSTREAM) {
            known.ignored();
        } else {
            known.ignoredOrRefused();
        }
    }

    /**
     * Records the end of an exchange. A requested body that never arrived may have passed without being sent to the
     * engine.
     */
    public void endedWithoutBody() {
        if (asked && !came && responseProof == null && !told.sendsBody() && mayHaveContent) {
            ModeOverrideTrust known = trust(use);
            // A body that no policy reads cannot pass unseen, and cancelled requests are no reason to refuse others.
            if (use != BodyUse.NONE || !known.isProved()) {
                known.doubted();
            }
        }
    }
}
