package io.policyengine.policies.content.shared.texts;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.instruction.CommonInstruction;
import io.policyengine.core.instruction.DenialCode;
import io.policyengine.core.instruction.DenialReason;
import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.core.instruction.RemoveHeader;
import io.policyengine.core.instruction.ResponseInstruction;
import io.policyengine.core.instruction.SetBody;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.ChunkFilter;
import io.policyengine.core.policy.ChunkOutcome;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.RequestChunkOutcome;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.ResponseContext;
import io.policyengine.policies.shared.denial.Denial;
import io.policyengine.policies.shared.denial.DenialFormat;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Passes the texts of a body, whole or in chunks, to a policy's readers, and converts their decisions to the outcome of
 * the message.
 *
 * <p>A denied or unreadable request gets an immediate response; a denied or unreadable whole response is replaced. If a
 * response has already begun, it is aborted, except that a stream of server-sent events ends with an error event in its
 * provider's format. At most {@link #MAX_HELD} bytes of a chunked body are held back.
 */
public final class BodyGuard {
    /** Maximum bytes of a body in chunks that are held back for a policy's decision. */
    public static final int MAX_HELD = 1 << 20;

    private final PolicyEnvironment env;
    private final Denial response;
    private final Effect effect;
    private final ImmediateResponse denied;
    private final DenialFormat format;
    private final List<ResponseInstruction> replacement;

    /** The effect that a policy's readers may have on a message. */
    public enum Effect {
        /** The readers may deny the message. */
        DENIES,
        /** The readers may replace texts and deny the message. */
        REPLACES,
        /** The readers only observe. Nothing is held back, and even an unreadable body passes. */
        OBSERVES
    }

    /**
     * Creates a guard.
     *
     * @param request the denial of a request if a reader denies it
     * @param response the denial of a response if a reader denies it, or if it cannot be read
     */
    public BodyGuard(PolicyEnvironment env, Denial request, Denial response, DenialFormat format, Effect effect) {
        this.env = env;
        this.response = response;
        this.format = format;
        this.effect = effect;
        this.denied = request.response(format);
        this.replacement = response.replacement(format);
    }

    private static Denial refusal(int status, DenialCode code, ContentFault fault) {
        return new Denial(
                status,
                code,
                "The body of the request cannot be searched: " + fault.because(),
                DenialReason.INVALID_REQUEST);
    }

    private ImmediateResponse answer(BodyOutcome outcome) {
        if (!(outcome instanceof BodyOutcome.Refused(ContentFault fault, var _))) {
            return denied;
        }
        return switch (fault) {
            case UNDECODABLE, MALFORMED, AMBIGUOUS ->
                refusal(400, TextCode.UNREADABLE_BODY, fault).response(format);
            case UNKNOWN_CHARSET ->
                refusal(415, TextCode.UNKNOWN_CHARSET, fault).response(format);
            case TOO_COMPLEX, HELD_TOO_MUCH ->
                refusal(413, TextCode.BODY_TOO_COMPLEX, fault).response(format);
            // The body contains a finding.
            case NOT_REPLACEABLE -> denied;
        };
    }

    /**
     * Judges the whole body of a request.
     *
     * @return the changes to the request, or the response that is sent instead of forwarding it
     */
    public Future<Judged> request(RequestContext context, TextReader.Factory readers) {
        Buffer body = context.request().body();
        if (body == null) {
            return Future.succeededFuture(
                    new Judged.Passes(beforeChunks(context.request().headers())));
        }
        return inspection(context.request().headers(), readers, Long.MAX_VALUE)
                .take(context.call(), body, true)
                .<Judged>map(outcome -> outcome instanceof BodyOutcome.Passed passed
                        ? new Judged.Passes(changes(passed))
                        : new Judged.Answered(answer(outcome)));
    }

    /** The outcome for a request whose body a policy's readers have judged. */
    public sealed interface Judged {
        /** The request passes with these changes. */
        record Passes(List<CommonInstruction> changes) implements Judged {}

        /** The client gets this response; the request is not forwarded. */
        record Answered(ImmediateResponse answer) implements Judged {}
    }

