package io.policyengine.kernel.blackbox.exchanges;

import static io.policyengine.kernel.harness.KernelHarness.route;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.envoyproxy.envoy.config.core.v3.HeaderMap;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpBody;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpHeaders;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest.RequestCase;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.EndAccuracy;
import io.policyengine.core.policy.ExchangeEnd;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.kernel.harness.KernelHarness;
import io.policyengine.kernel.harness.Messages;
import io.policyengine.kernel.harness.Policies;
import io.policyengine.testkit.envoy.Moment;
import io.policyengine.testkit.envoy.RawStream;
import io.policyengine.testkit.envoy.SimRequest;
import io.policyengine.testkit.envoy.SimResponse;
import io.policyengine.testkit.envoy.SimResult;
import io.policyengine.testkit.envoy.Upstream;
import io.policyengine.testkit.time.Await;
import io.policyengine.testkit.worker.ScriptedWorker;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** SPEC "End of exchange": a worker is told once, and how it ended. */
class ExchangeEndTest {
    private static final String WORKER = "workers: [ { name: w } ]\n";
    private static final String METERED = "[ { policy: meter } ]";

    private final KernelHarness kernel = KernelHarness.create();
    private final ScriptedWorker worker = kernel.worker("w")
            .with("meter", Policies.request())
            .withEnd("meter", EndAccuracy.STREAM)
            .with("permit", Policies.request())
            .withEnd("permit", EndAccuracy.EXACT)
            .with("reader", BodyNeed.STREAMING, Policies.chunks(chunk -> chunk))
            .withEnd("reader", EndAccuracy.STREAM)
            .with("deny", Policies.denying(403, "no"))
            .with("fail", Policies.failing())
            .with("plain", Policies.request());

    @AfterEach
    void stop() {
        kernel.close();
    }

    @Test
    void anAnsweredExchangeIsToldWithItsStatus() {
        kernel.start(WORKER, route("r", METERED, METERED));

        kernel.get("r");

        ExchangeEnd end = onlyEnd();
        assertThat(end.status()).isEqualTo(200);
        assertThat(end.aborted()).isFalse();
        assertThat(end.deniedBy()).isNull();
    }

    @Test
    void aDenialNamesTheEntry() {
        kernel.start(WORKER, route("r", "[ { policy: meter }, { policy: deny, name: gate } ]", "[]"));

        kernel.get("r");

        ExchangeEnd end = onlyEnd();
        assertThat(end.status()).isEqualTo(403);
        assertThat(end.aborted()).isFalse();
        assertThat(end.deniedBy()).isEqualTo("gate");
        assertThat(end.reason()).isEqualTo("policy_denied");
        assertThat(end.code()).isEqualTo("POLICY_DENIED");
    }

    @Test
    void anErrorOfTheEngineIsNobodysDenial() {
        kernel.start(WORKER, route("r", "[ { policy: meter }, { policy: fail } ]", "[]"));

        kernel.get("r");

        ExchangeEnd end = onlyEnd();
        assertThat(end.status()).isEqualTo(503);
        assertThat(end.deniedBy()).isNull();
        assertThat(end.reason()).isEqualTo("dependency_unavailable");
        assertThat(end.code()).isEqualTo("DEPENDENCY_UNAVAILABLE");
    }

    @Test
    void aClientThatHangsUpAtTheUpstreamIsToldAsAborted() {
        kernel.start(WORKER, route("r", METERED, "[]"));

        hangUp(SimRequest.get("/"), Upstream.silent(), Moment.UPSTREAM_REACHED);

        ExchangeEnd end = onlyEnd();
        assertThat(end.aborted()).isTrue();
        assertThat(end.status()).isZero();
    }

    @Test
    void aClientThatHangsUpWhileThePolicyRunsIsToldAsAborted() {
        Promise<Void> asked = Promise.promise();
        worker.with("meter", Policies.onRequest(_ -> {
            asked.complete();
            return Promise.<RequestOutcome>promise().future();
        }));
        kernel.start(WORKER, route("r", METERED, "[]"));

        var running = kernel.envoy(KernelHarness.filter("r")).start(SimRequest.get("/"), Upstream.silent());
        Await.result(asked.future());
        running.hangUp();

        assertThat(onlyEnd().aborted()).isTrue();
    }

    @Test
    void anExactEndHasSeenTheResponseBody() {
        kernel.start(WORKER, route("r", "[ { policy: permit } ]", "[]"));

        SimResult result = Await.result(kernel.envoy(KernelHarness.filter("r"))
                .exchange(SimRequest.get("/"), Upstream.replying(201, "one", "two")));

        assertThat(result.status()).isEqualTo(201);
        assertThat(result.response().bodyText()).isEqualTo("onetwo");
        assertThat(result.sentCases()).contains(RequestCase.RESPONSE_BODY);
        ExchangeEnd end = onlyEnd();
        assertThat(end.status()).isEqualTo(201);
        assertThat(end.aborted()).isFalse();
    }

