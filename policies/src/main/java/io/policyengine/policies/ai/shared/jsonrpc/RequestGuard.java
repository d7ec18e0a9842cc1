package io.policyengine.policies.ai.shared.jsonrpc;

import io.policyengine.core.http.RequestView;
import io.policyengine.core.instruction.DenialCode;
import io.policyengine.core.instruction.DenialReason;
import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.core.instruction.RequestInstruction;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.work.StopSignal;
import io.policyengine.core.work.TooMuchMemoryException;
import io.policyengine.policies.format.json.JsonSize;
import io.policyengine.policies.shared.denial.Denial;
import io.policyengine.policies.shared.denial.DenialFormat;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.NullNode;

/**
 * Filters JSON-RPC requests for a policy: parses the body, lets a judge check each message, and answers refused
 * messages. A batch with a refused message is refused as a whole. Large bodies are parsed off the event loop.
 */
public final class RequestGuard {
    private static final Denial NOT_JSON = new Denial(
            415,
            JsonRpcCode.UNSUPPORTED_MEDIA_TYPE,
            "A message of JSON-RPC is JSON in UTF-8",
            DenialReason.INVALID_REQUEST);
    private static final Denial TOO_COMPLEX = new Denial(
            413,
            JsonRpcCode.BODY_TOO_COMPLEX,
            "Reading the message takes more memory than is available",
            DenialReason.INVALID_REQUEST);
    private static final MessageRefusal BATCH = new MessageRefusal() {
        @Override
        public JsonRpcError error() {
            return JsonRpcError.INVALID_REQUEST;
        }

        @Override
        public String message() {
            return "Another message of the batch was denied";
        }

        @Override
        public DenialCode code() {
            return JsonRpcCode.BATCH_DENIED;
        }
    };

    private final PolicyEnvironment env;
    private final int maxBatch;
    private final DenyAs denyAs;
    private final DenialFormat format;

    /**
     * Creates a guard.
     *
     * @param maxBatch maximum number of messages in a batch; 0 to forbid batches
     * @param format format of denials with HTTP 403
     */
    public RequestGuard(PolicyEnvironment env, int maxBatch, DenyAs denyAs, DenialFormat format) {
        this.env = env;
        this.maxBatch = maxBatch;
        this.denyAs = denyAs;
        this.format = format;
    }

    /** Returns the response to a request that lacks its required message. */
    public static ImmediateResponse noMessage(Call call) {
        return RequestAnswers.badRequest(
                JsonRpcError.INVALID_REQUEST,
                NullNode.getInstance(),
                "A message is expected",
                JsonRpcCode.INVALID_MESSAGE,
                call.requestId());
    }

    public static boolean hasBody(RequestView request) {
        Buffer body = request.body();
        return body != null && body.length() > 0;
    }

    public Future<RequestOutcome> judge(RequestContext context, RequestJudge judge) {
        RequestView request = context.request();
        Buffer body = request.body();
        if (body == null || body.length() == 0) {
            return RequestOutcome.respond(noMessage(context.call()));
        }
        if (AnswerForm.of(request.headers()) != AnswerForm.MESSAGE) {
            return RequestOutcome.respond(NOT_JSON.response(format));
        }
        byte[] text = body.getBytes();
        JsonSize size = JsonSize.of(text, true, () -> false);
        if (size.isSmall()) {
            return Future.succeededFuture(read(context.call(), text, judge, () -> false));
        }
        return env.offLoop(context.call(), size.work(), stop -> read(context.call(), text, judge, stop))
                .recover(failure -> failure instanceof TooMuchMemoryException
                        ? RequestOutcome.respond(TOO_COMPLEX.response(format))
                        : Future.failedFuture(failure));
    }

    private RequestOutcome read(Call call, byte[] text, RequestJudge judge, StopSignal stop) {
        try {
            return judge(call, JsonRpcText.read(text, maxBatch, stop), judge);
        } catch (JsonRpcFault fault) {
            return new RequestOutcome.Respond(RequestAnswers.unreadable(fault, call.requestId()), List.of());
        }
    }

    public RequestOutcome judge(Call call, JsonRpcText text, RequestJudge judge) {
        Optional<ImmediateResponse> whole = judge.asAWhole(text);
        if (whole.isPresent()) {
            return new RequestOutcome.Respond(whole.get(), List.of());
        }
        List<Optional<MessageRefusal>> refusals =
                text.messages().stream().map(judge::message).toList();
        List<RequestInstruction> told = judge.told(text);
        return refusals.stream().allMatch(Optional::isEmpty)
                ? new RequestOutcome.Proceed(JsonRpcIds.noted(text, told), null)
                : new RequestOutcome.Respond(denial(call, text, refusals), told);
    }

    private ImmediateResponse denial(Call call, JsonRpcText text, List<Optional<MessageRefusal>> refusals) {
        ArrayNode errors = JsonNodeFactory.instance.arrayNode();
        for (int i = 0; i < refusals.size(); i++) {
            MessageRefusal refused = refusals.get(i).orElse(BATCH);
            if (text.messages().get(i) instanceof JsonRpcMessage.Request request) {
                errors.add(refused.error().message(request.id(), refused.message(), refused.code(), call.requestId()));
            }
        }
        MessageRefusal first =
                refusals.stream().flatMap(Optional::stream).findFirst().orElse(BATCH);
        if (denyAs == DenyAs.STATUS || errors.isEmpty()) {
            return RequestAnswers.denied(first.message(), first.code(), format);
        }
        return RequestAnswers.errors(text.isBatch() ? errors : errors.path(0), first.code());
    }
}