    /** Judges the body of a request as it arrives. */
    public ChunkFilter<RequestChunkOutcome> requestChunks(RequestContext context, TextReader.Factory readers) {
        BodyInspection inspection = inspection(context.request().headers(), readers, maxHeld());
        Call call = context.call();
        return ChunkFilter.holding(
                inspection::heldBytes,
                (chunk, last) -> inspection
                        .take(call, chunk, last)
                        .compose(outcome -> outcome instanceof BodyOutcome.Passed passed
                                ? Future.<RequestChunkOutcome>succeededFuture(passed.chunk())
                                : RequestChunkOutcome.respond(answer(outcome))));
    }

    /**
     * Judges the whole body of a response. Refuses a partial representation (RFC 9110 §14), which may cut a finding in
     * two.
     *
     * @return the changes to the response or the instructions that replace it
     */
    public Future<List<ResponseInstruction>> response(ResponseContext context, TextReader.Factory readers) {
        return effect != Effect.OBSERVES && context.response().isPart()
                ? Future.succeededFuture(replacement)
                : anyResponse(context, readers);
    }

    /**
     * Changes the body of a response, which may be partial. Returns the changes, or the instructions that replace the
     * response.
     */
    public Future<List<ResponseInstruction>> anyResponse(ResponseContext context, TextReader.Factory readers) {
        Buffer body = context.response().body();
        if (body == null) {
            return Future.succeededFuture(
                    List.copyOf(beforeChunks(context.response().headers())));
        }
        return inspection(context.response().headers(), readers, Long.MAX_VALUE)
                .take(context.call(), body, true)
                .map(outcome -> outcome instanceof BodyOutcome.Passed passed
                        ? List.<ResponseInstruction>copyOf(changes(passed))
                        : replacement);
    }

    /** Judges the body of a response as it arrives. */
    public ChunkFilter<ChunkOutcome> responseChunks(ResponseContext context, TextReader.Factory readers) {
        BodyInspection inspection = inspection(context.response().headers(), readers, maxHeld());
        Call call = context.call();
        return ChunkFilter.holding(
                inspection::heldBytes,
                (chunk, last) -> inspection
                        .take(call, chunk, last)
                        .compose(outcome -> outcome instanceof BodyOutcome.Passed passed
                                ? Future.succeededFuture(passed.chunk())
                                : underWay(inspection.texts(), outcome)));
    }

    private Future<ChunkOutcome> underWay(BodyTexts texts, BodyOutcome end) {
        return texts.streamDenial()
                .map(shape -> Future.<ChunkOutcome>succeededFuture(new ChunkOutcome.End(lastOf(end)
                        .appendBuffer(
                                shape.event(response.message(), response.code().name())))))
                .orElseGet(() -> Future.failedFuture(response.breakingOff()));
    }

    private static Buffer lastOf(BodyOutcome end) {
        return switch (end) {
            case BodyOutcome.Passed(Buffer data, var _, var _) -> data;
            case BodyOutcome.Denied(Buffer data) -> data;
            case BodyOutcome.Refused(var _, Buffer data) -> data;
        };
    }

    /** Returns the instructions that replace a denied response. */
    public List<ResponseInstruction> replacement() {
        return replacement;
    }

    /** Returns the response to a denied request. */
    public ImmediateResponse denied() {
        return denied;
    }

    private long maxHeld() {
        return Math.min(MAX_HELD, env.maxBodyBytes());
    }

    private static List<CommonInstruction> changes(BodyOutcome.Passed passed) {
        return passed.changed() ? List.of(new SetBody(passed.data(), null)) : List.of();
    }

    /**
     * Returns instructions that remove header fields that no longer describe a changed body, except
     * {@code content-encoding}, which the engine handles.
     */
    private List<CommonInstruction> beforeChunks(HeaderMap headers) {
        List<CommonInstruction> instructions = new ArrayList<>();
        for (String field : SetBody.OUTDATED_FIELDS) {
            if (effect == Effect.REPLACES && headers.contains(field) && !field.equals("content-encoding")) {
                instructions.add(new RemoveHeader(field));
            }
        }
        return instructions;
    }

    private BodyInspection inspection(HeaderMap headers, TextReader.Factory readers, long maxHeld) {
        return new BodyInspection(
                env, new BodyTexts(ContentShape.of(headers), readers, maxHeld), effect == Effect.OBSERVES);
    }
}
