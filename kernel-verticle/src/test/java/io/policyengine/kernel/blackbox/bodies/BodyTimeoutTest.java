package io.policyengine.kernel.blackbox.bodies;

import static io.policyengine.kernel.harness.KernelHarness.route;
import static io.policyengine.kernel.harness.Messages.body;
import static io.policyengine.kernel.harness.Messages.headers;
import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.HeaderSendMode;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.kernel.harness.KernelHarness;
import io.policyengine.kernel.harness.Messages;
import io.policyengine.kernel.harness.Policies;
import io.policyengine.testkit.envoy.RawStream;
import io.policyengine.testkit.envoy.model.FilterConfig;
import io.policyengine.testkit.time.Await;
import io.vertx.core.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A body that a policy waits for has a time limit, whatever its sender does. */
class BodyTimeoutTest {
    private static final String SHORT = "limits: { body_timeout_ms: 200 }\n";

    private final KernelHarness kernel = KernelHarness.create();

    @AfterEach
    void stop() {
        kernel.close();
    }

    @ParameterizedTest
    @EnumSource(
            value = BodySendMode.class,
            names = {"NONE", "BUFFERED", "BUFFERED_PARTIAL", "FULL_DUPLEX_STREAMED"})
    void aBodyThatNeverComesIsAnsweredWith408(BodySendMode mode) {
        kernel.worker("w").with("read", BodyNeed.BUFFERED, new Policy() {});
        kernel.start(settings(SHORT), route("r", "[ { policy: read } ]", "[]"));
        RawStream stream = kernel.envoy(filter(mode)).rawStream();

        stream.send(headers(mode));
        if (mode != BodySendMode.FULL_DUPLEX_STREAMED) {
            assertThat(Await.result(stream.next()).hasRequestHeaders()).isTrue();
        }

        assertThat(status(stream)).isEqualTo(408);
        stream.reset();
        Await.until(() -> kernel.activeExchanges() == 0);
    }

    @Test
    void aBodyThatAStreamingPolicyGetsWholeIsAnsweredWith408IfItNeverComes() {
        kernel.worker("w").with("read", BodyNeed.STREAMING, Policies.chunks(Policies::upper));
        kernel.start(settings(SHORT), route("r", "[ { policy: read } ]", "[]"));
        RawStream stream = kernel.envoy(filter(BodySendMode.BUFFERED)).rawStream();

        stream.send(headers(BodySendMode.BUFFERED));
        assertThat(Await.result(stream.next()).hasRequestHeaders()).isTrue();

        assertThat(status(stream)).isEqualTo(408);
    }

    @Test
    void aResponseWhoseBodyNeverComesIsAnsweredWith504() {
        kernel.worker("w").with("read", BodyNeed.BUFFERED, new Policy() {});
        kernel.start(settings(SHORT), route("r", "[]", "[ { policy: read } ]"));
        RawStream stream = kernel.envoy(filter(BodySendMode.BUFFERED)).rawStream();

        stream.send(headers(BodySendMode.BUFFERED));
        assertThat(Await.result(stream.next()).hasRequestHeaders()).isTrue();
        stream.send(Messages.responseHeaders(false));
        assertThat(Await.result(stream.next()).hasResponseHeaders()).isTrue();

        assertThat(status(stream)).isEqualTo(504);
    }

    @Test
    void noDripRenewsTheTimeOfTheWhole() {
        kernel.worker("w").with("read", BodyNeed.BUFFERED, new Policy() {});
        kernel.start(
                settings("limits: { body_timeout_ms: 300, body_idle_timeout_ms: 10000 }\n"),
                route("r", "[ { policy: read } ]", "[]"));
        RawStream stream =
                kernel.envoy(filter(BodySendMode.FULL_DUPLEX_STREAMED)).rawStream();
        stream.send(headers(BodySendMode.FULL_DUPLEX_STREAMED));

        long drip = kernel.vertx().setPeriodic(20, _ -> stream.send(body("x", false)));

        assertThat(status(stream)).isEqualTo(408);
        kernel.vertx().cancelTimer(drip);
    }

    @Test
    void theTimeEndsWithTheBodyAndNotWithItsPolicies() {
        kernel.worker("w").with("read", BodyNeed.BUFFERED, new Policy() {
            @Override
            public Future<RequestOutcome> onRequest(RequestContext context) {
                return kernel.vertx().timer(2_500, TimeUnit.MILLISECONDS).compose(_ -> RequestOutcome.unchanged());
            }
        });
        // As long as the machine may need for what the test does before the body is there.
        kernel.start("""
                workers: [ { name: w, timeout_ms: 5000 } ]
                envoy: { message_timeout_ms: 30000 }
                limits: { body_timeout_ms: 2000, phase_timeout_ms: 25000 }
                """, route("r", "[ { policy: read, timeout_ms: 5000 } ]", "[]"));
        RawStream stream = kernel.envoy(filter(BodySendMode.BUFFERED)).rawStream();
        stream.send(headers(BodySendMode.BUFFERED));
        assertThat(Await.result(stream.next()).hasRequestHeaders()).isTrue();

        stream.send(body("all", true));

        assertThat(Await.result(stream.next()).hasRequestBody()).isTrue();
    }

    @Test
    void aBodyInChunksIsNotWaitedFor() {
        kernel.worker("w").with("read", BodyNeed.STREAMING, Policies.chunks(Policies::upper));
        kernel.start(settings("limits: { body_timeout_ms: 50 }\n"), route("r", "[ { policy: read } ]", "[]"));
        RawStream stream = kernel.envoy(filter(BodySendMode.STREAMED)).rawStream();
        stream.send(headers(BodySendMode.STREAMED));
        assertThat(Await.result(stream.next()).hasRequestHeaders()).isTrue();

        Await.result(kernel.vertx().timer(200, TimeUnit.MILLISECONDS));
        stream.send(body("late", true));

        assertThat(Await.result(stream.next()).hasRequestBody()).isTrue();
    }

    private static String settings(String limits) {
        return "workers: [ { name: w } ]\n" + limits;
    }

    private static int status(RawStream stream) {
        return Await.result(stream.next()).getImmediateResponse().getStatus().getCodeValue();
    }

    private static FilterConfig filter(BodySendMode mode) {
        return KernelHarness.filterBuilder("r")
                .allowModeOverride(true)
                .mode(it -> it.setRequestBodyMode(mode)
                        .setResponseBodyMode(mode)
                        .setRequestTrailerMode(HeaderSendMode.SEND)
                        .setResponseTrailerMode(HeaderSendMode.SEND))
                .build();
    }
}
