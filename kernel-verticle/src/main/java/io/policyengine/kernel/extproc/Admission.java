package io.policyengine.kernel.extproc;

import io.policyengine.core.config.KernelConfig.ResponsePhaseCheck;
import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.http.ResponseView;
import io.policyengine.kernel.envoy.EnvoyMessage;
import io.policyengine.kernel.envoy.EnvoyReader;
import io.policyengine.kernel.envoy.Message;
import io.policyengine.kernel.envoy.Protocol;
import io.policyengine.kernel.plan.FlowPlan;
import io.policyengine.kernel.plan.RoutePlan;
import io.policyengine.kernel.trust.ModeOverrideTrust;
import io.policyengine.kernel.trust.ResponseOrigin;
import io.policyengine.kernel.worker.Worker;
import org.jspecify.annotations.Nullable;

/** Whether all of an exchange's chains can run, by its plan, the workers, and how Envoy conducts it; if not, nothing of them does. */
final class Admission {
    /** Why a message is refused, or has failed, whose end Envoy may have kept back. */
    static final String CUT =
            "a body went on without what is held here until its end, which may have passed with trailers that"
                    + " Envoy skips: set its trailer modes to SEND, and envoy.trailers: send";

    private final Exchange exchange;
    private final LoopContext loop;
    private boolean granted;
    /** Envoy was asked to send no more. */
    private boolean askedToEnd;

    Admission(Exchange exchange, LoopContext loop) {
        this.exchange = exchange;
        this.loop = loop;
    }

    /** Whether the exchange has passed the check. */
    boolean isGranted() {
        return granted;
    }

    /**
     * The all-or-nothing check, before any policy runs; false if the exchange is refused.
     *
     * @param first the kind of the first message
     */
    boolean admit(RoutePlan plan, Message first, EnvoyMessage message) {
        granted = admitWorkers(plan)
                && (!first.isRequest() || !first.isHeaders() || admitTarget(plan, message))
                && (first == Message.LAST_REQUEST_HEADERS || admitBody(exchange.request(), plan.request()))
                && admitBody(exchange.response(), plan.response());
        return granted;
    }

    /** A chain on requests does not run on one whose target it cannot see, as if there were none. */
    private boolean admitTarget(RoutePlan plan, EnvoyMessage message) {
        String problem = plan.needsRequest() ? EnvoyReader.targetProblem(message) : null;
        if (problem != null) {
            exchange.refuse(
                    ErrorCode.POLICY_NOT_SUPPORTED,
                    "Envoy sends request headers " + problem
                            + ", which the route's policies need: let its forward_rules pass ':method', ':path' and ':authority'");
        }
        return problem == null;
    }

    private boolean admitWorkers(RoutePlan plan) {
        RoutePlan.Refusal refusal = plan.refusal();
        if (refusal != null) {
            exchange.refuse(refusal.code(), refusal.reason());
            return false;
        }
        Worker missing = plan.missingWorker();
        if (missing != null) {
            exchange.refuse(ErrorCode.WORKER_UNAVAILABLE, "no replica of worker '" + missing + "' can be called");
            return false;
        }
        return true;
    }

    private boolean admitBody(Side<?> side, FlowPlan flow) {
        FlowPlan min = flow.withoutShadow() == null ? flow : flow.withoutShadow();
        String mismatch = side.delivery().mismatch(min);
        if (mismatch != null) {
            exchange.refuse(ErrorCode.POLICY_NOT_SUPPORTED, mismatch);
        }
        return mismatch == null;
    }

    /** Whether the response chain may run now on a response of this status; if not, the exchange is refused. */
    boolean admitsResponse(ResponseView message) {
        RoutePlan plan = exchange.plan();
        RequestSide request = exchange.request();
        if (!request.hasBegun() && plan != null && plan.needsRequest()) {
            exchange.refuse(
                    ErrorCode.POLICY_NOT_SUPPORTED,
                    "Envoy sends no request headers, which a policy of the route needs");
            return false;
        }
        if (askedToEnd) {
            loop.shared().log().ignoredOverride(exchange);
        }
        ResponseOrigin origin = exchange.response().origin();
        if (request.isMissedBy(origin)) {
            exchange.refuse(
                    origin == ResponseOrigin.UNTOLD ? codeOfLack(message.status()) : ErrorCode.POLICY_NOT_SUPPORTED,
                    "the request went upstream without its body, which a policy has to see");
            return false;
        }
        if (exchange.awaitsRequestBody()) {
            exchange.refuse(
                    codeOfLack(message.status()), "a response came before the request's body, which a policy looks at");
            return false;
        }
        if (request.mayBeCut()) {
            exchange.refuse(ErrorCode.POLICY_NOT_SUPPORTED, CUT);
            return false;
        }
        return plan == null
                || plan.response().isEmpty()
                || loop.config().responsePhaseCheck() != ResponsePhaseCheck.RECHECK
                || admitWorkers(plan);
    }

    /** Envoy itself answers to bodies that are too large, or too slow: the client is told as much. */
    private static ErrorCode codeOfLack(int status) {
        return switch (status) {
            case 413 -> ErrorCode.REQUEST_TOO_LARGE;
            case 408 -> ErrorCode.REQUEST_TIMEOUT;
            default -> ErrorCode.POLICY_NOT_SUPPORTED;
        };
    }

    /** Why Envoy would not honour a mode override that asks for a body; null if it would, as far as is known. */
    @Nullable
    String whyNoOverride(ModeOverrideTrust trust) {
        if (!loop.config().envoy().allowModeOverride()) {
            return "envoy.allow_mode_override is false";
        }
        if (!exchange.protocol().canOverrideMode()) {
            return "send_body_without_waiting_for_header_response or FULL_DUPLEX_STREAMED rules mode_override out";
        }
        return trust.isLost() ? "Envoy has ignored mode_override on this connection" : null;
    }

    /** Whether nothing more of the exchange is wanted after the request headers, and Envoy can be told so. */
    boolean mayEndAfterRequestHeaders() {
        Protocol protocol = exchange.protocol();
        return loop.config().envoy().allowModeOverride() && protocol.canOverrideMode() && protocol.sendsNoBody();
    }

    /** Envoy is asked to send no more: it keeps the stream until the client has its answer, but nothing of it concerns us. */
    void askedToEnd() {
        askedToEnd = true;
    }
}
