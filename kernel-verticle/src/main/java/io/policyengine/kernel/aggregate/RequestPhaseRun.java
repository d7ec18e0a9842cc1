package io.policyengine.kernel.aggregate;

import io.policyengine.core.chain.SegmentResult;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.instruction.RequestInstruction;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Metadata;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.worker.OpenSegment;
import io.policyengine.core.worker.RequestCall;
import io.policyengine.kernel.overload.CallKind;
import io.policyengine.kernel.plan.FlowPlan;
import io.policyengine.kernel.plan.Segment;
import io.policyengine.kernel.recorder.ChainPart;
import io.vertx.core.Future;

/** A run of the request chain of an exchange. */
public final class RequestPhaseRun extends PhaseRun<RequestView, RequestOutcome, RequestInstruction> {

    public RequestPhaseRun(RunScope scope, FlowPlan flow, RequestView request, Metadata metadata) {
        super(Phase.REQUEST, scope, flow, RequestOutcomes.INSTANCE, request, metadata);
    }

    @Override
    Future<SegmentResult<RequestOutcome>> call(Segment segment, Call call, RequestView view, Metadata metadata) {
        RequestCall request = call(segment, view, metadata, call);
        return scope.workers()
                .call(segment.chain(), scope.replicas(), CallKind.of(request), call, link -> link.execute(request));
    }

    @Override
    Future<OpenSegment<RequestOutcome>> open(Segment segment, Call call, RequestView view, Metadata metadata) {
        RequestCall request = call(segment, view, metadata, call);
        return scope.workers().open(segment.chain(), scope.replicas(), call, request);
    }

    private RequestCall call(Segment segment, RequestView view, Metadata metadata, Call call) {
        return new RequestCall(
                call,
                segment.chain().id(),
                segment.firstEntry(),
                segment.endEntry(),
                view,
                metadata,
                scope.envoy().current().only(segment.metadataRead()),
                segment.wantsEnd());
    }

    @Override
    ChainPart part() {
        return ChainPart.REQUEST;
    }
}
