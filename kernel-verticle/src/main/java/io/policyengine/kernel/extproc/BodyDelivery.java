package io.policyengine.kernel.extproc;

import io.policyengine.core.config.EnvoyConfig.Trailers;
import io.policyengine.kernel.envoy.BodyMode;
import io.policyengine.kernel.plan.BodyUse;
import io.policyengine.kernel.plan.FlowPlan;
import io.policyengine.kernel.trust.ModeOverrideTrust;
import io.policyengine.kernel.trust.ResponseOrigin;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How Envoy sends the body of one direction and the trailers after it, by its configuration or as it was asked to, and whether it
 * did: the next message tells, never the request.
 */
final class BodyDelivery {
    private final Exchange exchange;
    private final LoopContext loop;
    private final boolean request;
    /** How requests in chunks prove the same. */
    private final ChunkProof chunkProof;

    private BodyMode told = BodyMode.NONE;
    private BodyMode mode = BodyMode.NONE;
    private BodyUse use = BodyUse.NONE;
    private boolean mayHaveContent = true;
    /** The content-length; -1 if there is none. */
    private long announced = -1;

    private boolean overrideDecided;
    private @Nullable String whyNoOverride;
    private @Nullable ModeOverrideTrust trust;
    private boolean asked;
    private boolean came;
    /** The response has to prove that Envoy honours overrides before anything of it goes on. */
    private boolean mustProve;

    private boolean tried;
    /** Only entries in the shadow look at the body: nothing is refused on their account. */
    private boolean inShadow;
    /** What goes on with the proof; null if nothing waits for it. */
    private @Nullable Runnable proved;

    BodyDelivery(Exchange exchange, LoopContext loop, boolean request) {
        this.exchange = exchange;
        this.loop = loop;
        this.request = request;
        this.chunkProof = new ChunkProof(exchange, loop);
    }

    /** The mode by Envoy's configuration. */
    void setMode(BodyMode configured) {
        told = configured;
        mode = configured;
    }

    BodyMode mode() {
        return mode;
    }

    /**
     * What the chain does with the body that Envoy may be asked for.
     *
     * @param allowsContent whether the message may have one at all: where it may not, nothing says anything of Envoy
     * @param contentLength as the message has it
     */
    void setUse(BodyUse planned, boolean allowsContent, @Nullable String contentLength) {
        use = planned;
        mayHaveContent = allowsContent;
        announced = length(contentLength);
    }

    private static long length(@Nullable String announced) {
        try {
            return announced == null ? -1 : Long.parseLong(announced);
        } catch (NumberFormatException none) {
            return -1;
        }
    }

    /** Whether anything of the body has come. */
    boolean hasCome() {
        return came;
    }

    /** Something of the body comes, or what tells that there is none. */
    void comes() {
        came = true;
        chunkProof.end();
        if (asked && !told.sendsBody()) {
            trust(use).honoured();
        }
        goOn();
    }

