package io.policyengine.kernel.trace;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.sdk.trace.data.StatusData;
import io.policyengine.core.config.TracingConfig;
import io.policyengine.core.config.TracingConfig.Protocol;
import io.policyengine.core.trace.SpanCounts;
import io.policyengine.core.trace.SpanExport;
import io.policyengine.core.trace.SpanSpec;
import io.policyengine.testkit.time.Await;
import io.policyengine.testkit.trace.OtlpReceiver;
import io.policyengine.testkit.trace.ReceivedSpan;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class SpanExportTest {
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration SHORT = Duration.ofMillis(300);

    private final Vertx vertx = Vertx.vertx();
    private final SpanCounts counts = new SpanCounts();

    @AfterEach
    void close() {
        Await.result(vertx.close());
    }

    @ParameterizedTest
    @EnumSource
    void sendsSpansAsTheyAre(Protocol protocol) {
        try (OtlpReceiver receiver = OtlpReceiver.start()) {
            SpanExport export = export(protocol, receiver.port(), PATIENCE);

            export.accept(span(1));

            ReceivedSpan span = receiver.await(spans -> !spans.isEmpty()).getFirst();
            assertThat(span)
                    .isEqualTo(new ReceivedSpan(
                            "gateway",
                            "kernel.route_lookup",
                            TRACE,
                            "0000000000000001",
                            "00f067aa0ba902b7",
                            "vendor=1",
                            1_000_000_001,
                            2_000_000_002,
                            true,
                            "why",
                            Map.of("route.name", "/users", "total.policies", "3")));
            assertThat(receiver.headers().getFirst().get("x-token")).isEqualTo("let-me-in");
            Await.until("the span is counted", () -> counts.exported() == 1);
            end(export);
        }
    }

    @ParameterizedTest
    @EnumSource
    void sendsWhatWaitsAtItsEnd(Protocol protocol) {
        try (OtlpReceiver receiver = OtlpReceiver.start()) {
            SpanExport export = export(protocol, receiver.port(), PATIENCE);
            for (int i = 1; i <= 900; i++) {
                export.accept(span(i));
            }

            end(export);
            export.accept(span(1000));

            assertThat(receiver.spans()).hasSize(900);
            assertThat(counts.exported()).isEqualTo(900);
            assertThat(counts.droppedAtTheEnd()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void sendsOnceTheReceiverIsThere(Protocol protocol) {
        int port;
        try (OtlpReceiver gone = OtlpReceiver.start()) {
            port = gone.port();
        }
        SpanExport export = export(protocol, port, PATIENCE);
        export.accept(span(1));

        try (OtlpReceiver receiver = OtlpReceiver.startOn(port)) {
            receiver.await(spans -> spans.size() == 1);
            end(export);
        }
        assertThat(counts.droppedByFailure()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void dropsWhatAReceiverThatIsGoneCannotTake(Protocol protocol) {
        int port;
        try (OtlpReceiver gone = OtlpReceiver.start()) {
            port = gone.port();
        }

        dropsAll(protocol, port);
    }

    @ParameterizedTest
    @EnumSource
    void dropsWhatAReceiverThatNeverAnswersMayHaveTaken(Protocol protocol) {
        dropsAll(protocol, listening(_ -> {}));
    }

    @ParameterizedTest
    @EnumSource
    void dropsWhatAReceiverAnswersWithGarbage(Protocol protocol) {
        dropsAll(
                protocol,
                listening(socket -> socket.handler(_ -> {
                    socket.write(Buffer.buffer(new byte[10_000]));
                    socket.close();
                })));
    }

    @ParameterizedTest
    @EnumSource
    void dropsWhatAReceiverAnswersWithoutEnd(Protocol protocol) {
        dropsAll(protocol, serving(request -> repeat(request, Buffer.buffer(new byte[16 * 1024]))));
    }

    @ParameterizedTest
    @EnumSource
    void dropsWhatAReceiverAnswersInDrops(Protocol protocol) {
        dropsAll(protocol, serving(request -> repeat(request, Buffer.buffer("."))));
    }

    @ParameterizedTest
    @EnumSource
    void dropsWhatAReceiverRefuses(Protocol protocol) {
        dropsAll(
                protocol,
                serving(request -> request.response()
                        .setStatusCode(400)
                        .putHeader("grpc-status", "99999999999999999999")
                        .end("no")));
    }

    @ParameterizedTest
    @EnumSource
    void dropsWhatAReceiverSendsElsewhere(Protocol protocol) {
        dropsAll(
                protocol,
                serving(request -> request.response()
                        .setStatusCode(307)
                        .putHeader("location", "http://127.0.0.1:1/")
                        .end()));
    }

    /** A call that ends while its connection opens must not take a stream of the connection for good. */
    @Test
    void sendsAgainOnceAReceiverThatWasSlowToBeginAnswers() {
        HttpServerOptions oneByOne =
                new HttpServerOptions().setInitialSettings(new Http2Settings().setMaxConcurrentStreams(1));
        try (OtlpReceiver receiver = OtlpReceiver.with(oneByOne)) {
            Promise<Void> begins = Promise.promise();
            NetClient client = vertx.createNetClient();
            int port = listening(socket -> {
                socket.pause();
                begins.future()
                        .compose(_ -> client.connect(receiver.port(), "127.0.0.1"))
                        .onSuccess(server -> {
                            server.pipeTo(socket);
                            socket.pipeTo(server);
                        });
            });
            SpanExport export = export(Protocol.GRPC, port, SHORT);
            export.accept(span(1));
            Await.until("the first span is dropped", () -> counts.droppedByFailure() == 1);

            begins.complete();

            Await.until("a span arrives", () -> {
                export.accept(span(2));
                return !receiver.spans().isEmpty();
            });
            end(export);
        }
    }

    @Test
    void dropsAtOnceWhatHasNoRoom() {
        SpanExport export = export(Protocol.HTTP, listening(_ -> {}), PATIENCE);

        for (int i = 1; i <= 5000; i++) {
            export.accept(span(i));
        }

        assertThat(counts.droppedForRoom()).isEqualTo(4000);
    }

    /** Writes again and again until the client hangs up. */
    private void repeat(HttpServerRequest request, Buffer part) {
        request.response().setChunked(true);
        long timer = vertx.setPeriodic(5, _ -> request.response().write(part));
        request.connection().closeHandler(_ -> vertx.cancelTimer(timer));
        request.response().exceptionHandler(_ -> vertx.cancelTimer(timer));
    }

    private void dropsAll(Protocol protocol, int port) {
        SpanExport export = export(protocol, port, SHORT);
        for (int i = 1; i <= 600; i++) {
            export.accept(span(i));
        }

        Await.until("the spans are dropped", () -> counts.droppedByFailure() == 600);

        assertThat(counts.exported()).isZero();
        end(export);
    }

    private int listening(Handler<NetSocket> handler) {
        NetServer server = vertx.createNetServer().connectHandler(handler);
        return Await.result(server.listen(0, "127.0.0.1")).actualPort();
    }

    private int serving(Handler<HttpServerRequest> handler) {
        return Await.result(vertx.createHttpServer(new HttpServerOptions().setHttp2ClearTextEnabled(true))
                        .requestHandler(request -> request.body().onSuccess(_ -> handler.handle(request)))
                        .listen(0, "127.0.0.1"))
                .actualPort();
    }

    private SpanExport export(Protocol protocol, int port, Duration timeout) {
        TracingConfig config = TracingConfigs.exporting(protocol, "http://127.0.0.1:" + port, timeout);
        return new SpanExport(config, counts);
    }

    private static void end(SpanExport export) {
        Promise<Void> ended = Promise.promise();
        export.end(ended::complete);
        Await.result(ended.future());
    }

    private static SpanSpec span(int number) {
        return new SpanSpec(
                "kernel.route_lookup",
                SpanKind.INTERNAL,
                context("%016x".formatted(number)),
                context("00f067aa0ba902b7"),
                1_000_000_001,
                2_000_000_002,
                Attributes.builder()
                        .put("route.name", "/users")
                        .put("total.policies", 3)
                        .build(),
                StatusData.create(StatusCode.ERROR, "why"));
    }

    private static SpanContext context(String span) {
        return SpanContext.create(
                TRACE,
                span,
                TraceFlags.getSampled(),
                TraceState.builder().put("vendor", "1").build());
    }
}