    @Test
    void anExactEndKnowsThatTheResponseBrokeOff() {
        kernel.start(WORKER, route("r", "[ { policy: permit } ]", "[]"));
        RawStream stream = kernel.envoy(KernelHarness.filter("r")).rawStream();

        stream.send(Messages.headers(BodySendMode.NONE));
        Await.result(stream.next());
        stream.send(ProcessingRequest.newBuilder()
                .setResponseHeaders(HttpHeaders.newBuilder()
                        .setHeaders(HeaderMap.newBuilder()
                                .addHeaders(HeaderValue.newBuilder()
                                        .setKey(":status")
                                        .setRawValue(ByteString.copyFromUtf8("200")))))
                .build());
        var asked = Await.result(stream.next()).getModeOverride();
        stream.reset();

        assertThat(asked.getResponseBodyMode()).isEqualTo(BodySendMode.STREAMED);
        ExchangeEnd end = onlyEnd();
        assertThat(end.status()).isEqualTo(200);
        assertThat(end.aborted()).isTrue();
    }

    @Test
    void aResponseThatIsReadAndBreaksOffIsToldAsAborted() {
        RawStream stream = answered();

        stream.send(chunk("one", false));
        Await.result(stream.next());
        stream.reset();

        ExchangeEnd end = onlyEnd();
        assertThat(end.status()).isEqualTo(200);
        assertThat(end.aborted()).isTrue();
    }

    @Test
    void aResponseThatIsReadToItsEndHasPassed() {
        RawStream stream = answered();

        stream.send(chunk("one", false));
        Await.result(stream.next());
        stream.send(chunk("two", true));
        Await.result(stream.next());
        stream.reset();

        assertThat(onlyEnd().aborted()).isFalse();
    }

    /** An Envoy that keeps bodies back shows the same. */
    @Test
    void ofAResponseOfWhichNothingComesNobodyKnowsThatItBrokeOff() {
        answered().reset();

        assertThat(onlyEnd().aborted()).isFalse();
    }

    /** A stream whose response has begun, and is read in chunks. */
    private RawStream answered() {
        kernel.start(WORKER, route("r", "[]", "[ { policy: reader } ]"));
        RawStream stream = kernel.envoy(KernelHarness.filter("r")).rawStream();
        stream.send(Messages.headers(BodySendMode.NONE));
        Await.result(stream.next());
        stream.send(Messages.responseHeaders(false));
        assertThat(Await.result(stream.next()).getModeOverride().getResponseBodyMode())
                .isEqualTo(BodySendMode.STREAMED);
        return stream;
    }

    private static ProcessingRequest chunk(String text, boolean last) {
        return ProcessingRequest.newBuilder()
                .setResponseBody(HttpBody.newBuilder()
                        .setBody(ByteString.copyFromUtf8(text))
                        .setEndOfStream(last))
                .build();
    }

    @Test
    void aRouteIsRefusedWhereEnvoyCannotBeAskedForAnExactEnd() {
        kernel.start(WORKER + "envoy: { allow_mode_override: false }\n", route("r", "[ { policy: permit } ]", "[]"));

        assertThat(kernel.get("r").status()).isEqualTo(500);
        assertThat(worker.calls()).isZero();
        assertThat(worker.ends()).isEmpty();
    }

    @Test
    void nobodyIsToldWhoDoesNotAsk() {
        kernel.start(WORKER, route("r", "[ { policy: plain } ]", "[ { policy: plain } ]"));

        kernel.get("r");

        Await.until(() -> kernel.activeExchanges() == 0);
        assertThat(worker.ends()).isEmpty();
    }

    @Test
    void anExchangeThatIsDrainedIsTold() {
        Promise<SimResponse> late = Promise.promise();
        Promise<Void> reached = Promise.promise();
        kernel.start(WORKER, route("r", METERED, "[]"));
        Future<SimResult> underWay = kernel.envoy(KernelHarness.filter("r")).exchange(SimRequest.get("/"), _ -> {
            reached.complete();
            return late.future();
        });
        Await.result(reached.future());

        Future<Void> stopped = kernel.stop();
        late.complete(SimResponse.of(200));
        Await.result(underWay);
        Await.result(stopped);

        assertThat(onlyEnd().status()).isEqualTo(200);
    }

    private void hangUp(SimRequest request, Upstream upstream, Moment moment) {
        Await.result(kernel.envoy(KernelHarness.filter("r"))
                .start(request, upstream)
                .hangUpWhen(moment)
                .result());
    }

    private ExchangeEnd onlyEnd() {
        Await.until(() -> !worker.ends().isEmpty() && kernel.activeExchanges() == 0);
        assertThat(worker.ends()).hasSize(1);
        return worker.ends().getFirst();
    }
}
