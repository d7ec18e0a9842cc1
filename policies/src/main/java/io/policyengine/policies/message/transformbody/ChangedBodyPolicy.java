package io.policyengine.policies.message.transformbody;

import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.error.PolicyException;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.instruction.CommonInstruction;
import io.policyengine.core.instruction.DenialCode;
import io.policyengine.core.instruction.DenialReason;
import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.core.instruction.RemoveHeader;
import io.policyengine.core.instruction.SetBody;
import io.policyengine.core.instruction.SetHeader;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.ChunkFilter;
import io.policyengine.core.policy.ChunkOutcome;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.RequestChunkOutcome;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.policy.ResponseContext;
import io.policyengine.core.policy.ResponseOutcome;
import io.policyengine.core.work.StopSignal;
import io.policyengine.core.work.TooMuchMemoryException;
import io.policyengine.core.work.Work;
import io.policyengine.policies.format.replace.Replacements;
import io.policyengine.policies.shared.denial.Denial;
import io.policyengine.policies.shared.denial.DenialFormat;
import io.policyengine.policies.shared.template.Template;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Changes the body of a message: as a whole, or in chunks if only literal texts are replaced. */
final class ChangedBodyPolicy implements Policy {

    private final BodyChanges changes;
    private final ImmediateResponse unfit;
    private final ImmediateResponse tooLarge;
    private final PolicyEnvironment env;

    ChangedBodyPolicy(BodyChanges changes, DenialFormat format, PolicyEnvironment env) {
        this.changes = changes;
        String expected = changes.toJson() == null ? "JSON" : "XML";
        this.unfit = denial(
                400,
                TransformBodyCode.INVALID_BODY,
                "The body of the request is not " + expected + " of the expected form",
                format);
        String tooMuch = changes.canStream()
                ? "The body of the request is too large to be changed"
                : "The body of the request is too complex to be changed";
        this.tooLarge = denial(413, TransformBodyCode.BODY_TOO_COMPLEX, tooMuch, format);
        this.env = env;
    }

    private static ImmediateResponse denial(int status, DenialCode code, String message, DenialFormat format) {
        return new Denial(status, code, message, DenialReason.INVALID_REQUEST).response(format);
    }

    @Override
    public Future<RequestOutcome> onRequest(RequestContext context) {
        Template.Fill fill = (template, escape) -> template.fill(context, escape);
        return instructions(
                        context.call(),
                        context.request().headers(),
                        context.request().body(),
                        fill)
                .compose(instructions -> RequestOutcome.proceed(List.copyOf(instructions)), this::refused);
    }

    private Future<RequestOutcome> refused(Throwable failure) {
        return switch (failure) {
            case UnfitBodyException wrong -> RequestOutcome.respond(wrong.isTooLarge() ? tooLarge : unfit);
            case TooMuchMemoryException _ -> RequestOutcome.respond(tooLarge);
            default -> Future.failedFuture(failure);
        };
    }

    @Override
    public ChunkFilter<RequestChunkOutcome> requestChunks(RequestContext context) {
        if (!changes.canStream()) {
            return ChunkFilter.none();
        }
        Template.Fill fill = (template, escape) -> template.fill(context, escape);
        ChunkFilter<ChunkOutcome> filter =
                filter(context.call(), context.request().headers(), fill);
        return (chunk, last) ->
                filter.onChunk(chunk, last).compose(Future::<RequestChunkOutcome>succeededFuture, this::refusedChunk);
    }

    private Future<RequestChunkOutcome> refusedChunk(Throwable failure) {
        return failure instanceof TooMuchMemoryException
                ? RequestChunkOutcome.respond(tooLarge)
                : Future.failedFuture(failure);
    }

    @Override
    public Future<ResponseOutcome> onResponse(ResponseContext context) {
        Template.Fill fill = (template, escape) -> template.fill(context, escape);
        return instructions(
                        context.call(),
                        context.response().headers(),
                        context.response().body(),
                        fill)
                .compose(
                        instructions -> ResponseOutcome.proceed(List.copyOf(instructions)),
                        failure -> Future.failedFuture(
                                failure instanceof UnfitBodyException ? badResponse(failure) : failure));
    }

