package io.policyengine.testkit.conformance;

import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import io.policyengine.testkit.envoy.EnvoySim;
import io.policyengine.testkit.envoy.Moment;
import io.policyengine.testkit.envoy.RunningExchange;
import io.policyengine.testkit.envoy.SimResult;
import io.policyengine.testkit.envoy.StreamEnd;
import io.policyengine.testkit.envoy.model.FilterConfig;
import io.policyengine.testkit.envoy.model.FilterCounter;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Runs a conformance case that is an HTTP exchange. */
final class SimCaseRun {
    private final Vertx vertx;
    private final EnvoySim sim;
    private final FilterConfig config;
    private final ConformanceCase testCase;
    private final AnswerPattern pattern;
    private final Duration limit;

    SimCaseRun(Vertx vertx, EnvoySim sim, FilterConfig config, ConformanceCase testCase, Duration limit) {
        this.vertx = vertx;
        this.sim = sim;
        this.config = config;
        this.testCase = testCase;
        this.pattern = AnswerPattern.of(testCase.expect().answers());
        this.limit = limit;
    }

    /** Runs the case; the future fails only because of a bug. */
    Future<CaseResult> run() {
        return run(testCase.times());
    }

    private Future<CaseResult> run(int times) {
        return once().compose(result ->
                result.verdict() != CaseVerdict.PASS || times <= 1 ? Future.succeededFuture(result) : run(times - 1));
    }

    /** Runs the exchange once. The client hangs up at the time limit, so a result always arrives. */
    private Future<CaseResult> once() {
        RunningExchange exchange =
                sim.start(SimInputs.request(testCase.client()), SimInputs.upstream(testCase.upstream()));
        String moment = testCase.client().hangsUp();
        if (moment != null) {
            exchange.hangUpWhen(Moment.valueOf(moment.toUpperCase(Locale.ROOT)));
        }
        AtomicBoolean late = new AtomicBoolean();
        long timer = vertx.setTimer(limit.toMillis(), _ -> {
            late.set(true);
            exchange.hangUp();
        });
        return exchange.result().map(result -> {
            vertx.cancelTimer(timer);
            return judge(result, late.get());
        });
    }

    private CaseResult judge(SimResult result, boolean late) {
        String wrong = Outcomes.first(
                fault(result),
                AnswerForms.fault(result.received(), config),
                result.counter(FilterCounter.MESSAGE_TIMEOUTS) > 0 ? unanswered("no answer in time", result) : null,
                late ? unanswered("no end within " + limit.toMillis() + " ms", result) : null);
        if (wrong != null) {
            return CaseResult.fail(testCase, wrong);
        }
        String mismatch = pattern.mismatch(result.received().stream()
                .map(ProcessingResponse::getResponseCase)
                .toList());
        String aside = mismatch == null ? null : aside(result);
        if (aside != null) {
            return CaseResult.notApplicable(testCase, aside);
        }
        wrong = Outcomes.first(badEnd(result), mismatch, Outcomes.mismatch(result, testCase));
        return wrong == null ? CaseResult.pass(testCase) : CaseResult.fail(testCase, wrong);
    }

    /** Returns the permitted action of the server that makes the case unobservable, or null. */
    private @Nullable String aside(SimResult result) {
        boolean any = testCase.behaviour() == Behaviour.ANY;
        boolean unread = result.sent().stream().anyMatch(this::isPushed);
        if (result.streamEnd().kind() == StreamEnd.Kind.SERVER_OK
                && !unread
                && (any || testCase.behaviour() == Behaviour.ECHO)) {
            return "the server closed the stream with OK, which lets the rest pass";
        }
        if (any && result.received().stream().anyMatch(ProcessingResponse::hasImmediateResponse)) {
            return "the server answered the client itself, with " + result.status();
        }
        return any && result.counter(FilterCounter.MODE_OVERRIDES_HONOURED) > 0
                ? "the server requested another mode"
                : null;
    }

    /**
     * Returns the first fault of the server, or null. Only the first is reported, since the number of further faults
     * varies between runs.
     */
    static @Nullable String fault(SimResult result) {
        return result.faults().isEmpty() ? null : result.faults().getFirst();
    }

    /**
     * Returns whether the message is a body chunk of which Envoy keeps no copy. Such a chunk is lost if the server ends
     * the stream with OK.
     */
    private boolean isPushed(ProcessingRequest message) {
        BodySendMode mode = message.hasRequestBody()
                ? config.perRouteMode().getRequestBodyMode()
                : config.perRouteMode().getResponseBodyMode();
        return (message.hasRequestBody() || message.hasResponseBody()) && mode == BodySendMode.FULL_DUPLEX_STREAMED;
    }

    private @Nullable String badEnd(SimResult result) {
        StreamEnd end = result.streamEnd();
        if (testCase.expect().ends().contains(end(end))) {
            return null;
        }
        return end.kind() == StreamEnd.Kind.SERVER_OK
                ? "the server closed the stream with OK amid the exchange"
                        + (result.sent().stream().anyMatch(this::isPushed) ? ": what it did not echo is lost" : "")
                : "the server ended the stream with gRPC status " + end.status()
                        + (end.message().isEmpty() ? "" : ": " + end.message());
    }

    static String end(StreamEnd end) {
        return switch (end.kind()) {
            case LEFT_BY_ENVOY, NOT_OPENED -> "left";
            case SERVER_OK -> "ok";
            case SERVER_ERROR -> "error";
        };
    }

    private static String unanswered(String what, SimResult result) {
        List<String> sent = result.sent().stream()
                .map(ProcessingRequest::getRequestCase)
                .map(AnswerPattern::name)
                .toList();
        List<String> got = result.received().stream()
                .map(ProcessingResponse::getResponseCase)
                .map(AnswerPattern::name)
                .toList();
        return what + ": sent " + AnswerPattern.runs(sent) + ", got " + AnswerPattern.runs(got);
    }
}
