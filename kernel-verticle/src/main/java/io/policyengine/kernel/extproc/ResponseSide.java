package io.policyengine.kernel.extproc;

import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.ResponseView;
import io.policyengine.kernel.aggregate.PhaseRun;
import io.policyengine.kernel.aggregate.ResponseRun;
import io.policyengine.kernel.envoy.BodyMode;
import io.policyengine.kernel.envoy.EnvoyAnswer;
import io.policyengine.kernel.envoy.EnvoyMessage;
import io.policyengine.kernel.envoy.EnvoyReader;
import io.policyengine.kernel.envoy.ModeOverride;
import io.policyengine.kernel.plan.FlowPlan;
import io.policyengine.kernel.plan.RoutePlan;
import io.policyengine.kernel.trust.ResponseOrigin;
import io.vertx.core.buffer.Buffer;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The response of an exchange. */
final class ResponseSide extends Side<ResponseView> {
    private int status;
    private ResponseOrigin origin = ResponseOrigin.UNTOLD;

    ResponseSide(Exchange exchange, LoopContext loop) {
        super(exchange, loop, false);
    }

    @Override
    boolean needsHeaders() {
        return !flow().isEmpty();
    }

    @Override
    FlowPlan flow() {
        RoutePlan plan = exchange.plan();
        return plan == null ? FlowPlan.EMPTY : plan.response();
    }

    @Override
    ResponseView read(EnvoyMessage message) {
        ResponseView answer = EnvoyReader.response(message);
        String details = EnvoyReader.codeDetails(message);
        origin = ResponseOrigin.of(details, answer);
        exchange.trust().answered(details != null, exchange.request().delivery().isAsked());
        return answer;
    }

    @Override
    boolean isTunnel() {
        return exchange.request().isTunnel();
    }

    @Override
    boolean admits(ResponseView message) {
        return exchange.admission().admitsResponse(message);
    }

    @Override
    PhaseRun<ResponseView, ?, ?> newRun(FlowPlan flow, ResponseView message) {
        return exchange.responseRun(flow, message);
    }

    @Override
    HeaderMap headers(ResponseView message) {
        return message.headers();
    }

    @Override
    ResponseView withHeaders(ResponseView message, HeaderMap headers) {
        return message.withHeaders(headers);
    }

    @Override
    @Nullable
    Buffer body(ResponseView message) {
        return message.body();
    }

    @Override
    ResponseView withoutBody(ResponseView message) {
        return message.body() == null ? message : message.withBody(null);
    }

    @Override
    @Nullable
    ModeOverride override(BodyMode wanted, boolean asks, boolean replaced) {
        return !asks ? null : new ModeOverride(exchange.requestBodyMode(), true, wanted);
    }

    @Override
    EnvoyAnswer headersAnswer(
            ResponseView before,
            ResponseView after,
            Set<String> touched,
            boolean reroute,
            @Nullable Buffer newBody,
            @Nullable ModeOverride override) {
        return loop.writer().responseHeaders(before, after, touched, exchange.metadata(), newBody, override);
    }

    /** RFC 9110 §6.4.1: some responses have no content, whatever upstream and policies say. */
    @Override
    boolean allowsContent(ResponseView message) {
        return !isToHead() && ResponseView.allowsContent(message.status());
    }

    /** Where more follows than there may be, it is replaced by none. To HEAD nothing follows. */
    @Override
    boolean isReplaceable(ResponseView message) {
        return !isToHead() && message.status() >= 200 && (allowsContent(message) || !isAtLastHeaders());
    }

    private boolean isToHead() {
        return exchange.originalRequest().method().equals("HEAD");
    }

    @Override
    EnvoyAnswer bodyAnswer(
            ResponseView before, ResponseView after, Set<String> touched, boolean reroute, @Nullable Buffer newBody) {
        return loop.writer().responseBody(before, after, touched, exchange.metadata(), newBody);
    }

    @Override
    void passed(ResponseView message) {
        status = message.status();
    }

    @Override
    void chainRan(long nanos) {
        exchange.routeMeters().responseChain().record(nanos, TimeUnit.NANOSECONDS);
        PhaseRun<ResponseView, ?, ?> ran = running();
        // A policy that is shown the body in chunks may look at the request's until the last of them.
        boolean looks =
                ran.openBodies().stream().anyMatch(open -> open.segment().keepsRequestBody());
        if (!looks && ran instanceof ResponseRun response) {
            response.dropRequestBody();
            exchange.dropRequestBody();
        }
    }

    @Override
    boolean awaitsBodyToKeep() {
        return false;
    }

    @Override
    void keep(RetainedBody body) {
        throw new IllegalStateException("nobody looks at a response later");
    }

    @Override
    ErrorCode tooLarge() {
        return ErrorCode.RESPONSE_TOO_LARGE;
    }

    @Override
    ErrorCode unreadable() {
        return ErrorCode.RESPONSE_ENCODING;
    }

    @Override
    ErrorCode stalled() {
        return ErrorCode.RESPONSE_TIMEOUT;
    }

    /** Who answered. */
    ResponseOrigin origin() {
        return origin;
    }

    /** The status that the response passed with; 0 if none has. */
    int status() {
        return status;
    }

    /** Whether the response has passed when the exchange ends so, as far as can be known: Envoy tells more only where it was asked to. */
    boolean hasPassed(Outcome how) {
        return how == Outcome.PASSED && (flow().toTheEnd() ? isOver() : status != 0);
    }
}