    @Override
    public ChunkFilter<ChunkOutcome> responseChunks(ResponseContext context) {
        Template.Fill fill = (template, escape) -> template.fill(context, escape);
        return filter(context.call(), context.response().headers(), fill);
    }

    private ChunkFilter<ChunkOutcome> filter(Call call, HeaderMap headers, Template.Fill fill) {
        Replacements replacements = changes.replacements();
        return changes.canStream()
                ? replacements.filter(changes.fillFor(headers, fill), env, call)
                : ChunkFilter.none();
    }

    private Future<List<CommonInstruction>> instructions(
            Call call, HeaderMap headers, @Nullable Buffer body, Template.Fill fill) {
        if (body == null) {
            return Future.succeededFuture(changes.canStream() ? beforeChunks(headers) : List.of());
        }
        byte[] before = body.getBytes();
        return replaced(call, headers, before, fill).compose(replaced -> {
            List<BodyStep> steps = changes.steps(headers, replaced.length);
            return changed(call, replaced, steps, fill)
                    .map(after -> Arrays.equals(after, before)
                            ? contentType(headers, changes.applyTo(headers, before.length))
                            : List.of(new SetBody(Buffer.buffer(after), changes.contentTypeAfter(steps))));
        });
    }

    private Future<byte[]> replaced(Call call, HeaderMap headers, byte[] body, Template.Fill fill) {
        Replacements replacements = changes.replacements();
        Function<Template, String> filled = changes.fillFor(headers, fill);
        if (replacements.isEmpty()) {
            return Future.succeededFuture(body);
        }
        return worked(
                call,
                body.length <= Replacements.LARGE,
                Replacements.workOn(body.length),
                stop -> replacements.apply(body, filled, stop));
    }

    private Future<byte[]> changed(Call call, byte[] body, List<BodyStep> steps, Template.Fill fill) {
        Future<byte[]> changed = Future.succeededFuture(body);
        for (BodyStep step : steps) {
            changed = changed.compose(before -> changed(call, before, step, fill));
        }
        return changed;
    }

    /** Measures the body, then applies the step. Only the measurement shows how much memory the change needs. */
    private Future<byte[]> changed(Call call, byte[] body, BodyStep step, Template.Fill fill) {
        return worked(
                        call,
                        body.length <= Replacements.LARGE,
                        Work.onBody(body.length, 0),
                        stop -> step.measure(body, stop))
                .compose(effort -> worked(call, effort.isSmall(), effort.work(), stop -> step.apply(body, fill, stop)));
    }

    /** Runs a piece of work on the event loop if it is small, otherwise outside the event loop. */
    private <T> Future<T> worked(Call call, boolean isSmall, Work work, Piece<T> piece) {
        if (!isSmall) {
            return env.offLoop(call, work, piece::of);
        }
        try {
            return Future.succeededFuture(piece.of(() -> false));
        } catch (UnfitBodyException | PolicyException expected) {
            return Future.failedFuture(expected);
        }
    }

    @FunctionalInterface
    private interface Piece<T> {
        T of(StopSignal stop) throws UnfitBodyException;
    }

    /**
     * Returns the header changes for a body that is changed in chunks. They are sent before the first chunk, even if no
     * chunk changes. Keeps {@code content-encoding}, which the engine handles.
     */
    private List<CommonInstruction> beforeChunks(HeaderMap headers) {
        List<CommonInstruction> instructions = new ArrayList<>(contentType(headers, true));
        for (String field : SetBody.OUTDATED_FIELDS) {
            if (headers.contains(field) && !field.equals("content-encoding")) {
                instructions.add(new RemoveHeader(field));
            }
        }
        return instructions;
    }

    private List<CommonInstruction> contentType(HeaderMap headers, boolean applies) {
        String wanted = changes.contentType();
        return wanted == null || !applies || headers.getAll("content-type").equals(List.of(wanted))
                ? List.of()
                : List.of(new SetHeader("content-type", wanted));
    }

    private static PolicyException badResponse(Throwable unfit) {
        return new PolicyException(
                ErrorCode.INVALID_RESPONSE, "the body of the response cannot be changed: " + unfit.getMessage());
    }
}
