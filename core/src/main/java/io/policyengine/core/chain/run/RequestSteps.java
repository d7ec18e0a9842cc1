package io.policyengine.core.chain.run;

import io.policyengine.core.chain.EntryFailure;
import io.policyengine.core.expression.Expression;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.core.instruction.Instructions;
import io.policyengine.core.instruction.RequestInstruction;
import io.policyengine.core.instruction.SendableResponse;
import io.policyengine.core.instruction.SetBody;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.ChunkFilter;
import io.policyengine.core.policy.Identity;
import io.policyengine.core.policy.Metadata;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.RequestChunkOutcome;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.policy.ValidatedToken;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The steps of the request phase. */
final class RequestSteps implements PhaseSteps<RequestContext, RequestOutcome> {
    static final RequestSteps INSTANCE = new RequestSteps();

    private RequestSteps() {}

    @Override
    public Call call(RequestContext context) {
        return context.call();
    }

    @Override
    public RequestContext withCall(RequestContext context, Call call) {
        return context.withCall(call);
    }

    @Override
    public RequestContext onBody(RequestContext context, Buffer whole) {
        return context.withRequest(context.request().withBody(whole));
    }

    @Override
    public RequestView request(RequestContext context) {
        return context.request();
    }

    @Override
    public @Nullable ImmediateResponse denial(RequestOutcome outcome) {
        return outcome instanceof RequestOutcome.Respond(ImmediateResponse response, var _) ? response : null;
    }

    @Override
    public Metadata metadata(RequestContext context) {
        return context.metadata();
    }

    @Override
    public RequestContext shownTo(BoundEntry entry, RequestContext context) {
        return context;
    }

    @Override
    public Future<RequestOutcome> run(Policy policy, RequestContext context) {
        return policy.onRequest(context);
    }

    @Override
    public boolean holds(Expression<Boolean> condition, RequestContext context) {
        return condition.evaluate(context);
    }

    @Override
    public Future<RequestOutcome> unchanged() {
        return RequestOutcome.unchanged();
    }

    @Override
    public RequestOutcome outcome(Object answer) {
        return RequestOutcome.class.cast(answer);
    }

    @Override
    public @Nullable ChunkFilter<? extends RequestChunkOutcome> open(Policy policy, RequestContext context) {
        return policy.requestChunks(new RequestContext(
                context.request(), context.metadata(), context.call().ofChunks(), context.envoy()));
    }

    @Override
    public List<RequestInstruction> instructions(RequestOutcome outcome) {
        return outcome.instructions();
    }

    @Override
    public @Nullable EntryFailure check(RequestOutcome outcome, RequestContext context, ChainLimits limits) {
        for (RequestInstruction instruction : outcome.instructions()) {
            EntryFailure failure = PhaseSteps.illegal(Instructions.check(instruction, context.request()));
            if (failure == null) {
                failure = PhaseSteps.checkSize(instruction, limits);
            }
            if (failure != null) {
                return failure;
            }
        }
        return outcome instanceof RequestOutcome.Respond(ImmediateResponse response, var _)
                ? PhaseSteps.checkResponse(response, limits)
                : null;
    }

    @Override
    public RequestOutcome sendable(
            RequestOutcome outcome, RequestContext context, ChainLimits limits, Consumer<String> leftOut) {
        if (!(outcome instanceof RequestOutcome.Respond(ImmediateResponse response, List<RequestInstruction> all))) {
            return outcome;
        }
        SendableResponse sendable = PhaseSteps.sendable(response, limits);
        List<RequestInstruction> kept = new ArrayList<>(all.size());
        for (RequestInstruction instruction : all) {
            String problem = Instructions.check(instruction, context.request());
            if (problem == null) {
                kept.add(instruction);
            } else {
                leftOut.accept(problem);
            }
        }
        sendable.leftOut().forEach(leftOut);
        return sendable.leftOut().isEmpty() && kept.size() == all.size()
                ? outcome
                : new RequestOutcome.Respond(sendable.response(), List.copyOf(kept));
    }

    @Override
    public RequestOutcome withoutInstructions(RequestOutcome outcome) {
        return outcome instanceof RequestOutcome.Respond(ImmediateResponse response, var _)
                ? new RequestOutcome.Respond(response, List.of())
                : outcome;
    }

    @Override
    public boolean changes(RequestOutcome outcome) {
        return !outcome.instructions().isEmpty() || tokenOf(outcome) != null;
    }

    private static @Nullable ValidatedToken tokenOf(RequestOutcome outcome) {
        return outcome instanceof RequestOutcome.Proceed proceed ? proceed.token() : null;
    }

    /**
     * Returns whether the outcome has instructions. A change of a header field counts too, because a changed field no
     * longer proves the identity.
     */
    @Override
    public boolean changesMetadata(RequestOutcome outcome) {
        return !outcome.instructions().isEmpty();
    }

    @Override
    public boolean ends(RequestOutcome outcome) {
        return switch (outcome) {
            case RequestOutcome.Proceed _ -> false;
            case RequestOutcome.SkipRemaining _, RequestOutcome.Respond _ -> true;
        };
    }

    @Override
    public boolean denies(RequestOutcome outcome) {
        return outcome instanceof RequestOutcome.Respond;
    }

    @Override
    public boolean answersClient() {
        return true;
    }

    @Override
    public RequestOutcome denial(RequestOutcome outcome, ImmediateResponse response) {
        return new RequestOutcome.Respond(response, outcome.instructions());
    }

    @Override
    public RequestOutcome withBody(RequestOutcome outcome, SetBody body) {
        List<RequestInstruction> instructions = new ArrayList<>(outcome.instructions());
        instructions.add(body);
        return switch (outcome) {
            case RequestOutcome.Proceed(var _, String reason, ValidatedToken token) ->
                new RequestOutcome.Proceed(List.copyOf(instructions), reason, token);
            case RequestOutcome.SkipRemaining(var _, String reason) ->
                new RequestOutcome.SkipRemaining(List.copyOf(instructions), reason);
            case RequestOutcome.Respond denial -> denial;
        };
    }

    @Override
    public boolean hasWholeBody(RequestContext context) {
        return context.request().hasWholeBody();
    }

    @Override
    public @Nullable Buffer body(RequestContext context) {
        return context.request().body();
    }

    @Override
    public RequestContext after(BoundEntry entry, RequestOutcome outcome, Metadata metadata, RequestContext context) {
        List<RequestInstruction> instructions = outcome.instructions();
        ValidatedToken token = tokenOf(outcome);
        // The token of a former identity says nothing about the new one.
        boolean keepsToken = token == null && !Identity.isAnnouncedBy(instructions);
        return new RequestContext(
                Instructions.apply(instructions, entry.identity().replacedIn(context.request(), instructions)),
                metadata,
                context.call(),
                keepsToken ? context.token() : token,
                context.envoy());
    }
}
