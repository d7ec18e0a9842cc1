package io.policyengine.policies.ai.shared.jsonrpc;

import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.error.PolicyException;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.instruction.DenialCode;
import io.policyengine.core.instruction.RemoveHeader;
import io.policyengine.core.instruction.ResponseInstruction;
import io.policyengine.core.instruction.SetBody;
import io.policyengine.core.instruction.SetHeader;
import io.policyengine.core.instruction.SetMetadata;
import io.policyengine.core.instruction.SetStatusCode;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.ChunkFilter;
import io.policyengine.core.policy.ChunkOutcome;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.ResponseContext;
import io.policyengine.core.work.StopSignal;
import io.policyengine.core.work.Work;
import io.policyengine.policies.format.json.JsonSize;
import io.policyengine.policies.shared.denial.Denial;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * Filters the responses of a JSON-RPC server for a policy: message by message, in complete and chunked bodies, as JSON
 * and as server-sent events.
 *
 * <p>Successful responses that are unreadable or in another form are refused: a complete body is replaced by an error,
 * a chunked response is aborted, an event of a stream is removed. An incomplete event or incomplete JSON of a chunked
 * body is held, up to {@link #MAX_HELD} bytes.
 */
public final class AnswerGuard {
    /** Maximum size of an event in a stream of JSON-RPC messages, and of a chunked JSON body, in bytes. */
    public static final int MAX_HELD = 1 << 20;

    /** Maximum size of JSON-RPC texts that are filtered on the event loop, in bytes. */
    static final int LARGE = 16 << 10;

    private static final int BAD_GATEWAY = 502;
    private static final int FIRST_OTHER = 300;
    private static final int FIRST_SUCCESS = 200;
    private static final int ACCEPTED = 202;

    private final PolicyEnvironment env;
    private final String message;
    private final DenialCode code;

    /**
     * Creates a guard.
     *
     * @param message message of a refusal, for people
     * @param code the code of a refusal
     */
    public AnswerGuard(PolicyEnvironment env, String message, DenialCode code) {
        this.env = env;
        this.message = message;
        this.code = code;
    }

    /** Returns the maximum size of a chunked body that is held, in bytes. */
    int maxHeld() {
        return (int) Math.min(MAX_HELD, env.maxBodyBytes());
    }

    static boolean isSuccess(ResponseContext context) {
        int status = context.response().status();
        return status >= FIRST_SUCCESS && status < FIRST_OTHER;
    }

    /** Runs a task on the event loop if the texts are short, otherwise off it. */
    <T> Future<T> work(Call call, List<byte[]> texts, Function<StopSignal, T> task) {
        long length = 0;
        for (byte[] text : texts) {
            length += text.length;
        }
        if (length <= LARGE) {
            try {
                return Future.succeededFuture(task.apply(() -> false));
            } catch (PolicyException expected) {
                return Future.failedFuture(expected);
            }
        }
        long heapBytes = 0;
        for (byte[] text : texts) {
            heapBytes = Math.max(heapBytes, JsonSize.of(text, true, () -> false).heapBytes());
        }
        return env.offLoop(call, Work.onBody(length, length + heapBytes), task::apply);
    }

    /** Returns the changes to a complete body, or to the header fields that precede a chunked body. */
    public Future<List<ResponseInstruction>> response(ResponseContext context, MessageFilter filter) {
        AnswerForm form = AnswerForm.of(context.response().headers());
        Buffer body = context.response().body();
        if (body == null) {
            return Future.succeededFuture(
                    form == AnswerForm.OTHER
                            ? List.of()
                            : beforeChunks(context.response().headers()));
        }
        if (body.length() == 0) {
            return Future.succeededFuture(List.of());
        }
        if (form == AnswerForm.OTHER) {
            return Future.succeededFuture(other(context));
        }
        byte[] text = body.getBytes();
        return work(
                context.call(),
                List.of(text),
                stop -> form == AnswerForm.EVENTS
                        ? events(context, text, filter, stop)
                        : message(context, text, filter, stop));
    }

    private List<ResponseInstruction> other(ResponseContext context) {
        if (isAccepted(context)) {
            return List.of(new SetBody(Buffer.buffer(), null));
        }
        return isSuccess(context) ? refused(context) : List.of();
    }

    /**
     * Returns whether the status is 202, with which a server only confirms a message. A body that is neither JSON nor a
     * stream of events is then dropped.
     */
    private static boolean isAccepted(ResponseContext context) {
        return context.response().status() == ACCEPTED;
    }

    private List<ResponseInstruction> events(
            ResponseContext context, byte[] text, MessageFilter filter, StopSignal stop) {
        try {
            Buffer left = new EventFilter(filter).filtered(new EventSplitter(Integer.MAX_VALUE).take(text, true), stop);
            return Arrays.equals(text, left.getBytes()) ? List.of() : List.of(new SetBody(left, null));
        } catch (JsonRpcFault fault) {
            return refused(context);
        }
    }

    private List<ResponseInstruction> message(
            ResponseContext context, byte[] text, MessageFilter filter, StopSignal stop) {
        try {
            return switch (filtered(text, filter, isSuccess(context), stop)) {
                case TextFilter.Left.All() -> List.of();
                case TextFilter.Left.Other(Buffer other) -> List.of(new SetBody(other, null));
                case TextFilter.Left.Nothing() -> refused(context);
            };
        } catch (JsonRpcFault fault) {
            return refused(context);
        }
    }

    /**
     * Returns the filtered JSON. In error responses, JSON that is not a message passes unfiltered, such as an error of
     * an authorization server.
     */
    static TextFilter.Left filtered(byte[] text, MessageFilter filter, boolean success, StopSignal stop)
            throws JsonRpcFault {
        TextFilter texts = new TextFilter(filter);
        return success ? texts.filter(text, stop) : texts.filterAnyJson(text, stop);
    }

    /** Returns the changes that replace a response by an error with the request's id. */
    private List<ResponseInstruction> refused(ResponseContext context) {
        return List.of(
                new SetStatusCode(BAD_GATEWAY, code.name()),
                new SetBody(
                        Buffer.buffer(JsonRpcError.INTERNAL_ERROR
                                .message(
                                        JsonRpcIds.of(context.metadata()),
                                        message,
                                        code,
                                        context.call().requestId())
                                .toString()),
                        "application/json"),
                new SetMetadata(Denial.REFUSED, JsonNodeFactory.instance.stringNode(code.name())),
                new SetHeader("cache-control", "no-store"));
    }

    private static List<ResponseInstruction> beforeChunks(HeaderMap headers) {
        List<ResponseInstruction> instructions = new ArrayList<>();
        for (String field : SetBody.OUTDATED_FIELDS) {
            if (headers.contains(field) && !field.equals("content-encoding")) {
                instructions.add(new RemoveHeader(field));
            }
        }
        return List.copyOf(instructions);
    }

    /** Returns a filter of a chunked body. */
    public ChunkFilter<ChunkOutcome> chunks(ResponseContext context, MessageFilter filter) {
        return switch (AnswerForm.of(context.response().headers())) {
            case EVENTS -> new EventChunks(this, context.call(), filter);
            case MESSAGE -> new MessageChunks(this, context, filter);
            case OTHER -> otherChunks(context);
        };
    }

    private ChunkFilter<ChunkOutcome> otherChunks(ResponseContext context) {
        if (isAccepted(context)) {
            return (_, _) -> Future.succeededFuture(ChunkOutcome.DROP);
        }
        return isSuccess(context) ? this::refuseContent : ChunkFilter.none();
    }

    private Future<ChunkOutcome> refuseContent(Buffer chunk, boolean last) {
        return chunk.length() == 0 ? Future.succeededFuture(ChunkOutcome.PASS) : Future.failedFuture(brokenOff());
    }

    /** Returns the failure that aborts a response after a part of it has been sent. */
    PolicyException brokenOff() {
        return new PolicyException(ErrorCode.RESPONSE_REFUSED, code.name() + ": " + message);
    }
}
