package io.policyengine.policies.transformbody;

import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.error.PolicyException;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.instruction.CommonInstruction;
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
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.policy.ResponseContext;
import io.policyengine.core.policy.ResponseOutcome;
import io.policyengine.core.work.TooMuchMemoryException;
import io.policyengine.policies.denial.Denial;
import io.policyengine.policies.denial.DenialFormat;
import io.policyengine.policies.json.JsonSize;
import io.policyengine.policies.replace.Replacements;
import io.policyengine.policies.template.Template;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Changes the body that there is: complete, or in chunks if nothing but texts is replaced. */
final class ChangedBodyPolicy implements Policy {
    private static final Denial UNFIT = new Denial(
            400,
            "INVALID_BODY",
            "The body of the request is not JSON of the expected form",
            DenialReason.INVALID_REQUEST);

    private static final Denial TOO_LARGE = new Denial(
            413,
            "BODY_TOO_COMPLEX",
            "The JSON in the body of the request has too many values",
            DenialReason.INVALID_REQUEST);

    private final BodyChanges changes;
    private final ImmediateResponse unfit;
    private final ImmediateResponse tooLarge;
    private final PolicyEnvironment env;

    ChangedBodyPolicy(BodyChanges changes, DenialFormat format, PolicyEnvironment env) {
        this.changes = changes;
        this.unfit = UNFIT.response(format);
        this.tooLarge = TOO_LARGE.response(format);
        this.env = env;
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
    public ChunkFilter<ChunkOutcome> requestChunks(RequestContext context) {
        Template.Fill fill = (template, escape) -> template.fill(context, escape);
        return filter(context.call(), context.request().headers(), fill);
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
                                failure instanceof UnfitBodyException || failure instanceof TooMuchMemoryException
                                        ? badResponse(failure)
                                        : failure));
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
        return replaced(call, headers, before, fill)
                .compose(replaced -> edited(call, replaced, fill))
                .map(after -> Arrays.equals(after, before)
                        ? contentType(headers, changes.applyTo(headers, before.length))
                        : List.of(new SetBody(Buffer.buffer(after), changes.contentType())));
    }

    private Future<BodyChanges.Replaced> replaced(Call call, HeaderMap headers, byte[] body, Template.Fill fill) {
        if (body.length > Replacements.LARGE) {
            return env.offLoop(
                    call, changes.firstWork(body.length), stop -> changes.replace(headers, body, fill, stop));
        }
        try {
            return Future.succeededFuture(changes.replace(headers, body, fill, () -> false));
        } catch (UnfitBodyException | PolicyException expected) {
            return Future.failedFuture(expected);
        }
    }

    /** By itself, since only now it is known how much memory it takes. */
    private Future<byte[]> edited(Call call, BodyChanges.Replaced replaced, Template.Fill fill) {
        JsonSize size = replaced.toEdit();
        if (size != null && !size.isSmall()) {
            return env.offLoop(call, size.work(), _ -> changes.edit(replaced, fill));
        }
        try {
            return Future.succeededFuture(changes.edit(replaced, fill));
        } catch (UnfitBodyException expected) {
            return Future.failedFuture(expected);
        }
    }

    /**
     * The changes of the headers that must be made before it is known whether a chunk changes. The coding is left: it is the engine's, which
     * has opened the body or not.
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
                ErrorCode.POLICY_ERROR, "the body of the response cannot be changed: " + unfit.getMessage());
    }
}
