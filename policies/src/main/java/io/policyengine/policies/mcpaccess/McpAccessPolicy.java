package io.policyengine.policies.mcpaccess;

import io.policyengine.core.http.RequestView;
import io.policyengine.core.instruction.DenialReason;
import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.core.instruction.RequestInstruction;
import io.policyengine.core.instruction.SetMetadata;
import io.policyengine.core.policy.ChunkFilter;
import io.policyengine.core.policy.ChunkOutcome;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.policy.ResponseContext;
import io.policyengine.core.policy.ResponseOutcome;
import io.policyengine.core.work.Stop;
import io.policyengine.core.work.TooMuchMemoryException;
import io.policyengine.policies.denial.Denial;
import io.policyengine.policies.json.JsonSize;
import io.policyengine.policies.jsonrpc.AnswerForm;
import io.policyengine.policies.jsonrpc.AnswerGuard;
import io.policyengine.policies.jsonrpc.JsonRpcError;
import io.policyengine.policies.jsonrpc.JsonRpcFault;
import io.policyengine.policies.jsonrpc.JsonRpcMessage;
import io.policyengine.policies.jsonrpc.JsonRpcText;
import io.policyengine.policies.jsonrpc.RequestAnswers;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.StringNode;

/** Lets of MCP pass what the caller may use. Bodies of requests are read whole; of answers, one event or one list at a time is held. */
final class McpAccessPolicy implements Policy {
    static final String METHOD = "mcp.method";
    static final String TOOL = "mcp.tool";
    static final String CALLS = "mcp.calls";
    /** Methods of HTTP without a message: a stream is opened, resumed or ended, a session is ended. */
    private static final Set<String> BODILESS = Set.of("GET", "HEAD", "DELETE", "OPTIONS");

    /** An answer of its own, since a rule that fails must not let pass what on_failure of the entry would. */
    private static final Denial RULE_FAILED =
            new Denial(500, "RULE_FAILED", "A rule cannot be evaluated", DenialReason.POLICY_ERROR);

    private static final Denial NOT_JSON = new Denial(
            415, "UNSUPPORTED_MEDIA_TYPE", "A message of MCP is JSON in UTF-8", DenialReason.INVALID_REQUEST);
    private static final Denial TOO_COMPLEX = new Denial(
            413,
            "BODY_TOO_COMPLEX",
            "Reading the message takes more memory than there is",
            DenialReason.INVALID_REQUEST);
    private static final ImmediateResponse NO_MESSAGE =
            RequestAnswers.badRequest(JsonRpcError.INVALID_REQUEST, "A message is expected", "INVALID_MESSAGE");

    private final McpAccessParams params;
    private final AccessPlan plan;
    private final Optional<PinnedTools> pinned;
    private final Optional<ResourceMetadata> metadata;
    private final PolicyEnvironment env;
    private final AnswerGuard guard;

    McpAccessPolicy(McpAccessParams params, AccessPlan plan, Optional<PinnedTools> pinned, PolicyEnvironment env) {
        this.params = params;
        this.plan = plan;
        this.pinned = pinned;
        this.metadata = Optional.ofNullable(params.protectedResourceMetadata()).map(ResourceMetadata::of);
        this.env = env;
        this.guard = new AnswerGuard(env, "The server's answer cannot be read", "ANSWER_UNREADABLE");
    }

    @Override
    public Future<RequestOutcome> onRequest(RequestContext context) {
        RequestView request = context.request();
        Optional<ImmediateResponse> document = metadata.flatMap(served -> served.answer(request));
        if (document.isPresent()) {
            return RequestOutcome.respond(document.get());
        }
        if (FieldJudge.areMalformed(request.headers())) {
            return RequestOutcome.respond(mismatch("A header field of MCP stands twice, or cannot be read"));
        }
        Optional<Grants> grants = plan.of(context);
        if (grants.isEmpty()) {
            return RequestOutcome.respond(RULE_FAILED.response(params.denialFormat()));
        }
        CallJudge judge = new CallJudge(grants.get(), pinned);
        if (params.facts() != McpAccessParams.Facts.BODY && context.envoy().has(EnvoyFacts.NAMESPACE)) {
            return Future.succeededFuture(EnvoyFacts.message(context.envoy())
                    .map(told -> judged(context, told, judge))
                    .orElseGet(() -> new RequestOutcome.Respond(NO_MESSAGE, List.of())));
        }
        return bodyOf(context, judge);
    }

