package io.policyengine.policies.content.contentmoderationguardrail;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.instruction.CommonInstruction;
import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.core.instruction.RequestInstruction;
import io.policyengine.core.instruction.ResponseInstruction;
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
import io.policyengine.policies.content.shared.texts.BodyGuard;
import io.policyengine.policies.content.shared.texts.ContentShape;
import io.policyengine.policies.shared.denial.Denial;
import io.policyengine.policies.shared.denial.DenialFormat;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Checks the texts of messages, both itself and by requests to other servers, and acts on the findings. */
final class ContentModerationGuardrailPolicy implements Policy {
    private final Guardrail guardrail;
    private final int maxWindows;
    private final DenialFormat format;
    private final PolicyEnvironment env;
    private final ModerationRefusals refusals;
    private final BodyGuard guard;
    private final Annotations annotations;

    ContentModerationGuardrailPolicy(
            ContentModerationGuardrailParams params, Guardrail guardrail, PolicyEnvironment env) {
        this.guardrail = guardrail;
        this.maxWindows = params.maxCalloutWindows();
        this.format = params.denialFormat();
        this.env = env;
        this.refusals = new ModerationRefusals(params.status());
        this.guard = new BodyGuard(
                env,
                refusals.request(),
                refusals.response(),
                format,
                guardrail.replaces() ? BodyGuard.Effect.REPLACES : BodyGuard.Effect.DENIES);
        this.annotations = new Annotations(guardrail.annotates() ? Optional.of(params.header()) : Optional.empty());
    }

    private Moderation moderation(Call call) {
        return new Moderation(guardrail, call.requestId());
    }

    private ModerationCalls asking(Call call, boolean isRequest, HeaderMap headers) {
        return new ModerationCalls(env, guardrail, call, isRequest, ContentShape.of(headers), maxWindows);
    }

    private Future<Void> ask(ModerationCalls moderationCalls, @Nullable Buffer body, Moderation moderation) {
        if (body == null || guardrail.asked().isEmpty()) {
            return Future.succeededFuture();
        }
        return moderationCalls.ask(body.getBytes(), true).map(verdicts -> {
            for (int i = 0; i < verdicts.size(); i++) {
                moderation.judged(i, verdicts.get(i));
            }
            return null;
        });
    }

    @Override
    public Future<RequestOutcome> onRequest(RequestContext context) {
        HeaderMap headers = context.request().headers();
        Moderation moderation = moderation(context.call());
        return ask(asking(context.call(), true, headers), context.request().body(), moderation)
                .compose(_ -> guard.request(context, moderation))
                .map(judged -> switch (judged) {
                    case BodyGuard.Judged.Answered(var answer) -> refused(answer, moderation);
                    case BodyGuard.Judged.Passes(var changes) -> {
                        List<RequestInstruction> all = new ArrayList<>(changes);
                        all.addAll(told(context.request().body(), headers, moderation));
                        yield new RequestOutcome.Proceed(List.copyOf(all), null);
                    }
                })
                .recover(failure -> refusals.request(failure)
                        .map(denial -> Future.succeededFuture(refused(denial.response(format), moderation)))
                        .orElseGet(() -> Future.failedFuture(failure)));
    }

    private RequestOutcome refused(ImmediateResponse answer, Moderation moderation) {
        return new RequestOutcome.Respond(answer, List.copyOf(annotations.refused(moderation)));
    }

    /**
     * Returns instructions that put the verdict into metadata and a header field. Returns none for a body in chunks:
     * its verdict is known only after the header has been sent.
     */
    private List<CommonInstruction> told(@Nullable Buffer body, HeaderMap headers, Moderation moderation) {
        return body == null ? List.of() : annotations.passed(headers, moderation);
    }

    @Override
    public ChunkFilter<RequestChunkOutcome> requestChunks(RequestContext context) {
        Moderation moderation = moderation(context.call());
        ChunkFilter<RequestChunkOutcome> chunks = guard.requestChunks(context, moderation);
        if (guardrail.asked().isEmpty()) {
            return chunks;
        }
        ModerationCalls moderationCalls =
                asking(context.call(), true, context.request().headers());
        return new CalloutFilter<>(
                moderationCalls,
                guardrail,
                moderation,
                chunks,
                failure -> refusals.request(failure)
                        .map(denial -> RequestChunkOutcome.respond(denial.response(format)))
                        .orElseGet(() -> Future.failedFuture(failure)));
    }

    @Override
    public Future<ResponseOutcome> onResponse(ResponseContext context) {
        HeaderMap headers = context.response().headers();
        Moderation moderation = moderation(context.call());
        return ask(asking(context.call(), false, headers), context.response().body(), moderation)
                .compose(_ -> guard.response(context, moderation))
                .map(changes -> {
                    List<ResponseInstruction> all = new ArrayList<>(changes);
                    all.addAll(
                            changes.equals(guard.replacement())
                                    ? annotations.refused(moderation)
                                    : told(context.response().body(), headers, moderation));
                    return proceed(all);
                })
                .recover(failure -> refusals.response(failure)
                        .map(denial -> Future.succeededFuture(replaced(denial, moderation)))
                        .orElseGet(() -> Future.failedFuture(failure)));
    }

    private ResponseOutcome replaced(Denial denial, Moderation moderation) {
        List<ResponseInstruction> all = new ArrayList<>(denial.replacement(format));
        all.addAll(annotations.refused(moderation));
        return proceed(all);
    }

    private static ResponseOutcome proceed(List<ResponseInstruction> instructions) {
        return new ResponseOutcome.Proceed(List.copyOf(instructions), null);
    }

    @Override
    public ChunkFilter<ChunkOutcome> responseChunks(ResponseContext context) {
        Moderation moderation = moderation(context.call());
        ChunkFilter<ChunkOutcome> chunks = guard.responseChunks(context, moderation);
        if (guardrail.asked().isEmpty()) {
            return chunks;
        }
        ModerationCalls moderationCalls =
                asking(context.call(), false, context.response().headers());
        return new CalloutFilter<>(
                moderationCalls,
                guardrail,
                moderation,
                chunks,
                failure -> refusals.response(failure)
                        .map(denial -> underWay(moderationCalls, denial))
                        .orElseGet(() -> Future.failedFuture(failure)));
    }

    /** Ends a stream of events with a denial event; only whole events have passed before. Aborts any other body. */
    private static Future<ChunkOutcome> underWay(ModerationCalls moderationCalls, Denial denial) {
        return moderationCalls
                .streamDenial()
                .map(shape -> Future.<ChunkOutcome>succeededFuture(new ChunkOutcome.End(
                        shape.event(denial.message(), denial.code().name()))))
                .orElseGet(() -> Future.failedFuture(denial.breakingOff()));
    }
}
