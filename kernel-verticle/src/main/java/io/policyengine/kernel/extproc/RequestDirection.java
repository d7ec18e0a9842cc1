package io.policyengine.kernel.extproc;

import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.http.ResponseView;
import io.policyengine.core.policy.Metadata;
import io.policyengine.kernel.aggregate.PhaseResult;
import io.policyengine.kernel.aggregate.PhaseRun;
import io.policyengine.kernel.aggregate.RequestPhaseRun;
import io.policyengine.kernel.aggregate.RunScope;
import io.policyengine.kernel.aggregate.TrailersPhaseRun;
import io.policyengine.kernel.body.BodyDelivery;
import io.policyengine.kernel.body.Carrier;
import io.policyengine.kernel.envoy.BodyMode;
import io.policyengine.kernel.envoy.EnvoyMessage;
import io.policyengine.kernel.envoy.ExchangeProtocol;
import io.policyengine.kernel.envoy.ModeOverride;
import io.policyengine.kernel.plan.FlowPlan;
import org.jspecify.annotations.Nullable;

/** The request direction of an exchange. */
final class RequestDirection extends Direction<RequestView> {
    private final BodyDelivery responseBody;
    private boolean askedToEnd;

    /**
     * Creates the request direction of an exchange, before its first message.
     *
     * @param responseBody the delivery of the response's body, which the request's mode override also requests
     */
    RequestDirection(
            DirectionHost exchange,
            LoopContext loop,
            ExchangeFacts facts,
            RunScope scope,
            BodyDelivery body,
            BodyDelivery responseBody) {
        super(exchange, loop, facts, scope, facts.requestFlow(), Carrier.Request.of(facts.removedFields()), body);
        this.responseBody = responseBody;
    }

    /** Returns the request to be sent upstream, as policies have left it so far, without its body. */
    RequestView upstream() {
        RequestView sent = body().headers();
        return sent == null ? facts.originalRequest() : sent;
    }

    /** Returns whether the engine asked Envoy to send no further messages of the exchange. */
    boolean isAskedToEnd() {
        return askedToEnd;
    }

    /** Returns the mode in which Envoy sends the request's body from now on. */
    BodyMode modeFromNowOn() {
        return isOver() ? facts.protocol().requestBody() : body().delivery().mode();
    }

    @Override
    boolean needsHeaders() {
        return facts.needsRequest();
    }

    @Override
    RequestView read(EnvoyMessage message) {
        return facts.originalRequest();
    }

    @Override
    IncomingTrailers read(HeaderMap trailers) {
        return IncomingTrailers.without(facts.identity(), trailers, loop.rules());
    }

    @Override
    boolean takesTrailers() {
        return super.takesTrailers() || !facts.identity().isEmpty();
    }

    /**
     * Returns the refusal of a request, or null. A request is refused if Envoy would not remove its identity fields. A
     * tunnel is refused if a chain reads bodies, because its bytes are not a body and the chain would not see their
     * end.
     */
    @Override
    Refusal.@Nullable Failure refusalOf(RequestView message) {
        for (String name : facts.unlistedIdentity()) {
            String dropped = loop.rules().checkRemoval(name);
            if (dropped != null) {
                return new Refusal.Failure(
                        ErrorCode.ROUTE_MISCONFIGURED, dropped + ", so a client could set an identity in this field");
            }
        }
        boolean looks =
                facts.requestFlow().demandsBody() || facts.responseFlow().demandsBody();
        return looks && facts.isTunnel()
                ? new Refusal.Failure(
                        ErrorCode.ROUTE_MISCONFIGURED,
                        "a policy of the route reads bodies or awaits their end; CONNECT and upgrades have no body")
                : null;
    }

    @Override
    PhaseRun<RequestView, ?, ?> newRun(FlowPlan flow, RequestView message) {
        return new RequestPhaseRun(scope, flow, message, metadata());
    }

    @Override
    public PhaseResult.Passed<RequestView> leaving(PhaseResult.Passed<RequestView> passed) {
        return passed;
    }

    @Override
    Metadata inherited() {
        return Metadata.empty();
    }

    @Override
    @Nullable
    ModeOverride override(BodyMode wanted, boolean asks, boolean replaced) {
        boolean responseWanted = facts.wantsResponse();
        boolean tries = responseWanted && responseBody.beginTrial();
        boolean trailersAlone = !replaced && facts.doesWithoutResponseHeaders() && mayEnd();
        boolean trailers = !replaced && awaitsTrailers();
        if (asks || tries || trailersAlone) {
            // If no policy reads the trailers, the response shows that nothing is left to do.
            boolean showsEnd = trailers && !facts.requestFlow().readsTrailers();
            return new ModeOverride(
                    wanted,
                    responseWanted ? !trailersAlone : showsEnd,
                    responseWanted ? responseBody.mode() : BodyMode.NONE,
                    trailers,
                    facts.responseFlow().readsTrailers());
        }
        if (!replaced && !responseWanted && !trailers && mayEnd()) {
            askedToEnd = true;
            exchange.askedToEnd();
            return ModeOverride.END_AFTER_REQUEST_HEADERS;
        }
        return null;
    }

    @Override
    TrailersPhaseRun.Message ended() {
        return new TrailersPhaseRun.Message(ResponseView.absentResponse(), upstream(), facts.originalRequest());
    }

    @Override
    RequestView unseen() {
        return facts.originalRequest();
    }

    /** Returns whether Envoy can be asked to send nothing after the request headers, or only trailers. */
    private boolean mayEnd() {
        ExchangeProtocol protocol = facts.protocol();
        return loop.config().envoy().allowModeOverride() && protocol.canOverrideMode() && protocol.sendsNoBody();
    }

    @Override
    public void chainRan(PhaseRun<RequestView, ?, ?> ran, long nanos) {
        facts.meters().requestChain().record(nanos, facts.trace());
    }
}
