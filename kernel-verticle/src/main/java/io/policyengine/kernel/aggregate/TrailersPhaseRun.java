package io.policyengine.kernel.aggregate;

import io.policyengine.core.chain.SegmentResult;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.http.ResponseView;
import io.policyengine.core.http.TrailersView;
import io.policyengine.core.instruction.TrailersInstruction;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Metadata;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.TrailersContext;
import io.policyengine.core.policy.TrailersOutcome;
import io.policyengine.core.worker.OpenSegment;
import io.policyengine.core.worker.TrailersCall;
import io.policyengine.kernel.overload.CallKind;
import io.policyengine.kernel.plan.FlowPlan;
import io.policyengine.kernel.plan.Segment;
import io.policyengine.kernel.recorder.ChainPart;
import io.vertx.core.Future;

/** A run of a chain's policies on trailers. Trailers policies cannot answer the client or end the chain. */
public final class TrailersPhaseRun extends PhaseRun<TrailersView, TrailersOutcome, TrailersInstruction> {
    private final Phase phase;
    private final Message message;

    /**
     * The message that the trailers end.
     *
     * @param response the response that was forwarded; empty for the trailers of a request
     * @param request the request that was sent upstream
     * @param originalRequest the request as the client sent it
     */
    public record Message(ResponseView response, RequestView request, RequestView originalRequest) {}

    /**
     * Creates a run on trailers that has not begun.
     *
     * @param phase the phase of the chain
     * @param flow the flow of the policies that read trailers and have run on the headers
     */
    public TrailersPhaseRun(
            Phase phase, RunScope scope, FlowPlan flow, TrailersView trailers, Message message, Metadata metadata) {
        super(phase, scope, flow, TrailersOutcomes.INSTANCE, trailers, metadata);
        this.phase = phase;
        this.message = message;
    }

    @Override
    Future<SegmentResult<TrailersOutcome>> call(Segment segment, Call call, TrailersView view, Metadata metadata) {
        TrailersCall trailers = new TrailersCall(
                phase,
                segment.chain().id(),
                segment.firstEntry(),
                segment.endEntry(),
                new TrailersContext(
                        view.headers(),
                        message.response(),
                        message.request(),
                        message.originalRequest(),
                        metadata,
                        call,
                        scope.envoy().current().only(segment.metadataRead())),
                segment.wantsEnd());
        return scope.workers()
                .call(segment.chain(), scope.replicas(), CallKind.of(trailers), call, link -> link.execute(trailers));
    }

    @Override
    Future<OpenSegment<TrailersOutcome>> open(Segment segment, Call call, TrailersView view, Metadata metadata) {
        throw new IllegalStateException("trailers have no body");
    }

    @Override
    ChainPart part() {
        return switch (phase) {
            case REQUEST -> ChainPart.REQUEST_TRAILERS;
            case RESPONSE -> ChainPart.RESPONSE_TRAILERS;
        };
    }
}
