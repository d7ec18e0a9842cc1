package io.policyengine.kernel.extproc;

import io.policyengine.core.config.EnvoyConfig.Trailers;
import io.policyengine.kernel.envoy.BodyMode;
import io.policyengine.kernel.plan.BodyUse;
import io.policyengine.kernel.plan.FlowPlan;
import org.jspecify.annotations.Nullable;

/**
 * How Envoy sends the body of one direction and the trailers after it, by its configuration or as it was asked to, and whether it
 * did: the next message tells, never the request.
 */
final class BodyDelivery {
    private final Exchange exchange;
    private final Loop loop;
    private final boolean request;

    private BodyMode told = BodyMode.NONE;
    private BodyMode mode = BodyMode.NONE;
    private BodyUse use = BodyUse.NONE;
    private boolean overrideDecided;
    private @Nullable String whyNoOverride;
    private boolean asked;
    private boolean came;

    BodyDelivery(Exchange exchange, Loop loop, boolean request) {
        this.exchange = exchange;
        this.loop = loop;
        this.request = request;
    }

    /** The mode by Envoy's configuration. */
    void setMode(BodyMode configured) {
        told = configured;
        mode = configured;
    }

    BodyMode mode() {
        return mode;
    }

    /** What the chain does with the body that Envoy may be asked for. */
    void setUse(BodyUse planned) {
        use = planned;
    }

    /** Whether anything of the body has come. */
    boolean hasCome() {
        return came;
    }

    /** Something of the body comes, or what tells that there is none. */
    void comes() {
        came = true;
        if (asked && told == BodyMode.NONE) {
            trust(use).honoured();
        }
    }

    /** The trailers come. */
    void trailersCome() {
        comes();
        if (asked) {
            trust(use).honoured();
        }
    }

    /** Whether the end of a body is told in any case, as far as is known: where Envoy skips trailers, those that have some just stop. */
    boolean tellsEnd() {
        return sendsTrailers() || told == BodyMode.NONE || !trust(use).isDoubtful();
    }

    /** Whether Envoy sends trailers unasked; in full duplex it has to. */
    private boolean sendsTrailers() {
        return told == BodyMode.FULL_DUPLEX_STREAMED || loop.config().envoy().trailers() == Trailers.SEND;
    }

    /** Whether Envoy may be asked for the body, or for its trailers: those may be all that tells the end of it. */
    boolean mayAsk() {
        return mode != BodyMode.FULL_DUPLEX_STREAMED && whyNoOverride(use) == null;
    }

    /** Envoy is asked for another mode, or for trailers in the same. */
    void ask(BodyMode wanted) {
        asked = told == BodyMode.NONE || !sendsTrailers();
        mode = wanted;
    }

    /** Why a chain cannot be served, or null. */
    @Nullable
    String misfit(FlowPlan flow) {
        if (!flow.needsBody()) {
            return null;
        }
        BodyUse planned = flow.body();
        String direction = request ? "request" : "response";
        String needs = whatNeeds(planned) + ", but Envoy's " + direction;
        if (mode != BodyMode.NONE && BodyPath.of(planned, mode) == null) {
            return needs + "_body_mode is " + mode + ", which cannot give it: set BUFFERED or FULL_DUPLEX_STREAMED";
        }
        String why = mode != BodyMode.NONE && sendsTrailers() ? null : whyNoOverride(planned);
        if (why == null) {
            return null;
        }
        return mode == BodyMode.NONE
                ? needs + "_body_mode is NONE and " + why + ": set allow_mode_override, or the mode itself"
                : needs + "_trailer_mode is SKIP by envoy.trailers and " + why
                        + ", so that nothing tells the end of a body with trailers: set it to SEND, and envoy.trailers: send";
    }

    private static String whatNeeds(BodyUse planned) {
        return switch (planned) {
            case NONE -> "a policy has to know when the response has ended";
            case WHOLE -> "a policy needs the whole body";
            case PIECES -> "a policy looks at the body";
        };
    }

    /** Why Envoy is not asked for the body, or null. Found out once: where overrides were ignored, only one exchange may try again. */
    private @Nullable String whyNoOverride(BodyUse planned) {
        if (!overrideDecided) {
            overrideDecided = true;
            whyNoOverride = exchange.admission().whyNoOverride(trust(planned));
        }
        return whyNoOverride;
    }

    /** Of what Envoy has to be asked for: the body, or the trailers of one that it sends by itself. */
    private OverrideTrust trust(BodyUse planned) {
        Shared shared = loop.shared();
        return told == BodyMode.NONE ? shared.overrideTrust(request, planned) : shared.trailerTrust(request, planned);
    }

    /**
     * What a missing body tells of overrides; whether it must be taken for one that passed unseen.
     *
     * @param awaited whether policies wait for the whole body
     * @param refusedByEnvoy whether Envoy itself may have answered because of the body: since 1.40 such answers come as responses
     */
    boolean noteMissing(boolean awaited, boolean refusedByEnvoy) {
        if (came) {
            return false;
        }
        if (awaited) {
            // A response may have been broken off, and trailers come too rarely to make good for that.
            if (asked && !refusedByEnvoy && (request || told == BodyMode.NONE)) {
                trust(use).missed(true);
            }
            return !refusedByEnvoy && (request || asked);
        }
        if (asked && told == BodyMode.NONE) {
            OverrideTrust trust = trust(use);
            // Nothing passes unseen where nobody looks: clients that go away are no reason to refuse others.
            if (use != BodyUse.NONE || !trust.isProved()) {
                trust.missed(false);
            }
            return trust.isDoubtful();
        }
        return false;
    }
}
