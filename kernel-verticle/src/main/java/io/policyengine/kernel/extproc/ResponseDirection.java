package io.policyengine.kernel.extproc;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.ResponseView;
import io.policyengine.core.policy.Metadata;
import io.policyengine.kernel.aggregate.OpenBody;
import io.policyengine.kernel.aggregate.PhaseResult;
import io.policyengine.kernel.aggregate.PhaseRun;
import io.policyengine.kernel.aggregate.ResponsePhaseRun;
import io.policyengine.kernel.aggregate.RunScope;
import io.policyengine.kernel.aggregate.TrailersPhaseRun;
import io.policyengine.kernel.body.BodyDelivery;
import io.policyengine.kernel.body.Carrier;
import io.policyengine.kernel.envoy.BodyMode;
import io.policyengine.kernel.envoy.EnvoyMessage;
import io.policyengine.kernel.envoy.EnvoyReader;
import io.policyengine.kernel.envoy.ModeOverride;
import io.policyengine.kernel.plan.FlowPlan;
import io.policyengine.kernel.recorder.Outcome;
import io.policyengine.kernel.trust.ConnectionTrust;
import io.policyengine.kernel.trust.ResponseOrigin;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The response direction of an exchange. */
final class ResponseDirection extends Direction<ResponseView> {
    private static final Carrier<ResponseView> ANY = new Carrier.Response(false);
    private static final Carrier<ResponseView> TO_HEAD = new Carrier.Response(true);

    private final RequestDirection request;
    private final ConnectionTrust trust;
    private ResponseOrigin origin = ResponseOrigin.UNTOLD;
    private @Nullable String refusalCode;

    /**
     * Creates the response direction of an exchange, before its first message.
     *
     * @param request the request direction of the exchange
     * @param trust what is known about the sending Envoy
     */
    ResponseDirection(
            DirectionHost exchange,
            LoopContext loop,
            ExchangeFacts facts,
            RunScope scope,
            BodyDelivery body,
            RequestDirection request,
            ConnectionTrust trust) {
        super(exchange, loop, facts, scope, facts.responseFlow(), carrier(facts), body);
        this.request = request;
        this.trust = trust;
    }

    private static Carrier<ResponseView> carrier(ExchangeFacts facts) {
        return facts.originalRequest().method().equals("HEAD") ? TO_HEAD : ANY;
    }

    /** Returns the status with which the response was forwarded, or 0 if it has not been forwarded. */
    int status() {
        ResponseView sent = body().headers();
        return sent == null || !body().isPassed() ? 0 : sent.status();
    }

    /** Returns the code with which a policy has refused the response and replaced it; null if none has. */
    @Nullable
    String refusalCode() {
        return refusalCode;
    }

    /**
     * Returns whether, as far as is known, the whole response has passed if the exchange ends with this outcome. The
     * end of the response is known if the engine requested it from Envoy, or if Envoy has sent a part of the body.
     */
    boolean hasPassed(Outcome how) {
        boolean showsEnd = facts.responseFlow().toTheEnd() || body().showsEnd();
        return how == Outcome.PASSED && (showsEnd ? isOver() : status() != 0);
    }

    @Override
    boolean needsHeaders() {
        return facts.needsResponse() && !facts.doesWithoutResponseHeaders();
    }

    @Override
    ResponseView read(EnvoyMessage message) {
        request.body().stopClock();
        ResponseView answer = EnvoyReader.response(message);
        String details = EnvoyReader.codeDetails(message);
        origin = ResponseOrigin.of(details, answer);
        trust.answered(details != null, request.body().delivery().isAsked());
        return answer;
    }

    @Override
    IncomingTrailers read(HeaderMap trailers) {
        return IncomingTrailers.whole(trailers);
    }

    @Override
    ResponseView unseen() {
        request.body().stopClock();
        return ResponseView.absentResponse();
    }

    @Override
    Refusal.@Nullable Failure refusalOf(ResponseView message) {
        return Admission.refusalOfResponse(loop, facts, message, origin, request);
    }

    @Override
    ResponsePhaseRun newRun(FlowPlan flow, ResponseView message) {
        return new ResponsePhaseRun(
                scope,
                flow,
                message,
                request.upstream(),
                facts.originalRequest(),
                request.body().chain().retained(),
                metadata());
    }

    @Override
    public PhaseResult.Passed<ResponseView> leaving(PhaseResult.Passed<ResponseView> passed) {
        HeaderMap left = request.left();
        if (left.size() == 0) {
            return passed;
        }
        Set<String> touched = new HashSet<>(passed.touched());
        HeaderMap.Builder headers = passed.view().headers().toBuilder();
        left.forEach((name, value) -> {
            headers.set(name, value);
            touched.add(name);
        });
        return passed.with(passed.view().withHeaders(headers.build()), touched);
    }

    @Override
    Metadata inherited() {
        return request.metadata();
    }

    @Override
    @Nullable
    ModeOverride override(BodyMode wanted, boolean asks, boolean replaced) {
        return asks
                ? new ModeOverride(
                        request.modeFromNowOn(),
                        true,
                        wanted,
                        request.awaitsTrailers(),
                        facts.responseFlow().readsTrailers())
                : null;
    }

    @Override
    TrailersPhaseRun.Message ended() {
        ResponseView passed = body().headers();
        return new TrailersPhaseRun.Message(
                passed == null ? ResponseView.absentResponse() : passed.withBody(null),
                request.upstream().withBody(null),
                facts.originalRequest());
    }

    @Override
    public void chainRan(PhaseRun<ResponseView, ?, ?> ran, long nanos) {
        facts.meters().responseChain().record(nanos, facts.trace());
        if (ran instanceof ResponsePhaseRun response) {
            refusalCode = response.refusalCode();
        }
        // A policy that reads the body in chunks may read the request's body until the last chunk.
        if (!keepsRequestBody(ran.openBodies()) && ran instanceof ResponsePhaseRun response) {
            response.dropRequestBody();
            request.body().chain().releaseRetained();
        }
    }

    private static boolean keepsRequestBody(List<OpenBody> open) {
        for (int i = 0; i < open.size(); i++) {
            if (open.get(i).segment().keepsRequestBody()) {
                return true;
            }
        }
        return false;
    }
}
