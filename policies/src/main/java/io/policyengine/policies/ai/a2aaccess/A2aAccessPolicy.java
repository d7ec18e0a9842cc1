package io.policyengine.policies.ai.a2aaccess;

import io.policyengine.core.http.RequestView;
import io.policyengine.core.instruction.DenialReason;
import io.policyengine.core.policy.ChunkFilter;
import io.policyengine.core.policy.ChunkOutcome;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.policy.ResponseContext;
import io.policyengine.core.policy.ResponseOutcome;
import io.policyengine.policies.ai.shared.accessrules.AccessPlan;
import io.policyengine.policies.ai.shared.jsonrpc.AnswerGuard;
import io.policyengine.policies.ai.shared.jsonrpc.JsonRpcCode;
import io.policyengine.policies.ai.shared.jsonrpc.RequestAnswers;
import io.policyengine.policies.ai.shared.jsonrpc.RequestGuard;
import io.policyengine.policies.shared.denial.Denial;
import io.vertx.core.Future;
import java.util.Optional;

/**
 * Passes the A2A messages that the caller's grants permit. Request bodies are read completely. One event or one card of
 * a response is held in memory at a time.
 */
final class A2aAccessPolicy implements Policy {
    private static final Denial RULE_FAILED =
            new Denial(500, JsonRpcCode.RULE_FAILED, "A rule cannot be evaluated", DenialReason.POLICY_ERROR);

    private final A2aAccessParams params;
    private final AccessPlan<A2aGrants> plan;
    private final RequestGuard requests;
    private final AnswerGuard answers;

    A2aAccessPolicy(A2aAccessParams params, AccessPlan<A2aGrants> plan, PolicyEnvironment env) {
        this.params = params;
        this.plan = plan;
        this.requests = new RequestGuard(env, params.maxBatch(), params.denyAs(), params.denialFormat());
        this.answers = new AnswerGuard(env, "The agent's answer cannot be read", JsonRpcCode.ANSWER_UNREADABLE);
    }

    @Override
    public Future<RequestOutcome> onRequest(RequestContext context) {
        RequestView request = context.request();
        Optional<A2aGrants> grants = plan.of(context);
        if (grants.isEmpty()) {
            return RequestOutcome.respond(RULE_FAILED.response(params.denialFormat()));
        }
        if (RequestGuard.hasBody(request) || request.method().equals("POST")) {
            return requests.judge(context, new A2aCallJudge(grants.get()));
        }
        return passesWithoutMessage(request)
                ? RequestOutcome.unchanged()
                : RequestOutcome.respond(RequestAnswers.denied(
                        "Only messages of JSON-RPC and the agent's card may be requested",
                        JsonRpcCode.METHOD_DENIED,
                        params.denialFormat()));
    }

    /**
     * Returns whether a request without a JSON-RPC message may pass. The agent's interface of plain HTTP and JSON is
     * denied.
     */
    private static boolean passesWithoutMessage(RequestView request) {
        return switch (request.method()) {
            case "OPTIONS" -> true;
            case "GET", "HEAD" -> CardJudge.isCard(request.path());
            default -> false;
        };
    }

    private CardJudge judge(ResponseContext context) {
        A2aGrants grants = plan.of(context).orElseGet(A2aGrants::nothing);
        RequestView asked = context.originalRequest();
        boolean isCard = !asked.method().equals("POST") && CardJudge.isCard(asked.path());
        return new CardJudge(
                grants,
                Optional.ofNullable(params.url()),
                isCard,
                context.call().requestId());
    }

    @Override
    public Future<ResponseOutcome> onResponse(ResponseContext context) {
        return answers.response(context, judge(context)).map(changes -> new ResponseOutcome.Proceed(changes, null));
    }

    @Override
    public ChunkFilter<ChunkOutcome> responseChunks(ResponseContext context) {
        return answers.chunks(context, judge(context));
    }
}
