package io.policyengine.kernel.extproc;

import io.policyengine.kernel.envoy.BodyMode;
import io.policyengine.kernel.plan.BodyUse;
import io.policyengine.kernel.plan.FlowPlan;
import org.jspecify.annotations.Nullable;

/**
 * How Envoy sends the body of one direction, by its configuration or as it was asked to, and whether it did: the next message
 * tells, never the request.
 */
final class BodyDelivery {
    private final Exchange exchange;
    private final Loop loop;
    private final boolean request;

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

    void setMode(BodyMode told) {
        mode = told;
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
        if (asked) {
            trust(use).honoured();
        }
    }

    /** Whether Envoy may be asked for the body, or for its trailers: those may be all that tells the end of it. */
    boolean mayAsk() {
        return mode != BodyMode.FULL_DUPLEX_STREAMED && whyNoOverride(use) == null;
    }

    /** Envoy is asked for another mode, or the same. */
    void ask(BodyMode wanted) {
        asked = wanted != mode;
        mode = wanted;
    }

    /** Why a chain cannot be served, or null. */
    @Nullable
    String misfit(FlowPlan flow) {
        BodyUse planned = flow.body();
        boolean hasEnd = mode != BodyMode.NONE || !flow.toTheEnd();
        if (hasEnd && BodyPath.of(planned, mode) != null) {
            return null;
        }
        String name = request ? "request_body_mode" : "response_body_mode";
        String needs = whatNeeds(planned) + ", but Envoy's " + name + " is ";
        if (mode != BodyMode.NONE) {
            return needs + mode + ", which cannot give it: set BUFFERED or FULL_DUPLEX_STREAMED";
        }
        String why = whyNoOverride(planned);
        return why == null ? null : needs + "NONE and " + why + ": set allow_mode_override, or the mode itself";
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

    private OverrideTrust trust(BodyUse planned) {
        return loop.shared().overrideTrust(request, planned);
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
            if (asked && !refusedByEnvoy) {
                trust(use).missed(true);
            }
            return !refusedByEnvoy;
        }
        if (asked) {
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
