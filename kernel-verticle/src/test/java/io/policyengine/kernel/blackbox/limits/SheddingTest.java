package io.policyengine.kernel.blackbox.limits;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpBody;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.ProtocolConfiguration;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.kernel.account.Holder;
import io.policyengine.kernel.grpc.RawClient.Call;
import io.policyengine.kernel.harness.KernelHarness;
import io.policyengine.kernel.harness.Messages;
import io.policyengine.kernel.harness.Policies;
import io.policyengine.testkit.envoy.RawStream;
import io.policyengine.testkit.time.Await;
import io.vertx.core.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Where there is no room, those make some that hold most and move least. */
class SheddingTest {
    private static final String SHED = "policy_kernel_shed_exchanges_total";

    private static final String ROUTES = """
            route_policies:
              - route_name: whole
                request_flow: { policy_chain: [ { policy: read } ] }
              - route_name: chunks
                request_flow: { policy_chain: [ { policy: capitals } ] }
            """;

    private final KernelHarness kernel = KernelHarness.create();

    @AfterEach
    void stop() {
        kernel.close();
    }

    private void start() {
        kernel.worker("w")
                .with("read", BodyNeed.BUFFERED, Policies.request())
                .with("capitals", BodyNeed.STREAMING, Policies.chunks(Policies::upper));
        kernel.start("""
                workers: [ { name: w, timeout_ms: 5000 } ]
                envoy: { message_timeout_ms: 20000 }
                limits: { phase_timeout_ms: 15000, max_buffered_bytes: 400000 }
                """, ROUTES);
    }

    private RawStream open(String route, BodySendMode mode) {
        return kernel.envoy(KernelHarness.filter(route)).rawStream().send(Messages.headersOn(route, mode));
    }

    private static ProcessingRequest chunk(int bytes) {
        return Messages.body("x".repeat(bytes), false);
    }

    @Test
    void aBodyThatDripsIsEndedForOneThatMoves() {
        start();
        RawStream dripping = open("whole", BodySendMode.FULL_DUPLEX_STREAMED);
        for (int i = 0; i < 5; i++) {
            dripping.send(chunk(50_000));
        }
        Await.until(() -> kernel.bufferedBytes() > 250_000);
        long drip = kernel.vertx().setPeriodic(200, _ -> dripping.send(chunk(1)));
        Future<ProcessingResponse> ofDripping = dripping.next();
        RawStream moving = open("chunks", BodySendMode.STREAMED);
        assertThat(Await.result(moving.next()).hasRequestHeaders()).isTrue();

        for (int bytes : new int[] {100_000, 200_000, 100_000}) {
            moving.send(chunk(bytes));
            assertThat(Await.result(moving.next())
                            .getRequestBody()
                            .getResponse()
                            .getBodyMutation()
                            .getBody()
                            .size())
                    .isEqualTo(bytes);
        }

        kernel.vertx().cancelTimer(drip);
        assertThat(Await.result(ofDripping).getImmediateResponse().getStatus().getCodeValue())
                .isEqualTo(503);
        assertThat(kernel.metric(SHED)).isEqualTo(1);
        dripping.leave();
        moving.leave();
        Await.until(() -> kernel.metric("policy_kernel_exchanges_total{outcome=\"overloaded\"}") == 1);
        Await.until(() -> kernel.bufferedBytes() == 0);
    }

    @Test
    void anExchangeWhoseAnswersEnvoyDoesNotTakeIsCut() {
        start();
        Call unread = kernel.rawClient().call();
        for (int i = 0; i < 5; i++) {
            unread.sendMessage(passing(60_000));
        }
        unread.awaitHead();
        Await.until(() -> kernel.metric("policy_engine_held_bytes{holder=\"answers\"}") > 200_000);
        RawStream moving = open("chunks", BodySendMode.STREAMED);
        assertThat(Await.result(moving.next()).hasRequestHeaders()).isTrue();

        moving.send(chunk(200_000));

        assertThat(Await.result(moving.next()).hasRequestBody()).isTrue();
        Await.until(() -> kernel.activeExchanges() == 1);
        assertThat(kernel.metric(SHED)).isEqualTo(1);
        moving.leave();
        Await.until(() -> kernel.bufferedBytes() == 0);
        for (Holder holder : Holder.values()) {
            assertThat(kernel.metric("policy_engine_held_bytes{holder=\"" + holder.label() + "\"}"))
                    .as(holder.label())
                    .isZero();
        }
    }

    /** A body that passes unchanged on a route that nobody has policies for. */
    private static byte[] passing(int bytes) {
        return ProcessingRequest.newBuilder()
                .setRequestBody(HttpBody.newBuilder().setBody(ByteString.copyFromUtf8("x".repeat(bytes))))
                .setProtocolConfig(
                        ProtocolConfiguration.newBuilder().setRequestBodyMode(BodySendMode.FULL_DUPLEX_STREAMED))
                .build()
                .toByteArray();
    }
}
