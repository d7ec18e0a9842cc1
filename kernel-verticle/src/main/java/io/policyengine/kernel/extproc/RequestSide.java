package io.policyengine.kernel.extproc;

import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.RequestView;
import io.policyengine.kernel.aggregate.PhaseRun;
import io.policyengine.kernel.aggregate.RequestRun;
import io.policyengine.kernel.envoy.BodyMode;
import io.policyengine.kernel.envoy.EnvoyAnswer;
import io.policyengine.kernel.envoy.EnvoyMessage;
import io.policyengine.kernel.envoy.ModeOverride;
import io.policyengine.kernel.plan.FlowPlan;
import io.policyengine.kernel.plan.RoutePlan;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The request of an exchange. */
final class RequestSide extends Side<RequestView> {
    private List<String> besides = List.of();

    RequestSide(Exchange exchange, LoopContext loop) {
        super(exchange, loop, true);
    }

    /** Identity fields that came in a spelling which the plan does not list are removed too. */
    void removeBesides(List<String> unlisted) {
        besides = unlisted;
    }

    /** The fields that Envoy takes away from every request of the route. */
    private List<String> removed() {
        RoutePlan plan = exchange.plan();
        List<String> listed = plan == null ? List.of() : plan.identity().spellings();
        return besides.isEmpty()
                ? listed
                : Stream.concat(listed.stream(), besides.stream()).toList();
    }

    @Override
    boolean needsHeaders() {
        RoutePlan plan = exchange.plan();
        return plan != null && plan.needsRequest();
    }

    @Override
    FlowPlan flow() {
        RoutePlan plan = exchange.plan();
        return plan == null ? FlowPlan.EMPTY : plan.request();
    }

    @Override
    RequestView read(EnvoyMessage message) {
        return exchange.originalRequest();
    }

    private static boolean isTunnel(RequestView message) {
        return message.method().equals("CONNECT") || message.headers().contains("upgrade");
    }

    @Override
    boolean isTunnel() {
        return isTunnel(exchange.originalRequest());
    }

    /** The bytes of a tunnel are no body: a chain that looks at bodies would not see the end of them. */
    @Override
    boolean admits(RequestView message) {
        for (String name : besides) {
            String dropped = loop.rules().checkRemoval(name);
            if (dropped != null) {
                exchange.refuse(ErrorCode.POLICY_NOT_SUPPORTED, dropped + ", and a client names itself by it");
                return false;
            }
        }
        RoutePlan plan = exchange.plan();
        boolean looks =
                plan != null && (plan.request().demandsBody() || plan.response().demandsBody());
        if (isTunnel(message) && looks) {
            exchange.refuse(
                    ErrorCode.POLICY_NOT_SUPPORTED,
                    "a policy of the route looks at bodies or waits for their end, and CONNECT and upgrades have none");
            return false;
        }
        return true;
    }

    @Override
    PhaseRun<RequestView, ?, ?> newRun(FlowPlan flow, RequestView message) {
        return new RequestRun(exchange.scope(), flow, message, exchange.metadata());
    }

    @Override
    HeaderMap headers(RequestView message) {
        return message.headers();
    }

    @Override
    RequestView withHeaders(RequestView message, HeaderMap headers) {
        return message.withHeaders(headers);
    }

    @Override
    @Nullable
    Buffer body(RequestView message) {
        return message.body();
    }

    @Override
    RequestView withoutBody(RequestView message) {
        return message.body() == null ? message : message.withBody(null);
    }

    @Override
    @Nullable
    ModeOverride override(BodyMode wanted, boolean asks, boolean replaced) {
        RoutePlan plan = exchange.plan();
        boolean responseWanted =
                plan != null && (plan.wantsEnd() || !plan.response().isEmpty());
        BodyDelivery response = exchange.response().delivery();
        boolean tries = responseWanted && response.beginTrial();
        if (asks || tries) {
            return new ModeOverride(wanted, responseWanted, responseWanted ? response.mode() : BodyMode.NONE);
        }
        if (!replaced && !responseWanted && exchange.admission().mayEndAfterRequestHeaders()) {
            exchange.askedToEnd();
            return ModeOverride.END_AFTER_REQUEST_HEADERS;
        }
        return null;
    }

    @Override
    EnvoyAnswer headersAnswer(
            RequestView before,
            RequestView after,
            Set<String> touched,
            boolean reroute,
            @Nullable Buffer newBody,
            @Nullable ModeOverride override) {
        return loop.writer()
                .requestHeaders(before, removed(), after, touched, exchange.metadata(), reroute, newBody, override);
    }

    @Override
    boolean allowsContent(RequestView message) {
        return true;
    }

    @Override
    boolean isReplaceable(RequestView message) {
        return true;
    }

    @Override
    EnvoyAnswer bodyAnswer(
            RequestView before, RequestView after, Set<String> touched, boolean reroute, @Nullable Buffer newBody) {
        return loop.writer().requestBody(before, after, touched, exchange.metadata(), reroute, newBody);
    }

    @Override
    void passed(RequestView message) {
        exchange.requestPassed(message);
    }

    @Override
    void chainRan(long nanos) {
        exchange.routeMeters().requestChain().record(nanos, TimeUnit.NANOSECONDS);
    }

    @Override
    boolean awaitsBodyToKeep() {
        return exchange.awaitsRequestBody();
    }

    @Override
    void keep(RetainedBody body) {
        exchange.keepRequestBody(body);
    }

    @Override
    ErrorCode tooLarge() {
        return ErrorCode.REQUEST_TOO_LARGE;
    }

    @Override
    ErrorCode unreadable() {
        return ErrorCode.REQUEST_ENCODING;
    }

    @Override
    ErrorCode stalled() {
        return ErrorCode.REQUEST_TIMEOUT;
    }
}
