package io.policyengine.core.chain.run;

import io.policyengine.core.chain.EntryFailure;
import io.policyengine.core.expression.Expression;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.http.TrailersView;
import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.core.instruction.Instructions;
import io.policyengine.core.instruction.SetBody;
import io.policyengine.core.instruction.TrailersInstruction;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.ChunkFilter;
import io.policyengine.core.policy.Metadata;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.RequestChunkOutcome;
import io.policyengine.core.policy.TrailersContext;
import io.policyengine.core.policy.TrailersOutcome;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The steps on the trailers of a message. Trailers follow the body, when the client can no longer receive another
 * response.
 */
final class TrailersSteps implements PhaseSteps<TrailersContext, TrailersOutcome> {
    private static final TrailersSteps OF_REQUEST = new TrailersSteps(Phase.REQUEST);
    private static final TrailersSteps OF_RESPONSE = new TrailersSteps(Phase.RESPONSE);

    private final Phase phase;

    private TrailersSteps(Phase phase) {
        this.phase = phase;
    }

    static TrailersSteps of(Phase phase) {
        return switch (phase) {
            case REQUEST -> OF_REQUEST;
            case RESPONSE -> OF_RESPONSE;
        };
    }

    @Override
    public Call call(TrailersContext context) {
        return context.call();
    }

    @Override
    public TrailersContext withCall(TrailersContext context, Call call) {
        return context.withCall(call);
    }

    @Override
    public RequestView request(TrailersContext context) {
        return context.originalRequest();
    }

    @Override
    public Metadata metadata(TrailersContext context) {
        return context.metadata();
    }

    @Override
    public TrailersContext shownTo(BoundEntry entry, TrailersContext context) {
        return context;
    }

    @Override
    public Future<TrailersOutcome> run(Policy policy, TrailersContext context) {
        return switch (phase) {
            case REQUEST -> policy.onRequestTrailers(context);
            case RESPONSE -> policy.onResponseTrailers(context);
        };
    }

    /** Returns true. The entry's condition was true on the headers; otherwise the entry would not be called. */
    @Override
    public boolean holds(Expression<Boolean> condition, TrailersContext context) {
        return true;
    }

    @Override
    public Future<TrailersOutcome> unchanged() {
        return TrailersOutcome.unchanged();
    }

    @Override
    public TrailersOutcome outcome(Object answer) {
        return TrailersOutcome.class.cast(answer);
    }

    @Override
    public @Nullable ChunkFilter<? extends RequestChunkOutcome> open(Policy policy, TrailersContext context) {
        return ChunkFilter.none();
    }

    @Override
    public List<TrailersInstruction> instructions(TrailersOutcome outcome) {
        return outcome.instructions();
    }

    @Override
    public @Nullable EntryFailure check(TrailersOutcome outcome, TrailersContext context, ChainLimits limits) {
        for (TrailersInstruction instruction : outcome.instructions()) {
            EntryFailure failure = PhaseSteps.illegal(Instructions.check(instruction));
            if (failure != null) {
                return failure;
            }
        }
        return null;
    }

    @Override
    public boolean ends(TrailersOutcome outcome) {
        return false;
    }

    @Override
    public boolean denies(TrailersOutcome outcome) {
        return false;
    }

    @Override
    public boolean answersClient() {
        return false;
    }

    @Override
    public TrailersOutcome denial(TrailersOutcome outcome, ImmediateResponse response) {
        throw new IllegalStateException("trailers have no chunks");
    }

    @Override
    public TrailersOutcome withBody(TrailersOutcome outcome, SetBody body) {
        throw new IllegalStateException("trailers have no body");
    }

    @Override
    public TrailersContext onBody(TrailersContext context, Buffer whole) {
        throw new IllegalStateException("trailers have no body");
    }

    @Override
    public boolean hasWholeBody(TrailersContext context) {
        return false;
    }

    @Override
    public @Nullable Buffer body(TrailersContext context) {
        return null;
    }

    @Override
    public TrailersContext after(
            BoundEntry entry, TrailersOutcome outcome, Metadata metadata, TrailersContext context) {
        return new TrailersContext(
                Instructions.apply(outcome.instructions(), new TrailersView(context.trailers()))
                        .headers(),
                context.response(),
                context.request(),
                context.originalRequest(),
                metadata,
                context.call(),
                context.envoy());
    }
}
