package io.policyengine.policies.ai.mcpaccess;

import io.policyengine.core.http.RequestView;
import io.policyengine.core.instruction.DenialReason;
import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.core.instruction.RequestInstruction;
import io.policyengine.core.instruction.SetMetadata;
import io.policyengine.core.policy.Call;
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
import io.policyengine.policies.ai.shared.jsonrpc.JsonRpcError;
import io.policyengine.policies.ai.shared.jsonrpc.JsonRpcMessage;
import io.policyengine.policies.ai.shared.jsonrpc.JsonRpcText;
import io.policyengine.policies.ai.shared.jsonrpc.MessageRefusal;
import io.policyengine.policies.ai.shared.jsonrpc.RequestAnswers;
import io.policyengine.policies.ai.shared.jsonrpc.RequestGuard;
import io.policyengine.policies.ai.shared.jsonrpc.RequestJudge;
import io.policyengine.policies.shared.denial.Denial;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.StringNode;

/**
 * Passes the MCP messages that the caller's grants permit. Request bodies are read completely. One event or one list of
 * a response is held in memory at a time.
 */
final class McpAccessPolicy implements Policy {
    static final String METHOD = "mcp.method";
    static final String TOOL = "mcp.tool";
    static final String CALLS = "mcp.calls";
    /**
     * HTTP methods of requests without an MCP message: GET opens or resumes a stream, DELETE ends a session, HEAD
     * requests header fields only, and OPTIONS is a browser's preflight.
     */
    private static final Set<String> BODILESS = Set.of("GET", "HEAD", "DELETE", "OPTIONS");

    /**
     * The denial for a rule that cannot be evaluated. The policy does not fail instead, since on_failure of the entry
     * could let the request pass.
     */
    private static final Denial RULE_FAILED =
            new Denial(500, JsonRpcCode.RULE_FAILED, "A rule cannot be evaluated", DenialReason.POLICY_ERROR);

    private final McpAccessParams params;
    private final AccessPlan<McpGrants> plan;
    private final Optional<PinnedTools> pinned;
    private final Optional<ResourceMetadata> metadata;
    private final RequestGuard requests;
    private final AnswerGuard answers;

    McpAccessPolicy(
            McpAccessParams params, AccessPlan<McpGrants> plan, Optional<PinnedTools> pinned, PolicyEnvironment env) {
        this.params = params;
        this.plan = plan;
        this.pinned = pinned;
        this.metadata = Optional.ofNullable(params.protectedResourceMetadata()).map(ResourceMetadata::of);
        this.requests = new RequestGuard(env, params.maxBatch(), params.denyAs(), params.denialFormat());
        this.answers = new AnswerGuard(env, "The server's answer cannot be read", JsonRpcCode.ANSWER_UNREADABLE);
    }

    @Override
    public Future<RequestOutcome> onRequest(RequestContext context) {
        RequestView request = context.request();
        Optional<ImmediateResponse> document = metadata.flatMap(served -> served.answer(request));
        if (document.isPresent()) {
            return RequestOutcome.respond(document.get());
        }
        if (FieldJudge.areMalformed(request.headers())) {
            return RequestOutcome.respond(mismatch(
                    context.call(), NullNode.getInstance(), "A header field of MCP occurs twice, or is invalid"));
        }
        Optional<McpGrants> grants = plan.of(context);
        if (grants.isEmpty()) {
            return RequestOutcome.respond(RULE_FAILED.response(params.denialFormat()));
        }
        RequestJudge judge = judge(context, new McpCallJudge(grants.get(), pinned));
        if (params.facts() != McpAccessParams.Facts.BODY && context.envoy().has(EnvoyFacts.NAMESPACE)) {
            return Future.succeededFuture(EnvoyFacts.message(context.envoy())
                    .map(told -> requests.judge(context.call(), told, judge))
                    .orElseGet(() -> new RequestOutcome.Respond(RequestGuard.noMessage(context.call()), List.of())));
        }
        return RequestGuard.hasBody(request) || !BODILESS.contains(request.method())
                ? requests.judge(context, judge)
                : RequestOutcome.unchanged();
    }

    private static RequestJudge judge(RequestContext context, McpCallJudge calls) {
        return new RequestJudge() {
            @Override
            public Optional<ImmediateResponse> asAWhole(JsonRpcText text) {
                return FieldJudge.differ(context.request().headers(), text)
                        ? Optional.of(
                                mismatch(context.call(), text.id(), "The header fields of MCP contradict the message"))
                        : Optional.empty();
            }

            @Override
            public Optional<MessageRefusal> message(JsonRpcMessage message) {
                return calls.judge(message).map(refusal -> refusal);
            }

            @Override
            public List<RequestInstruction> told(JsonRpcText text) {
                return McpAccessPolicy.told(text);
            }
        };
    }

    private static ImmediateResponse mismatch(Call call, JsonNode id, String message) {
        return RequestAnswers.badRequest(
                JsonRpcError.HEADER_MISMATCH, id, message, McpCode.HEADER_MISMATCH, call.requestId());
    }

    /**
     * Returns instructions that set metadata for later policies. For a batch of several messages, the metadata holds
     * only the number of tool calls.
     */
    private static List<RequestInstruction> told(JsonRpcText read) {
        List<RequestInstruction> told = new ArrayList<>();
        int calls = (int) read.messages().stream()
                .filter(message -> message instanceof JsonRpcMessage.Call call
                        && call.method().equals(McpCallJudge.CALL_TOOL))
                .count();
        told.add(new SetMetadata(CALLS, JsonNodeFactory.instance.numberNode(calls)));
        if (read.messages().size() == 1 && read.messages().getFirst() instanceof JsonRpcMessage.Call call) {
            told.add(text(METHOD, call.method()));
            if (calls == 1 && call.params().path("name").isString()) {
                told.add(text(TOOL, call.params().path("name").stringValue()));
            }
        }
        return List.copyOf(told);
    }

    private static SetMetadata text(String key, String value) {
        int end = Math.min(value.length(), McpCallJudge.MAX_NAME);
        return new SetMetadata(key, StringNode.valueOf(value.substring(0, end)));
    }

    private AnswerJudge judge(ResponseContext context) {
        // If a rule cannot be evaluated, the caller sees nothing.
        McpGrants grants = plan.of(context).orElseGet(McpGrants::nothing);
        ToolListJudge tools = new ToolListJudge(grants.tools(), pinned, params.onShadowing());
        return new AnswerJudge(grants, tools, plan.differs(), context.call().requestId());
    }

    @Override
    public Future<ResponseOutcome> onResponse(ResponseContext context) {
        return answers.response(context, judge(context)).map(changes -> new ResponseOutcome.Proceed(changes, null));
    }

    @Override
    public ChunkFilter<ChunkOutcome> responseChunks(ResponseContext context) {
        return answers.chunks(context, judge(context));
    }

    @Override
    public @Nullable String unhealthyBecause() {
        return pinned.flatMap(PinnedTools::sentence).orElse(null);
    }
}
