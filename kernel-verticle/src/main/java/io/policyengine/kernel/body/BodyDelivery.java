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
 * The way in which Envoy sends the body of one direction and the trailers after it: by its configuration, or as it was asked to. Only the
 * next message shows whether Envoy does as it was asked.
 */
public final class BodyDelivery {
    private final BodyTools tools;
    private final ConnectionTrust envoy;
    private final String route;
    private final ExchangeProtocol protocol;
    private final boolean request;

    /** The mode by Envoy's configuration. */
    private final BodyMode told;

    private BodyMode mode;
    /** The proof by a request in chunks that Envoy honours overrides; null where none is needed. */
    private @Nullable ChunkProof chunkProof;

    private BodyUse use = BodyUse.NONE;
    private boolean endsWithMadeTrailers;
    private boolean mayHaveContent = true;
    /** The content-length; -1 if there is none. */
    private long announced = -1;

    private boolean overrideDecided;
    private @Nullable String whyNoOverride;
    private @Nullable ModeOverrideTrust trust;
    private boolean asked;
    private boolean came;
    /** The proof by the response that Envoy honours overrides, before any of it goes on; null where none is needed. */
    private @Nullable ResponseProof responseProof;

    /** True if only shadow entries look at the body: nothing is refused because of them. */
    private boolean inShadow;
    /**
     * A body before any of it has come.
     *
     * @param envoy what is known of the Envoy that sends it
     * @param route as the configuration writes it; empty if no route policy is for the exchange
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
     * Sets what the chain does with the body that Envoy may be asked for.
     *
     * @param allowsContent whether the message may have a body at all: if it may not, a missing body says nothing about Envoy
     */
    void setUse(FlowPlan planned, boolean allowsContent, HeaderMap headers) {
        use = planned.body();
        endsWithMadeTrailers = planned.endsWithMadeTrailers();
        mayHaveContent = allowsContent;
        announced = BodyFields.length(headers);
    }

    /** The content-length of the message; -1 if there is none. */
    long announced() {
        return announced;
    }

    /** True if anything of the body has come. */
    boolean hasCome() {
        return came;
    }

    /** Records that a part of the body arrives, or a message that proves that there is none. */
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

