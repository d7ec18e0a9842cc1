package io.policyengine.testkit.envoy;

import static io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.HeaderSendMode.SKIP;
import static io.policyengine.testkit.envoy.Answers.fitting;
import static io.policyengine.testkit.envoy.Answers.immediate;
import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.policyengine.testkit.envoy.model.FilterConfig;
import io.policyengine.testkit.time.Await;
import io.vertx.core.Future;
import io.vertx.core.net.SocketAddress;
import io.vertx.grpc.common.GrpcStatus;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How streams end besides failures. */
class StreamEndTest extends SimFixture {
    private static final Upstream OK = Upstream.replying(200, "hello");

    @Test
    void opensNoStreamWhenThereIsNothingToSend() {
        FilterConfig config = FilterConfig.builder()
                .mode(mode -> mode.setRequestHeaderMode(SKIP).setResponseHeaderMode(SKIP))
                .build();

        SimResult result = run(config, agreeing(), SimRequest.get("/"), OK);

        assertThat(result.streamEnd().kind()).isEqualTo(StreamEnd.Kind.NOT_OPENED);
        assertThat(result.response().bodyText()).isEqualTo("hello");
    }

    @Test
    void letsTheServerEndAGracefullyClosedStream() {
        FilterConfig config = FilterConfig.builder().gracefulGrpcClose(true).build();
        TestProcessor.Script script = new TestProcessor.Script() {
            @Override
            public void on(ProcessingRequest message, TestProcessor.Out out) {
                out.answer(fitting(message));
            }

            @Override
            public void halfClosed(TestProcessor.Out out) {
                out.close(GrpcStatus.OK);
            }
        };

        SimResult result = run(config, script, SimRequest.get("/"), OK);

        assertThat(result.status()).isEqualTo(200);
        assertThat(result.streamEnd().kind()).isEqualTo(StreamEnd.Kind.SERVER_OK);
    }

    @Test
    void seesALateAnswerWhileItLingers() {
        TestProcessor processor = processor((message, out) -> {
            out.answer(immediate(403, ""));
            vertx.setTimer(5, id -> {
                out.answer(fitting(message));
                out.close(GrpcStatus.OK);
            });
        });
        EnvoySim sim = sim(EnvoySim.builder(vertx).target(processor.address()).linger(Duration.ofMinutes(1)));

        SimResult result = Await.result(sim.exchange(SimRequest.get("/"), OK));

        assertThat(result.status()).isEqualTo(403);
        assertThat(result.faults()).containsExactly("answer after the last: REQUEST_HEADERS");
    }

    @Test
    void failsOnCompressedMessages() {
        SimResult result = run(
                FilterConfig.defaults(),
                (message, out) -> {
                    out.compress();
                    out.answer(fitting(message));
                },
                SimRequest.get("/"),
                OK);

        assertThat(result.status()).isEqualTo(500);
        assertThat(result.streamEnd().status()).isEqualTo(GrpcStatus.INTERNAL.code);
    }

    @Test
    void reachesAServerOnAUnixDomainSocket(@TempDir Path directory) {
        SocketAddress socket =
                SocketAddress.domainSocketAddress(directory.resolve("s").toString());
        TestProcessor processor = processor(agreeing(), socket);
        EnvoySim sim = sim(EnvoySim.builder(vertx).target(processor.address()));

        SimResult result = Await.result(sim.exchange(SimRequest.get("/"), OK));

        assertThat(result.status()).isEqualTo(200);
        assertThat(result.received()).hasSize(2);
    }

    @Test
    void passesFailuresOfTheUpstreamAs503() {
        SimResult result = run(
                FilterConfig.defaults(),
                agreeing(),
                SimRequest.get("/"),
                request -> Future.failedFuture("connection refused"));

        assertThat(result.status()).isEqualTo(503);
    }
}
