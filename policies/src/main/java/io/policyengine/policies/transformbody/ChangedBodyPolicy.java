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
import io.policyengine.core.policy.ChunkFilter;
import io.policyengine.core.policy.ChunkOutcome;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.policy.ResponseContext;
import io.policyengine.core.policy.ResponseOutcome;
import io.policyengine.policies.denial.Denial;
import io.policyengine.policies.denial.DenialFormat;
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

    private final BodyChanges changes;
    private final ImmediateResponse denial;
    private final PolicyEnvironment env;

    ChangedBodyPolicy(BodyChanges changes, DenialFormat format, PolicyEnvironment env) {
        this.changes = changes;
        this.denial = UNFIT.response(format);
        this.env = env;
    }

    @Override
    public Future<RequestOutcome> onRequest(RequestContext context) {
        Template.Fill fill = (template, escape) -> template.fill(context, escape);
        return instructions(context.request().headers(), context.request().body(), fill)
                .compose(
                        instructions -> RequestOutcome.proceed(List.copyOf(instructions)),
                        failure -> failure instanceof UnfitBodyException
                                ? RequestOutcome.respond(denial)
                                : Future.failedFuture(failure));
    }

    @Override
    public ChunkFilter<ChunkOutcome> requestChunks(RequestContext context) {
        Template.Fill fill = (template, escape) -> template.fill(context, escape);
        return filter(context.request().headers(), fill);
    }

    @Override
    public Future<ResponseOutcome> onResponse(ResponseContext context) {
        Template.Fill fill = (template, escape) -> template.fill(context, escape);
        return instructions(context.response().headers(), context.response().body(), fill)
                .compose(
                        instructions -> ResponseOutcome.proceed(List.copyOf(instructions)),
                        failure -> Future.failedFuture(
                                failure instanceof UnfitBodyException unfit ? badResponse(unfit) : failure));
    }

    @Override
    public ChunkFilter<ChunkOutcome> responseChunks(ResponseContext context) {
        Template.Fill fill = (template, escape) -> template.fill(context, escape);
        return filter(context.response().headers(), fill);
    }

    private ChunkFilter<ChunkOutcome> filter(HeaderMap headers, Template.Fill fill) {
        Replacements replacements = changes.replacements();
        return changes.canStream() ? replacements.filter(changes.fillFor(headers, fill), env) : ChunkFilter.none();
    }

    private Future<List<CommonInstruction>> instructions(HeaderMap headers, @Nullable Buffer body, Template.Fill fill) {
        if (body == null) {
            return Future.succeededFuture(changes.canStream() ? beforeChunks(headers) : List.of());
        }
        byte[] before = body.getBytes();
        return (before.length > Replacements.LARGE
                        ? env.blocking(() -> changes.apply(headers, before, fill))
                        : applied(headers, before, fill))
                .map(after -> Arrays.equals(after, before)
                        ? contentType(headers, changes.applyTo(headers, before.length))
                        : List.of(new SetBody(Buffer.buffer(after), changes.contentType())));
    }

    private Future<byte[]> applied(HeaderMap headers, byte[] body, Template.Fill fill) {
        try {
            return Future.succeededFuture(changes.apply(headers, body, fill));
        } catch (UnfitBodyException | PolicyException expected) {
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

    private static PolicyException badResponse(UnfitBodyException unfit) {
        return new PolicyException(
                ErrorCode.POLICY_ERROR, "the body of the response cannot be changed: " + unfit.getMessage());
    }
}