    /** The trailers come; whether a body has to be taken for one that passed unseen before them. */
    boolean trailersCome() {
        boolean alone = !came;
        came = true;
        chunkProof.end();
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

    /** Whether the end of a body is told in any case, as far as is known: where Envoy skips trailers, those that have some just stop. */
    boolean tellsEnd() {
        return sendsTrailers() || !told.sendsBody() || trust(use).isProved();
    }

    /** Whether Envoy sends trailers unasked; in full duplex it has to. */
    private boolean sendsTrailers() {
        return told.alwaysSendsTrailers() || loop.config().envoy().trailers() == Trailers.SEND;
    }

    /** Whether Envoy may be asked for the body, or for its trailers: those may be all that tells the end of it. */
    boolean mayAsk() {
        return mode.canBeOverridden() && whyNoOverride(use) == null;
    }

    /** How Envoy is asked for the body where it sends none. */
    BodyMode wanted(BodyUse planned) {
        return chunkProof.isWhole() && planned == BodyUse.CHUNKS ? BodyMode.BUFFERED : BodyPath.wanted(planned);
    }

    /** Whether it is asked for. */
    boolean isAsked() {
        return asked;
    }

    /** Whether Envoy gives the body to entries in the shadow, with nothing that may go wrong on their account. */
    boolean isToBeHadInShadow(FlowPlan flow) {
        inShadow = true;
        return !mode.mayCutOff()
                && mismatch(flow) == null
                && (told.sendsBody() || !trust(flow.body()).isSuspect());
    }

    /** Envoy is asked for another mode, or for trailers in the same. */
    void ask(BodyMode wanted) {
        asked = !told.sendsBody() || !sendsTrailers();
        mode = wanted;
        chunkProof.asked();
    }

    /** Why a chain cannot be served, or null. */
    @Nullable
    String mismatch(FlowPlan flow) {
        if (!flow.needsBody()) {
            return null;
        }
        BodyUse planned = flow.body();
        String direction = request ? "request" : "response";
        String needs = whatNeeds(planned) + ", but Envoy's " + direction;
        if (mode.sendsBody() && BodyPath.of(planned, mode) == null) {
            return needs + "_body_mode is " + mode + ", which cannot give it: set BUFFERED or FULL_DUPLEX_STREAMED";
        }
        String why = mode.sendsBody() && sendsTrailers() ? null : whyNoOverride(planned);
        if (why == null) {
            return null;
        }
        return !mode.sendsBody()
                ? needs + "_body_mode is NONE and " + why + ": set allow_mode_override, or the mode itself"
                : needs + "_trailer_mode is SKIP by envoy.trailers and " + why
                        + ", so that nothing tells the end of a body with trailers: set it to SEND, and envoy.trailers: send";
    }

    /** Why a chain cannot be served now that the headers are there, or null. */
    @Nullable
    String mismatchOnTrial(FlowPlan flow) {
        String mismatch = mismatchOfResponse(flow);
        boolean asksForChunks = request && flow.body() == BodyUse.CHUNKS && !told.sendsBody();
        return mismatch == null && asksForChunks ? chunkProof.choose(trust(BodyUse.CHUNKS), announced) : mismatch;
    }

    private @Nullable String mismatchOfResponse(FlowPlan flow) {
        return mustProve && !tried && flow.needsBody()
                ? whatNeeds(flow.body())
                        + ", and Envoy could not be asked for the response's together with the request headers, as it"
                        + " has to be since bodies did not come"
                : mismatch(flow);
    }

    private static String whatNeeds(BodyUse planned) {
        return switch (planned) {
            case NONE -> "a policy has to know when the response has ended";
            case WHOLE -> "a policy needs the whole body";
            case CHUNKS -> "a policy looks at the body";
        };
    }

    /** Why Envoy is not asked for the body, or null. Found out once: what other exchanges show meanwhile changes nothing for this one. */
    private @Nullable String whyNoOverride(BodyUse planned) {
        if (!overrideDecided) {
            overrideDecided = true;
            ModeOverrideTrust known = trust(planned);
            whyNoOverride = exchange.admission().whyNoOverride(known);
            mustProve = !request && !inShadow && !told.sendsBody() && known.isSuspect();
        }
        return whyNoOverride;
    }

    /** Of what Envoy has to be asked for: the body, or the trailers of one that it sends by itself. */
    private ModeOverrideTrust trust(BodyUse planned) {
        ModeOverrideTrust known = trust;
        if (known == null || known.kind().use() != planned) {
            String route = Objects.requireNonNull(exchange.plan()).routeName();
            known = exchange.trust()
                    .of(new ModeOverrideTrust.Kind(route, exchange.protocol(), request, planned, told.sendsBody()));
            trust = known;
        }
        return known;
    }

    /**
     * Asks for the response body together with the answer to the request headers, where it has to prove itself: in full duplex, which
     * brings the body while the answer to its headers is still held back. Whether it is asked for.
     */
    boolean beginTrial() {
        if (mustProve && !tried) {
            tried = true;
            asked = true;
            mode = BodyMode.FULL_DUPLEX_STREAMED;
        }
        return tried;
    }

    /**
     * Holds back what goes on until something of a body, or its end, has come that has to prove itself; false if nothing has to be held
     * back. Only Envoy ends the wait: one that honours overrides by its timeouts of streams, as it does where events are quiet, and one
     * that ignores them by its message_timeout, which it has but in full duplex.
     */
    boolean awaitProof(Runnable then) {
        if (!tried || came) {
            return false;
        }
        proved = then;
        return true;
    }

    /** A message has come that waits; whether it is the proof for which others waited. */
    boolean proves() {
        if (!tried || came) {
            return false;
        }
        boolean waited = proved != null;
        comes();
        return waited;
    }

    private void goOn() {
        Runnable next = proved;
        proved = null;
        if (next != null) {
            next.run();
        }
    }

    /** Waits for nothing any more. */
    void close() {
        proved = null;
        chunkProof.end();
    }

    /**
     * A response comes while nothing of the request's body has: whether that must be taken for passed unseen.
     *
     * @param awaited whether it cannot have gone on without its body, had Envoy been as it was asked to be
     */
    boolean isMissedBy(ResponseOrigin answerer, boolean awaited) {
        chunkProof.end();
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
        if (answerer == ResponseOrigin.UNTOLD && exchange.trust().tellsOrigins()) {
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
    void endedWithoutBody() {
        if (asked && !came && !tried && !told.sendsBody() && mayHaveContent) {
            ModeOverrideTrust known = trust(use);
            // Nothing passes unseen where nobody looks: clients that go away are no reason to refuse others.
            if (use != BodyUse.NONE || !known.isProved()) {
                known.doubted();
            }
        }
    }
}
