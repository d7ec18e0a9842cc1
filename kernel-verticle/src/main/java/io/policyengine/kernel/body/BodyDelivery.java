package io.policyengine.kernel.body;

import io.policyengine.core.config.EnvoyConfig.Trailers;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.kernel.envoy.BodyMode;
import io.policyengine.kernel.envoy.Protocol;
import io.policyengine.kernel.plan.BodyUse;
import io.policyengine.kernel.plan.FlowPlan;
import io.policyengine.kernel.trust.ConnectionTrust;
import io.policyengine.kernel.trust.ModeOverrideTrust;
import io.policyengine.kernel.trust.ResponseOrigin;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The way in which Envoy sends the body of one direction and the trailers after it, by its configuration or as it was asked to, and whether it did: the next message tells, never the request.
 */
public final class BodyDelivery {
    private final BodyTools tools;
    private final ConnectionTrust envoy;
    private final String route;
    private final Protocol protocol;
    private final boolean request;

    /** The mode by Envoy's configuration. */
    private final BodyMode told;

    private BodyMode mode;
    /** The proof that a request in chunks gives of the same; null where none has to. */
    private @Nullable ChunkProof chunkProof;

    private BodyUse use = BodyUse.NONE;
    private boolean mayHaveContent = true;
    /** The content-length; -1 if there is none. */
    private long announced = -1;

    private boolean overrideDecided;
    private @Nullable String whyNoOverride;
    private @Nullable ModeOverrideTrust trust;
    private boolean asked;
    private boolean came;
    /** The proof that the response gives of the same, before anything of it goes on; null where it has not to. */
    private @Nullable ResponseProof responseProof;

    /** Only entries in the shadow look at the body: nothing is refused on their account. */
    private boolean inShadow;
    /**
     * A body of which nothing has come.
     *
     * @param envoy what is known of the Envoy that sends it
     * @param route as the configuration writes it; empty if no route policy is for the exchange
     */
    public BodyDelivery(BodyTools tools, ConnectionTrust envoy, String route, Protocol protocol, boolean request) {
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
     * @param allowsContent whether the message may have one at all: where it may not, nothing says anything of Envoy
     */
    void setUse(BodyUse planned, boolean allowsContent, HeaderMap headers) {
        use = planned;
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

    /** Something of the body comes, or what tells that there is none. */
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

    /** The trailers come; whether a body has to be taken for one that passed unseen before them. */
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

    /** True if the end of a body is told in any case, as far as is known: where Envoy skips trailers, those that have some just stop. */
    boolean tellsEnd() {
        return sendsTrailers() || !told.sendsBody() || trust(use).isProved();
    }

    /** True if Envoy sends trailers unasked; in full duplex it has to. */
    private boolean sendsTrailers() {
        return told.alwaysSendsTrailers() || tools.config().envoy().trailers() == Trailers.SEND;
    }

    /** True if Envoy may be asked for the body, or for its trailers: those may be all that tells the end of it. */
    public boolean mayAsk() {
        return mode.canBeOverridden() && whyNoOverride(use) == null;
    }

    /** The mode in which Envoy is asked for the body where it sends none. */
    BodyMode wanted(BodyUse planned) {
        boolean whole = chunkProof != null && chunkProof.isWhole();
        return whole && planned == BodyUse.CHUNKS ? BodyMode.BUFFERED : BodyPath.wanted(planned);
    }

    /** The mode in which the body will come for a chain that waits for it. */
    public BodyMode modeToCome(BodyUse planned) {
        return mode.sendsBody() ? mode : wanted(planned);
    }

    /** True if it is asked for. */
    public boolean isAsked() {
        return asked;
    }

    /** The reason why entries in the shadow are not shown the body: it cannot be had without a risk for the message itself; null if it can. */
    public @Nullable String whyNotInShadow(HeaderMap headers, FlowPlan flow) {
        String coding = headers.get("content-encoding");
        // It may turn out to be none in the midst of the body.
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
        if (!flow.needsBody()) {
            return null;
        }
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

    /** The reason why Envoy is not asked for the body, or null. Found out once: what other exchanges show meanwhile changes nothing for this one. */
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

    /** Of what Envoy has to be asked for: the body, or the trailers of one that it sends by itself. */
    private ModeOverrideTrust trust(BodyUse planned) {
        ModeOverrideTrust known = trust;
        if (known == null || known.kind().use() != planned) {
            known = envoy.of(new ModeOverrideTrust.Kind(route, protocol, request, planned, told.sendsBody()));
            trust = known;
        }
        return known;
    }

    /** Asks for the response body together with the answer to the request headers, where it has to prove itself; whether it is asked for. */
    public boolean beginTrial() {
        if (responseProof != null && responseProof.begin()) {
            asked = true;
            mode = BodyMode.FULL_DUPLEX_STREAMED;
        }
        return responseProof != null;
    }

    /**
     * Holds back what goes on until something of a body, or its end, has come that has to prove itself. Only Envoy ends the wait: one that honours overrides by its timeouts of streams, as it does where events are quiet, and one
     * that ignores them by its message_timeout, which it has but in full duplex.
     */
    public void awaitProof(Runnable then) {
        Objects.requireNonNull(responseProof).await(then);
    }

    /** True if something of the body has to come before anything of the message goes on. */
    public boolean isToBeProved() {
        return responseProof != null && responseProof.hasBegun() && !came;
    }

    /** A message has come that waits; whether it is the proof for which others waited. */
    public boolean proves() {
        if (!isToBeProved()) {
            return false;
        }
        boolean waited = Objects.requireNonNull(responseProof).isAwaited();
        comes();
        return waited;
    }

    /** Waits for nothing any more. */
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
     * A response comes while nothing of the request's body has: whether that must be taken for passed unseen.
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
            // It has told before what was an upstream's, so this is its own.
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

    /** The exchange is over, and a response whose headers went on may have passed without its body being seen, or broken off before it. */
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
