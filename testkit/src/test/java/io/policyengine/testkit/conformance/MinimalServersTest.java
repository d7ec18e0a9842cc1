package io.policyengine.testkit.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.service.ext_proc.v3.ExternalProcessorGrpcService;
import io.envoyproxy.envoy.service.ext_proc.v3.HeadersResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import io.policyengine.core.net.Http2Guard;
import io.policyengine.testkit.time.Await;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.grpc.server.GrpcServer;
import io.vertx.grpc.server.GrpcServerOptions;
import io.vertx.grpc.server.GrpcServerResponse;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The suite tells the truth about servers that can little: what passes, what fails and why, and what it cannot say. */
class MinimalServersTest {
    private static final Path EXPECTED = Path.of("src/test/resources/conformance");
    private static final ProcessingResponse REQUEST_HEADERS = ProcessingResponse.newBuilder()
            .setRequestHeaders(HeadersResponse.getDefaultInstance())
            .build();
    private static final ProcessingResponse RESPONSE_HEADERS = ProcessingResponse.newBuilder()
            .setResponseHeaders(HeadersResponse.getDefaultInstance())
            .build();

    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void stop() {
        Await.result(vertx.close());
    }

    /** What a server does with a message. */
    private interface Script extends BiConsumer<ProcessingRequest, Call> {}

    /** The way back to the client; ended once. */
    private static final class Call {
        private final GrpcServerResponse<ProcessingRequest, ProcessingResponse> response;
        private boolean ended;

        private Call(GrpcServerResponse<ProcessingRequest, ProcessingResponse> response) {
            this.response = response;
        }

        void write(ProcessingResponse answer) {
            response.write(answer);
        }

        void end() {
            if (!ended) {
                ended = true;
                response.end();
            }
        }
    }

    @Test
    void oneThatAnswersAllMessagesAsIfTheyWereHeaders() throws IOException {
        check(
                "headers-to-all",
                (message, call) -> call.write(
                        message.getRequestCase().name().startsWith("REQUEST") ? REQUEST_HEADERS : RESPONSE_HEADERS));
    }

    @Test
    void oneThatNeverAnswersBodies() throws IOException {
        check("headers-only", (message, call) -> {
            if (message.hasRequestHeaders()) {
                call.write(REQUEST_HEADERS);
            } else if (message.hasResponseHeaders()) {
                call.write(RESPONSE_HEADERS);
            }
        });
    }

    @Test
    void oneThatClosesCleanly() throws IOException {
        check("closing", (_, call) -> call.end());
    }

    @Test
    void nobodyThere() {
        Conformance suite = Conformance.builder(vertx)
                .target(SocketAddress.inetSocketAddress(1, "127.0.0.1"))
                .build();

        Future<List<CaseResult>> results = suite.run(ConformanceCases.all());

        assertThat(results.otherwiseEmpty().toCompletionStage().toCompletableFuture())
                .succeedsWithin(Duration.ofSeconds(10));
        assertThat(results.cause()).isInstanceOf(ConnectException.class);
    }

    private void check(String name, Script script) throws IOException {
        Conformance suite = Conformance.builder(vertx)
                .target(listen(script))
                .limit(Duration.ofSeconds(4))
                .behaviours(Set.of(Behaviour.ECHO))
                .parallel(8)
                .build();

        StringBuilder table = new StringBuilder();
        for (CaseResult result : Await.result(suite.run(ConformanceCases.all()), Duration.ofMinutes(2))) {
            String line = "%s %-4s %s"
                    .formatted(result.testCase().id(), result.verdict().text(), reason(result));
            table.append(line.strip()).append('\n');
        }

        Path expected = EXPECTED.resolve(name + ".txt");
        if (Boolean.getBoolean("golden.update")) {
            Files.writeString(expected, table);
        }
        assertThat(table).hasToString(Files.readString(expected));
    }

    /** Nothing where the reason depends on whether an unwanted answer comes within a certain time. */
    private static String reason(CaseResult result) {
        boolean isTimed = result.testCase().raw().stream().anyMatch(step -> step.quietMs() != null);
        return isTimed ? "" : result.reason();
    }

    private SocketAddress listen(Script script) {
        GrpcServer grpc = GrpcServer.server(vertx, new GrpcServerOptions().setMaxMessageSize(8 << 20));
        grpc.callHandler(ExternalProcessorGrpcService.Process, request -> {
            Call call = new Call(request.response());
            request.handler(message -> script.accept(message, call));
            request.endHandler(_ -> call.end());
        });
        HttpServer server = Await.result(vertx.createHttpServer(
                        new HttpServerOptions().setHttp2ClearTextEnabled(true).setHttp2RstFloodMaxRstFramePerWindow(0))
                .connectionHandler(connection -> Http2Guard.install(connection, () -> {}))
                .requestHandler(grpc)
                .listen(0, "127.0.0.1"));
        return SocketAddress.inetSocketAddress(server.actualPort(), "127.0.0.1");
    }
}
