package io.policyengine.core.chain.run;

import io.policyengine.core.chain.EntryFailure;
import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.error.PolicyException;
import io.policyengine.core.expression.Expression;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.core.instruction.Instructions;
import io.policyengine.core.instruction.ResponseInstruction;
import io.policyengine.core.instruction.SetBody;
import io.policyengine.core.instruction.SetStatusCode;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.ChunkFilter;
import io.policyengine.core.policy.Metadata;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.RequestChunkOutcome;
import io.policyengine.core.policy.ResponseContext;
import io.policyengine.core.policy.ResponseOutcome;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The steps of the response phase. */
final class ResponseSteps implements PhaseSteps<ResponseContext, ResponseOutcome> {
    static final ResponseSteps INSTANCE = new ResponseSteps();

    private ResponseSteps() {}

    @Override
    public Call call(ResponseContext context) {
        return context.call();
    }

    @Override
    public ResponseContext withCall(ResponseContext context, Call call) {
        return context.withCall(call);
    }

    @Override
    public ResponseContext onBody(ResponseContext context, Buffer whole) {
        return context.withResponse(context.response().withBody(whole));
    }

    @Override
    public RequestView request(ResponseContext context) {
        return context.originalRequest();
    }

    @Override
    public @Nullable ImmediateResponse denial(ResponseOutcome outcome) {
        for (ResponseInstruction instruction : outcome.instructions()) {
            if (instruction instanceof SetStatusCode(int status, String code) && code != null) {
                return new ImmediateResponse(status, HeaderMap.empty(), Buffer.buffer(), "").withCode(code);
            }
        }
        return null;
    }

    @Override
    public Metadata metadata(ResponseContext context) {
        return context.metadata();
    }

    /**
     * Removes the request body unless the policy declares that it reads it. If a policy declares this and the body is
     * missing, the policy fails.
     */
    @Override
    public ResponseContext shownTo(BoundEntry entry, ResponseContext context) {
        boolean there = context.request().body() != null;
        if (entry.keepsRequestBody() && !there) {
            throw new PolicyException(ErrorCode.POLICY_ERROR, EntryFailures.NO_REQUEST_BODY);
        }
        return there && !entry.keepsRequestBody()
                ? context.withRequest(context.request().withBody(null))
                : context;
    }

    @Override
    public Future<ResponseOutcome> run(Policy policy, ResponseContext context) {
        return policy.onResponse(context);
    }

    @Override
    public boolean holds(Expression<Boolean> condition, ResponseContext context) {
        return condition.evaluate(context);
    }

    @Override
    public Future<ResponseOutcome> unchanged() {
        return ResponseOutcome.unchanged();
    }

    @Override
    public ResponseOutcome outcome(Object answer) {
        return ResponseOutcome.class.cast(answer);
    }

    @Override
    public @Nullable ChunkFilter<? extends RequestChunkOutcome> open(Policy policy, ResponseContext context) {
        return policy.responseChunks(context.withCall(context.call().ofChunks()));
    }

    @Override
    public List<ResponseInstruction> instructions(ResponseOutcome outcome) {
        return outcome.instructions();
    }

    @Override
    public @Nullable EntryFailure check(ResponseOutcome outcome, ResponseContext context, ChainLimits limits) {
        for (ResponseInstruction instruction : outcome.instructions()) {
            EntryFailure failure = PhaseSteps.illegal(Instructions.check(instruction));
            if (failure == null) {
                failure = PhaseSteps.checkSize(instruction, limits);
            }
            if (failure != null) {
                return failure;
            }
        }
        return null;
    }

    @Override
    public boolean ends(ResponseOutcome outcome) {
        return switch (outcome) {
            case ResponseOutcome.Proceed _ -> false;
            case ResponseOutcome.SkipRemaining _ -> true;
        };
    }

    @Override
    public boolean denies(ResponseOutcome outcome) {
        return false;
    }

    @Override
    public boolean answersClient() {
        return false;
    }

    @Override
    public ResponseOutcome denial(ResponseOutcome outcome, ImmediateResponse response) {
        throw new PolicyException(ErrorCode.INVALID_INSTRUCTION, EntryFailures.RESPOND_TO_RESPONSE);
    }

    @Override
    public ResponseOutcome withBody(ResponseOutcome outcome, SetBody body) {
        List<ResponseInstruction> instructions = new ArrayList<>(outcome.instructions());
        instructions.add(body);
        return switch (outcome) {
            case ResponseOutcome.Proceed(var _, String reason) ->
                new ResponseOutcome.Proceed(List.copyOf(instructions), reason);
            case ResponseOutcome.SkipRemaining(var _, String reason) ->
                new ResponseOutcome.SkipRemaining(List.copyOf(instructions), reason);
        };
    }

    @Override
    public boolean hasWholeBody(ResponseContext context) {
        return context.response().hasWholeBody();
    }

    @Override
    public @Nullable Buffer body(ResponseContext context) {
        return context.response().body();
    }

    @Override
    public ResponseContext after(
            BoundEntry entry, ResponseOutcome outcome, Metadata metadata, ResponseContext context) {
        return new ResponseContext(
                Instructions.apply(outcome.instructions(), context.response()),
                context.request(),
                context.originalRequest(),
                metadata,
                context.call(),
                context.envoy());
    }
}
