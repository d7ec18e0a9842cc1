package io.policyengine.testkit.conformance;

import com.google.protobuf.Struct;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.core.v3.HeaderMap;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpBody;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpHeaders;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpTrailers;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.ProtocolConfiguration;
import io.policyengine.core.params.StringOrList;
import io.policyengine.testkit.conformance.ConformanceCase.RawMessage;
import io.policyengine.testkit.conformance.ConformanceCase.Step;
import io.policyengine.testkit.envoy.EnvoySim;
import io.policyengine.testkit.envoy.RawStream;
import io.policyengine.testkit.envoy.StreamEnd;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Runs a conformance case that consists of messages which Envoy would not send. */
final class RawCaseRun {
    private static final int FIELD_THAT_NOBODY_KNOWS = 1_000;
    /** The key of all attributes, regardless of the filter's name. */
    private static final String ATTRIBUTES_KEY = "envoy.filters.http.ext_proc";

    private final Vertx vertx;
    private final RawStream stream;
    private final ConformanceCase testCase;
    private final String route;
    private final Duration limit;
    private @Nullable Future<ProcessingResponse> next;
    private boolean begun;

    RawCaseRun(Vertx vertx, EnvoySim sim, ConformanceCase testCase, String route, Duration limit) {
        this.vertx = vertx;
        this.stream = sim.rawStream();
        this.testCase = testCase;
        this.route = route;
        this.limit = limit;
    }

    /** Runs the case; the future fails only because of a bug. */
    Future<CaseResult> run() {
        return steps(testCase.raw().iterator()).onComplete(_ -> stream.leave());
    }

    private Future<CaseResult> steps(Iterator<Step> steps) {
        if (!steps.hasNext()) {
            return Future.succeededFuture(CaseResult.pass(testCase));
        }
        return step(steps.next())
                .compose(
                        result -> result.verdict() == CaseVerdict.PASS ? steps(steps) : Future.succeededFuture(result));
    }

    private Future<CaseResult> step(Step step) {
        if (step.send() != null) {
            stream.send(message(step.send()));
        }
        if (step.stream() != null) {
            leave(step.stream());
        }
        if (step.await() != null) {
            return await(step.await());
        }
        if (step.quietMs() != null) {
            return quiet(step.quietMs());
        }
        return step.end().isEmpty() ? Future.succeededFuture(CaseResult.pass(testCase)) : end(step);
    }

    private void leave(String how) {
        switch (how) {
            case "half_close" -> stream.halfClose();
            case "reset" -> stream.reset();
            case "leave" -> stream.leave();
            default -> throw new IllegalArgumentException(testCase.id() + ": unknown way to end a stream: " + how);
        }
    }

    private Future<CaseResult> await(String kind) {
        Future<ProcessingResponse> awaited = next();
        return within(limit, awaited).map(_ -> {
            if (!awaited.isComplete()) {
                return CaseResult.fail(testCase, "no " + kind + " within " + limit.toMillis() + " ms");
            }
            next = null;
            if (awaited.failed()) {
                return endedInstead(kind);
            }
            ProcessingResponse answer = awaited.result();
            String got = AnswerPattern.name(answer.getResponseCase());
            if (got.equals(kind)) {
                return CaseResult.pass(testCase);
            }
            return answer.hasImmediateResponse() && testCase.behaviour() == Behaviour.ANY
                    ? CaseResult.notApplicable(testCase, "the server answered the client itself")
                    : CaseResult.fail(testCase, "answer " + got + ", expected " + kind);
        });
    }

    private CaseResult endedInstead(String kind) {
        StreamEnd end = stream.ended().result();
        return end.kind() == StreamEnd.Kind.SERVER_OK && testCase.behaviour() == Behaviour.ANY
                ? CaseResult.notApplicable(testCase, "the server closed the stream with OK, which lets the rest pass")
                : CaseResult.fail(testCase, "the stream ended with gRPC status " + end.status() + ", expected " + kind);
    }

