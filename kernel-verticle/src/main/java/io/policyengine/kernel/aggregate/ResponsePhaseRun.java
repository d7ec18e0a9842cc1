package io.policyengine.kernel.aggregate;

import io.policyengine.core.chain.SegmentResult;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.http.ResponseView;
import io.policyengine.core.instruction.ResponseInstruction;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Metadata;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.ResponseOutcome;
import io.policyengine.core.worker.OpenSegment;
import io.policyengine.core.worker.ResponseCall;
import io.policyengine.kernel.overload.CallKind;
import io.policyengine.kernel.plan.FlowPlan;
import io.policyengine.kernel.plan.Segment;
import io.policyengine.kernel.recorder.ChainPart;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/** A run of the response chain of an exchange. */
public final class ResponsePhaseRun extends PhaseRun<ResponseView, ResponseOutcome, ResponseInstruction> {
    private final RequestView request;
    private final RequestView originalRequest;
    private final ResponseOutcomes outcomes;
    /** The request's body for segments that read it; null if it was not kept or no pending segment reads it. */
    private @Nullable Buffer requestBody;

    /**
     * Creates a run of the response chain that has not begun.
     *
     * @param request the request that was sent upstream, without its body
     * @param originalRequest the request as the client sent it
     * @param requestBody the request's body as it was sent upstream; null if it was not kept
     */
    public ResponsePhaseRun(
            RunScope scope,
            FlowPlan flow,
            ResponseView response,
            RequestView request,
            RequestView originalRequest,
            @Nullable Buffer requestBody,
            Metadata metadata) {
        this(scope, flow, response, request, originalRequest, requestBody, metadata, new ResponseOutcomes());
    }

    private ResponsePhaseRun(
            RunScope scope,
            FlowPlan flow,
            ResponseView response,
            RequestView request,
            RequestView originalRequest,
            @Nullable Buffer requestBody,
            Metadata metadata,
            ResponseOutcomes outcomes) {
        super(Phase.RESPONSE, scope, flow, outcomes, response, metadata);
        this.outcomes = outcomes;
        this.request = request;
        this.originalRequest = originalRequest;
        this.requestBody = requestBody;
    }

    /** Returns the code with which a policy has refused the response and replaced it; null if none has. */
    public @Nullable String refusalCode() {
        return outcomes.refusalCode();
    }

    /** Releases the request's body once no pending segment reads it. */
    public void dropRequestBody() {
        requestBody = null;
    }

    @Override
    Future<SegmentResult<ResponseOutcome>> call(Segment segment, Call call, ResponseView view, Metadata metadata) {
        ResponseCall response = call(segment, view, metadata, call);
        return scope.workers()
                .call(segment.chain(), scope.replicas(), CallKind.of(response), call, link -> link.execute(response));
    }

    @Override
    Future<OpenSegment<ResponseOutcome>> open(Segment segment, Call call, ResponseView view, Metadata metadata) {
        ResponseCall response = call(segment, view, metadata, call);
        return scope.workers().open(segment.chain(), scope.replicas(), call, response);
    }

    private ResponseCall call(Segment segment, ResponseView view, Metadata metadata, Call call) {
        return new ResponseCall(
                call,
                segment.chain().id(),
                segment.firstEntry(),
                segment.endEntry(),
                view,
                segment.keepsRequestBody() && requestBody != null ? request.withBody(requestBody) : request,
                originalRequest,
                metadata,
                scope.envoy().current().only(segment.metadataRead()),
                segment.wantsEnd());
    }

    @Override
    ChainPart part() {
        return ChainPart.RESPONSE;
    }
}