    private Future<RequestOutcome> bodyOf(RequestContext context, CallJudge judge) {
        RequestView request = context.request();
        Buffer body = request.body();
        if (body == null || body.length() == 0) {
            return BODILESS.contains(request.method())
                    ? RequestOutcome.unchanged()
                    : RequestOutcome.respond(NO_MESSAGE);
        }
        if (AnswerForm.of(request.headers()) != AnswerForm.MESSAGE) {
            return RequestOutcome.respond(NOT_JSON.response(params.denialFormat()));
        }
        byte[] text = body.getBytes();
        JsonSize size = JsonSize.of(text, true, () -> false);
        if (size.isSmall()) {
            return Future.succeededFuture(read(context, text, judge, () -> false));
        }
        return env.offLoop(context.call(), size.work(), stop -> read(context, text, judge, stop))
                .recover(failure -> failure instanceof TooMuchMemoryException
                        ? RequestOutcome.respond(TOO_COMPLEX.response(params.denialFormat()))
                        : Future.failedFuture(failure));
    }

    private RequestOutcome read(RequestContext context, byte[] text, CallJudge judge, Stop stop) {
        try {
            return judged(context, JsonRpcText.read(text, params.maxBatch(), stop), judge);
        } catch (JsonRpcFault fault) {
            return new RequestOutcome.Respond(RequestAnswers.unreadable(fault), List.of());
        }
    }

    private RequestOutcome judged(RequestContext context, JsonRpcText read, CallJudge judge) {
        if (FieldJudge.differ(context.request().headers(), read)) {
            return new RequestOutcome.Respond(
                    mismatch("The header fields of MCP say something else than the message"), List.of());
        }
        List<Optional<Refusal>> refusals =
                read.messages().stream().map(judge::judge).toList();
        List<RequestInstruction> told = told(read);
        return refusals.stream().allMatch(Optional::isEmpty)
                ? new RequestOutcome.Proceed(told, null)
                : new RequestOutcome.Respond(denial(read, refusals), told);
    }

    private static ImmediateResponse mismatch(String message) {
        return RequestAnswers.badRequest(JsonRpcError.HEADER_MISMATCH, message, "HEADER_MISMATCH");
    }

    /** Metadata for the policies after it: of a batch, the number of tools that it calls. */
    private static List<RequestInstruction> told(JsonRpcText read) {
        List<RequestInstruction> told = new ArrayList<>();
        int calls = (int) read.messages().stream()
                .filter(message -> message instanceof JsonRpcMessage.Call call
                        && call.method().equals(CallJudge.CALL_TOOL))
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
        int end = Math.min(value.length(), CallJudge.MAX_NAME);
        return new SetMetadata(key, StringNode.valueOf(value.substring(0, end)));
    }

    private ImmediateResponse denial(JsonRpcText read, List<Optional<Refusal>> refusals) {
        ArrayNode errors = JsonNodeFactory.instance.arrayNode();
        for (int i = 0; i < refusals.size(); i++) {
            Refusal refusal = refusals.get(i).orElse(Refusal.BATCH_DENIED);
            if (read.messages().get(i) instanceof JsonRpcMessage.Request request) {
                errors.add(refusal.error().message(request.id(), refusal.message(), refusal.code()));
            }
        }
        if (params.denyAs() == McpAccessParams.DenyAs.STATUS || errors.isEmpty()) {
            Refusal first =
                    refusals.stream().flatMap(Optional::stream).findFirst().orElseThrow();
            return RequestAnswers.denied(first.message(), first.code(), params.denialFormat());
        }
        return RequestAnswers.errors(read.isBatch() ? errors : errors.path(0));
    }

    private AnswerJudge answers(ResponseContext context) {
        // Of a caller of whom a rule cannot say whether it is for them, nothing is shown.
        Grants grants = plan.of(context).orElseGet(Grants::nothing);
        ToolListJudge tools = new ToolListJudge(grants.tools(), pinned, params.onShadowing());
        return new AnswerJudge(grants, tools, plan.differs());
    }

    @Override
    public Future<ResponseOutcome> onResponse(ResponseContext context) {
        return guard.response(context, answers(context)).map(changes -> new ResponseOutcome.Proceed(changes, null));
    }

    @Override
    public ChunkFilter<ChunkOutcome> responseChunks(ResponseContext context) {
        return guard.chunks(context, answers(context));
    }

    @Override
    public @Nullable String unhealthyBecause() {
        return pinned.flatMap(PinnedTools::sentence).orElse(null);
    }
}