    private Future<CaseResult> quiet(Duration time) {
        Future<ProcessingResponse> unwanted = next();
        return within(time, unwanted)
                .map(_ -> unwanted.succeeded()
                        ? CaseResult.fail(
                                testCase,
                                "answer "
                                        + AnswerPattern.name(unwanted.result().getResponseCase())
                                        + " that was not expected")
                        : CaseResult.pass(testCase));
    }

    private Future<CaseResult> end(Step step) {
        Future<StreamEnd> ended = stream.ended();
        return within(limit, ended).map(_ -> {
            if (!ended.isComplete()) {
                return CaseResult.fail(testCase, "the stream does not end within " + limit.toMillis() + " ms");
            }
            String kind = SimCaseRun.end(ended.result());
            return step.end().contains(kind)
                    ? CaseResult.pass(testCase)
                    : CaseResult.fail(
                            testCase,
                            "the stream ended with gRPC status "
                                    + ended.result().status() + ", expected " + step.end());
        });
    }

    private Future<ProcessingResponse> next() {
        Future<ProcessingResponse> asked = next == null ? stream.next() : next;
        next = asked;
        return asked;
    }

    /** Returns a future that succeeds once the given future has completed or failed, or the time has passed. */
    private Future<Void> within(Duration time, Future<?> future) {
        Promise<Void> over = Promise.promise();
        long timer = vertx.setTimer(time.toMillis(), _ -> over.tryComplete());
        future.onComplete(_ -> {
            vertx.cancelTimer(timer);
            over.tryComplete();
        });
        return over.future();
    }

    private ProcessingRequest message(RawMessage message) {
        ProcessingRequest.Builder built = ProcessingRequest.newBuilder();
        if (message.requestHeaders() != null) {
            built.setRequestHeaders(headers(message.requestHeaders(), message.end()));
        } else if (message.responseHeaders() != null) {
            built.setResponseHeaders(headers(message.responseHeaders(), message.end()));
        } else if (message.requestBody() != null) {
            built.setRequestBody(body(message.requestBody(), message.end()));
        } else if (message.responseBody() != null) {
            built.setResponseBody(body(message.responseBody(), message.end()));
        } else if (message.requestTrailers() != null) {
            built.setRequestTrailers(HttpTrailers.newBuilder().setTrailers(fields(message.requestTrailers())));
        }
        if (message.unknownField()) {
            built.setUnknownFields(UnknownFieldSet.newBuilder()
                    .addField(
                            FIELD_THAT_NOBODY_KNOWS,
                            UnknownFieldSet.Field.newBuilder().addVarint(1).build())
                    .build());
        }
        return first(built).setObservabilityMode(message.observability()).build();
    }

    /** Adds the route and the body modes to the first message. */
    private ProcessingRequest.Builder first(ProcessingRequest.Builder message) {
        if (begun) {
            return message;
        }
        begun = true;
        ProcessingMode mode = SimInputs.mode(testCase.envoy());
        return message.setProtocolConfig(ProtocolConfiguration.newBuilder()
                        .setRequestBodyMode(mode.getRequestBodyMode())
                        .setResponseBodyMode(mode.getResponseBodyMode()))
                .putAttributes(
                        ATTRIBUTES_KEY,
                        Struct.newBuilder()
                                .putFields(
                                        "xds.route_name",
                                        Value.newBuilder().setStringValue(route).build())
                                .build());
    }

    private static HttpHeaders.Builder headers(Map<String, StringOrList> fields, boolean end) {
        return HttpHeaders.newBuilder().setHeaders(fields(fields)).setEndOfStream(end);
    }

    private static HttpBody.Builder body(String text, boolean end) {
        return HttpBody.newBuilder().setBody(SimInputs.octets(text)).setEndOfStream(end);
    }

    private static HeaderMap fields(Map<String, StringOrList> fields) {
        HeaderMap.Builder map = HeaderMap.newBuilder();
        fields.forEach((name, values) -> values.values()
                .forEach(value ->
                        map.addHeaders(HeaderValue.newBuilder().setKey(name).setRawValue(SimInputs.octets(value)))));
        return map.build();
    }
}
