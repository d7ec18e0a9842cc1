package io.policyengine.kernel.blackbox.exchanges;

import static io.policyengine.kernel.harness.KernelHarness.route;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.HeaderSendMode;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpBody;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.policyengine.core.instruction.SetHeader;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.kernel.harness.KernelHarness;
import io.policyengine.kernel.harness.Messages;
import io.policyengine.kernel.harness.Policies;
import io.policyengine.testkit.envoy.EnvoySim;
import io.policyengine.testkit.envoy.RawStream;
import io.policyengine.testkit.envoy.SimRequest;
import io.policyengine.testkit.envoy.SimResponse;
import io.policyengine.testkit.envoy.Upstream;
import io.policyengine.testkit.time.Await;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever kind of exchange it is, and however it ends: each that begins is counted as ended, and all bytes are given back. */
class NothingIsLeftTest {
    private static final String LARGE = "x".repeat(20_000);
    private static final List<String> ROUTES = List.of("headers", "whole", "chunks", "unknown");
    private static final List<BodySendMode> MODES = List.of(
            BodySendMode.NONE,
            BodySendMode.BUFFERED,
            BodySendMode.BUFFERED_PARTIAL,
            BodySendMode.STREAMED,
            BodySendMode.FULL_DUPLEX_STREAMED);

    private static final KernelHarness KERNEL = KernelHarness.create();

    /** A kind of exchange, with a client that waits for its end. */
    record Kind(String name, SimRequest request, Upstream upstream) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Kind> kinds() {
        return Stream.of(
                new Kind(
                        "grpc",
                        SimRequest.post("/", LARGE).withHeader("content-type", "application/grpc"),
                        Upstream.replying(SimResponse.of(200, "message").withTrailers("grpc-status", "0"))),
                new Kind(
                        "websocket",
                        SimRequest.get("/", "connection", "upgrade", "upgrade", "websocket"),
                        Upstream.replying(SimResponse.of(101))),
                new Kind("connect", SimRequest.get("/").withMethod("CONNECT"), Upstream.replying(200)),
                new Kind("head", SimRequest.get("/").withMethod("HEAD"), Upstream.replying(SimResponse.of(200))),
                new Kind("early hints", SimRequest.get("/"), Upstream.replying(SimResponse.of(103))),
                new Kind("empty bodies", SimRequest.post("/", ""), Upstream.replying(200, "")),
                new Kind(
                        "trailers without body",
                        SimRequest.post("/").withTrailers("a", "1"),
                        Upstream.replying(SimResponse.of(200).withTrailers("b", "2"))),
                new Kind(
                        "bodies and trailers",
                        SimRequest.post("/", LARGE, "end").withTrailers("a", "1"),
                        Upstream.replying(SimResponse.of(200, LARGE, "end").withTrailers("b", "2"))),
                new Kind(
                        "reply before the request has ended",
                        SimRequest.post("/", LARGE, LARGE, "end"),
                        Upstream.early(SimResponse.of(200, "early"))),
                new Kind(
                        "refused by the upstream early",
                        SimRequest.post("/", LARGE, LARGE, "end"),
                        Upstream.early(SimResponse.of(413))));
    }

    @BeforeAll
    static void start() {
        KERNEL.worker("w")
                .with("set", Policies.request(new SetHeader("x-seen", "1")))
                .with("read", BodyNeed.BUFFERED, Policies.request(new SetHeader("x-seen", "1")))
                .with("capitals", BodyNeed.STREAMING, Policies.chunks(Policies::upper));
        KERNEL.start(
                """
                workers: [ { name: w, timeout_ms: 5000 } ]
                envoy: { message_timeout_ms: 20000 }
                limits: { phase_timeout_ms: 10000 }
                """,
                route("headers", "[ { policy: set } ]", "[]")
                        + route("whole", "[ { policy: read } ]", "[]").replace("route_policies:\n", "")
                        + route("chunks", "[ { policy: capitals } ]", "[ { policy: capitals } ]")
                                .replace("route_policies:\n", ""));
    }

    @AfterAll
    static void stop() {
        KERNEL.close();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("kinds")
    void everyKindEndsAndGivesBackItsBytes(Kind kind) {
        double before = ended();

        for (String route : ROUTES) {
            for (BodySendMode mode : MODES) {
                int status = Await.result(envoy(route, mode).exchange(kind.request(), kind.upstream()))
                        .status();
                assertThat(status).as("%s in %s", route, mode).isNotZero();
            }
        }

        awaitNothingLeft();
        // An exchange is counted after it has given back what it held.
        Await.until(() -> ended() - before == ROUTES.size() * MODES.size());
    }

    /** After how many messages the client goes. */
    @ParameterizedTest
    @EnumSource(
            value = BodySendMode.class,
            names = {"STREAMED", "FULL_DUPLEX_STREAMED", "BUFFERED"})
    void aClientMayGoAtAnyPoint(BodySendMode mode) {
        EnvoySim envoy = envoy("r", mode);
        List<ProcessingRequest> conversation = Stream.of(
                        Messages.headers(mode),
                        Messages.body(LARGE, false),
                        Messages.body(LARGE, true),
                        responseBody(LARGE, false),
                        responseBody("end", true))
                .toList();

        for (String route : ROUTES) {
            for (int sent = 1; sent <= conversation.size(); sent++) {
                RawStream resets = envoy.rawStream();
                RawStream leaves = envoy.rawStream();
                for (ProcessingRequest message : conversation.subList(0, sent)) {
                    resets.send(routed(message, route));
                    leaves.send(routed(message, route));
                }
                resets.reset();
                leaves.leave();
            }
        }

        awaitNothingLeft();
    }

    private static ProcessingRequest routed(ProcessingRequest message, String route) {
        ProcessingRequest.Builder changed = message.toBuilder();
        if (message.hasRequestHeaders()) {
            Struct attributes = Struct.newBuilder()
                    .putFields(
                            "xds.route_name",
                            Value.newBuilder().setStringValue(route).build())
                    .build();
            changed.putAttributes("envoy.filters.http.ext_proc", attributes);
        }
        return changed.build();
    }

    private static ProcessingRequest responseBody(String text, boolean last) {
        return ProcessingRequest.newBuilder()
                .setResponseBody(HttpBody.newBuilder()
                        .setBody(ByteString.copyFromUtf8(text))
                        .setEndOfStream(last))
                .build();
    }

    private static EnvoySim envoy(String route, BodySendMode mode) {
        return KERNEL.envoy(KernelHarness.filterBuilder(route)
                .allowModeOverride(true)
                .mode(all -> all.setRequestBodyMode(mode)
                        .setResponseBodyMode(mode)
                        .setRequestTrailerMode(HeaderSendMode.SEND)
                        .setResponseTrailerMode(HeaderSendMode.SEND))
                .build());
    }

    private static void awaitNothingLeft() {
        Await.until(() -> KERNEL.activeExchanges() == 0 && KERNEL.openStreams() == 0 && KERNEL.bufferedBytes() == 0);
    }

    /** Exchanges that are counted as ended, of all outcomes. */
    private static double ended() {
        return Stream.of(
                        "passed",
                        "denied",
                        "failed",
                        "overloaded",
                        "unknown_route",
                        "cancelled",
                        "protocol_error",
                        "observed")
                .mapToDouble(outcome -> KERNEL.metric("policy_kernel_exchanges_total{outcome=\"" + outcome + "\"}"))
                .sum();
    }
}
