package io.policyengine.kernel.aggregate;

import io.policyengine.core.chain.SegmentResult;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.http.ResponseView;
import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.core.instruction.Instructions;
import io.policyengine.core.instruction.ResponseInstruction;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Metadata;
import io.policyengine.core.policy.ResponseOutcome;
import io.policyengine.core.worker.ResponseCall;
import io.policyengine.kernel.plan.FlowPlan;
import io.policyengine.kernel.plan.Segment;
import io.vertx.core.Future;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Runs the response chain of an exchange. */
public final class ResponseRun extends PhaseRun<ResponseView, ResponseOutcome, ResponseInstruction> {
    private final RequestView request;
    private final RequestView originalRequest;

    private ResponseRun(
            RunScope scope,
            FlowPlan flow,
            ResponseView response,
            RequestView request,
            RequestView originalRequest,
            Metadata metadata,
            Consumer<PhaseResult<ResponseView>> done) {
        super(scope, flow, response, metadata, done);
        this.request = request;
        this.originalRequest = originalRequest;
    }

    /**
     * Runs the chain; {@code done} is called once, perhaps at once, unless the exchange is cancelled before.
     *
     * @param request as it was sent upstream
     * @param originalRequest as the client sent it
     */
    public static void start(
            RunScope scope,
            FlowPlan flow,
            ResponseView response,
            RequestView request,
            RequestView originalRequest,
            Metadata metadata,
            Consumer<PhaseResult<ResponseView>> done) {
        new ResponseRun(scope, flow, response, request, originalRequest, metadata, done).start();
    }

    @Override
    Future<SegmentResult<ResponseOutcome>> call(Segment segment, Call call, ResponseView view, Metadata metadata) {
        ResponseCall response = new ResponseCall(
                call,
                segment.chainId(),
                segment.firstEntry(),
                segment.endEntry(),
                view,
                request,
                originalRequest,
                metadata);
        return scope.workers().call(segment.worker(), call, link -> link.execute(response));
    }

    @Override
    List<ResponseInstruction> instructions(ResponseOutcome outcome) {
        return outcome.instructions();
    }

    @Override
    @Nullable
    String check(ResponseInstruction instruction) {
        return scope.rules().check(instruction);
    }

    @Override
    ResponseView apply(List<ResponseInstruction> instructions, ResponseView view) {
        return Instructions.apply(instructions, view);
    }

    @Override
    @Nullable
    ImmediateResponse response(ResponseOutcome outcome) {
        return null;
    }

    @Override
    boolean endsPhase(ResponseOutcome outcome) {
        return outcome instanceof ResponseOutcome.SkipRemaining;
    }
}