    /** The trailers come; true if the body has to be taken to have passed unseen before them. */
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
            // Any client can end a request so. That it passed unseen is ruled out only where bodies have come.
            return !known.isProved() && !inShadow;
        }
        // Those that end so on purpose are answers of gRPC, after which trailers were asked for.
        if (!known.isProved() && sendsTrailers()) {
            known.doubted();
        }
        return false;
    }

    /**
     * True if Envoy always reports the end of a body, as far as is known: if it skips trailers, a body with trailers
     * just stops.
     */
    boolean tellsEnd() {
        return sendsTrailers() || !told.sendsBody() || trust(use).isProved();
    }

    /** True if Envoy sends trailers unasked; in full duplex it has to. */
    private boolean sendsTrailers() {
        return told.alwaysSendsTrailers() || tools.config().envoy().trailers() == Trailers.SEND;
    }

    /** True if Envoy may be asked for the body, or for its trailers, which may be the only sign of its end. */
    public boolean mayAsk() {
        return mode.canBeOverridden() && whyNoOverride(use) == null;
    }

    /** True if Envoy has to be asked for trailers that policies look at, and may be. */
    public boolean mayAskForTrailers() {
        return !sendsTrailers() && mayAsk();
    }

    /** The mode in which Envoy is asked for the body where it sends none. */
    BodyMode wanted(BodyUse planned) {
        boolean whole = chunkProof != null && chunkProof.isWhole();
        if (planned == BodyUse.CHUNKS && (whole || endsWithMadeTrailers)) {
            // Only in full duplex is there a place for bytes between the last chunk and the trailers.
            return whole ? BodyMode.BUFFERED : BodyMode.FULL_DUPLEX_STREAMED;
        }
        return BodyPath.wanted(planned);
    }

    /** The mode in which the body will come for a chain that waits for it. */
    public BodyMode modeToCome(BodyUse planned) {
        return mode.sendsBody() ? mode : wanted(planned);
    }

    /** True if it is asked for. */
    public boolean isAsked() {
        return asked;
    }

    /** The reason why shadow entries are not shown the body, which would put the message itself at risk, or null. */
    public @Nullable String whyNotInShadow(HeaderMap headers, FlowPlan flow) {
        String coding = headers.get("content-encoding");
        // Only in the middle of the body may it turn out not to be in this coding.
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

    /** Envoy is asked for another mode, or for trailers in the same. */
    public void ask(BodyMode wanted) {
        asked = !told.sendsBody() || !sendsTrailers();
        mode = wanted;
        if (chunkProof != null) {
            chunkProof.asked();
        }
    }

    /** The reason why a chain cannot be served, or null. */
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

    /** The reason why a chain cannot be served now that the headers are there, or null. */
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

    /**
     * The reason why Envoy is not asked for the body, or null. It is found once: what other exchanges show meanwhile changes nothing for
     * this one.
     */
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

    /** The reason why Envoy would not honour a mode override that asks for a body; null if it would, as far as is known. */
    private @Nullable String whyNotHonoured(ModeOverrideTrust known) {
        if (!tools.config().envoy().allowModeOverride()) {
            return "envoy.allow_mode_override is false";
        }
        if (!protocol.canOverrideMode()) {
            return "send_body_without_waiting_for_header_response or FULL_DUPLEX_STREAMED rules out mode_override";
        }
        return known.isLost() ? "Envoy has ignored mode_override on this connection" : null;
    }

    /** The trust in what Envoy has to be asked for: the body, or the trailers of a body that it sends unasked. */
    private ModeOverrideTrust trust(BodyUse planned) {
        ModeOverrideTrust known = trust;
        if (known == null || known.kind().use() != planned) {
            known = envoy.of(new ModeOverrideTrust.Kind(route, protocol, request, planned, told.sendsBody()));
            trust = known;
        }
        return known;
    }

    /**
     * Requests the response body together with the answer to the request headers, if the response must prove itself;
     * true if it was requested.
     */
    public boolean beginTrial() {
        if (responseProof != null && responseProof.begin()) {
            asked = true;
            mode = BodyMode.FULL_DUPLEX_STREAMED;
        }
        return responseProof != null;
    }

    /**
     * Delays an action until a part of a body that must prove itself, or its end, has arrived. Only Envoy ends the
     * wait: one that honours overrides by its stream timeouts, as for quiet event streams; one that ignores them by its
     * message_timeout, which applies in all modes but full duplex.
     */
    public void awaitProof(Runnable then) {
        Objects.requireNonNull(responseProof).await(then);
    }

    /** True if something of the body has to come before anything of the message goes on. */
    public boolean isToBeProved() {
        return responseProof != null && responseProof.hasBegun() && !came;
    }

    /** A message that waits has come; true if it is the proof that others waited for. */
    public boolean proves() {
        if (!isToBeProved()) {
            return false;
        }
        boolean waited = Objects.requireNonNull(responseProof).isAwaited();
        comes();
        return waited;
    }

    /** Stops waiting. */
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
     * A response comes while nothing of the request's body has come; true if the body must be taken to have passed unseen.
     *
     * @param awaited whether it cannot have gone on without its body, had Envoy been as it was asked to be
     */
    boolean isMissedBy(ResponseOrigin answerer, boolean awaited) {
        endChunkProof();
        boolean misses = awaited || (asked && !told.sendsBody());
        // Since 1.37 Envoy's own answers come as responses. They are no content of an upstream, and any client can have
        // them.
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
            // Envoy has told before which responses were an upstream's, so this one is its own.
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

    /** The exchange is over. A response whose headers went on may have passed with its body unseen, or have broken off before its body. */
    public void endedWithoutBody() {
        if (asked && !came && responseProof == null && !told.sendsBody() && mayHaveContent) {
            ModeOverrideTrust known = trust(use);
            // Nothing passes unseen where nobody looks: clients that go away are no reason to refuse others.
            if (use != BodyUse.NONE || !known.isProved()) {
                known.doubted();
            }
        }
    }
}
