package io.policyengine.kernel.extproc;

import io.policyengine.core.config.KernelConfig.ResponsePhaseCheck;
import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.http.ResponseView;
import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.kernel.body.BodyDelivery;
import io.policyengine.kernel.envoy.EnvoyMessage;
import io.policyengine.kernel.envoy.EnvoyReader;
import io.policyengine.kernel.envoy.MessageKind;
import io.policyengine.kernel.plan.FlowPlan;
import io.policyengine.kernel.plan.RoutePlan;
import io.policyengine.kernel.trust.ResponseOrigin;
import io.policyengine.kernel.worker.Worker;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Checks whether all chains of an exchange can run with the given plan, workers and protocol. If one chain cannot run,
 * none does.
 */
final class Admission {
    /**
     * The reason for refusing or failing a message whose last bytes policies held back, although Envoy may not have
     * reported the message's end.
     */
    static final String CUT =
            "a body was forwarded without the last bytes, which policies held back until its end: Envoy may have"
                    + " skipped the trailers that ended it. Set its trailer modes to SEND, and envoy.trailers: send";

    private Admission() {}

    /** Returns the reason for ending an exchange that holds much memory and makes no progress. */
    static String shed(long bytes, Duration idle) {
        return "limits.max_buffered_bytes is exhausted, and this exchange held " + bytes
                + " bytes without progress for " + idle.toMillis()
                + " ms: raise the limit and the heap, or find out why the exchange makes no progress";
    }

    /**
     * Checks the first message before any policy runs. Returns why no policy may run, or null.
     *
     * @param kind the kind of the message
     * @param request delivery of the request's body
     * @param response delivery of the response's body
     */
    static @Nullable Refusal refusalOf(
            LoopContext loop,
            ExchangeFacts facts,
            MessageKind kind,
            EnvoyMessage first,
            Map<String, String> attributes,
            BodyDelivery request,
            BodyDelivery response) {
        ImmediateResponse denial = TargetCheck.denialOf(loop, facts, first, attributes);
        if (denial != null) {
            return new Refusal.Denial(denial);
        }
        RoutePlan plan = facts.plan();
        return plan == null
                ? refusalOfUnknownRoute(loop, facts)
                : refusalOfChains(plan, kind, first, request, response);
    }

    private static @Nullable Refusal refusalOfUnknownRoute(LoopContext loop, ExchangeFacts facts) {
        if (facts.refusedByEnvoy()) {
            return null;
        }
        loop.shared().log().unknownRoute(facts);
        return switch (loop.config().unknownRoute()) {
            case CONTINUE -> null;
            case DENY -> new Refusal.Denial(loop.errorResponses().unknownRoute(facts.requestId()));
        };
    }

    private static Refusal.@Nullable Failure refusalOfChains(
            RoutePlan plan, MessageKind kind, EnvoyMessage first, BodyDelivery request, BodyDelivery response) {
        Refusal.Failure refusal = refusalOfWorkers(plan);
        if (refusal == null && kind.isRequest() && kind.isHeaders()) {
            refusal = refusalOfTarget(plan, first);
        }
        if (refusal == null && kind != MessageKind.LAST_REQUEST_HEADERS) {
            refusal = refusalOfBody(request, plan.request());
        }
        return refusal == null ? refusalOfBody(response, plan.response()) : refusal;
    }

    /** Returns the refusal of a request whose target policies need but Envoy does not send, or null. */
    private static Refusal.@Nullable Failure refusalOfTarget(RoutePlan plan, EnvoyMessage first) {
        String problem = plan.needsRequest() ? EnvoyReader.targetProblem(first) : null;
        return problem == null
                ? null
                : notSupported(
                        "Envoy sends request headers " + problem
                                + ", which the route's policies need: let its forward_rules pass ':method', ':path' and ':authority'");
    }

    private static Refusal.@Nullable Failure refusalOfWorkers(RoutePlan plan) {
        RoutePlan.Refusal refusal = plan.refusal();
        if (refusal != null) {
            return new Refusal.Failure(refusal.code(), refusal.reason());
        }
        Worker missing = plan.missingWorker();
        return missing == null
                ? null
                : new Refusal.Failure(
                        ErrorCode.WORKER_UNAVAILABLE, "no replica of worker '" + missing + "' can be called");
    }

    private static Refusal.@Nullable Failure refusalOfBody(BodyDelivery body, FlowPlan flow) {
        FlowPlan min = flow.withoutShadow() == null ? flow : flow.withoutShadow();
        String mismatch = body.mismatch(min);
        return mismatch == null ? null : notSupported(mismatch);
    }

    /**
     * Returns why the response chain may not run on a response, or null.
     *
     * @param origin the origin of the response
     */
    static Refusal.@Nullable Failure refusalOfResponse(
            LoopContext loop,
            ExchangeFacts facts,
            ResponseView message,
            ResponseOrigin origin,
            RequestDirection request) {
        if (!request.hasBegun() && facts.needsRequest()) {
            return notSupported("Envoy sends no request headers, which a policy of the route needs");
        }
        if (request.isAskedToEnd()) {
            loop.shared().log().ignoredOverride(facts);
        }
        if (request.body().isMissedBy(origin)) {
            return new Refusal.Failure(
                    origin == ResponseOrigin.UNTOLD ? codeOfLack(message.status()) : ErrorCode.ROUTE_MISCONFIGURED,
                    "the request went upstream before a policy could read its body");
        }
        if (request.body().chain().isAwaitedForLater()) {
            return new Refusal.Failure(
                    codeOfLack(message.status()), "the response came before the request's body, which a policy reads");
        }
        if (request.mayBeCut()) {
            return notSupported(CUT);
        }
        RoutePlan plan = facts.plan();
        return plan != null
                        && !plan.response().isEmpty()
                        && loop.config().responsePhaseCheck() == ResponsePhaseCheck.RECHECK
                ? refusalOfWorkers(plan)
                : null;
    }

    private static Refusal.Failure notSupported(String reason) {
        return new Refusal.Failure(ErrorCode.ROUTE_MISCONFIGURED, reason);
    }

    /** Returns the engine's error for the status with which Envoy answered because a body was too large or too slow. */
    private static ErrorCode codeOfLack(int status) {
        return switch (status) {
            case 413 -> ErrorCode.REQUEST_TOO_LARGE;
            case 408 -> ErrorCode.REQUEST_TIMEOUT;
            default -> ErrorCode.ROUTE_MISCONFIGURED;
        };
    }
}
