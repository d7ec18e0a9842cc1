package io.policyengine.testkit.envoy;

import io.envoyproxy.envoy.service.ext_proc.v3.ExternalProcessorGrpcService;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import io.policyengine.testkit.time.Await;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.grpc.common.GrpcStatus;
import io.vertx.grpc.server.GrpcServer;
import io.vertx.grpc.server.GrpcServerOptions;
import io.vertx.grpc.server.GrpcServerRequest;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** An ext_proc server that does, right or wrong, what a test says. */
final class TestProcessor {
    /** What the server does with each message. */
    interface Script {
        void on(ProcessingRequest message, Out out);

        default void halfClosed(Out out) {}
    }

    /** The way back to the client. */
    static final class Out {
        private final GrpcServerRequest<ProcessingRequest, ProcessingResponse> call;

        private Out(GrpcServerRequest<ProcessingRequest, ProcessingResponse> call) {
            this.call = call;
        }

        void answer(ProcessingResponse... answers) {
            List.of(answers).forEach(call.response()::write);
        }

        void compress() {
            call.response().encoding("gzip");
        }

        void close(GrpcStatus status) {
            call.response().status(status).statusMessage("as told");
            call.response().end();
        }

        void reset() {
            call.response().cancel();
        }
    }

    private final SocketAddress local;
    private final HttpServer server;
    final List<String> ends = new CopyOnWriteArrayList<>();
    final List<String> tenants = new CopyOnWriteArrayList<>();
    final AtomicInteger connections = new AtomicInteger();

    TestProcessor(Vertx vertx, Script script, SocketAddress local) {
        this.local = local;
        GrpcServer grpc = GrpcServer.server(vertx, new GrpcServerOptions().setMaxMessageSize(8 << 20));
        grpc.callHandler(ExternalProcessorGrpcService.Process, call -> {
            Out out = new Out(call);
            tenants.add(String.valueOf(call.headers().get("x-tenant")));
            call.errorHandler(error -> ends.add("reset"));
            call.endHandler(v -> {
                ends.add("half-close");
                script.halfClosed(out);
            });
            call.handler(message -> script.on(message, out));
        });
        HttpServerOptions options =
                new HttpServerOptions().setHttp2ClearTextEnabled(true).setHttp2RstFloodMaxRstFramePerWindow(0);
        server = Await.result(vertx.createHttpServer(options)
                .connectionHandler(connection -> connections.incrementAndGet())
                .requestHandler(grpc)
                .listen(local));
    }

    SocketAddress address() {
        return local.isDomainSocket() ? local : SocketAddress.inetSocketAddress(server.actualPort(), "127.0.0.1");
    }

    void close() {
        Await.result(server.close());
    }
}
