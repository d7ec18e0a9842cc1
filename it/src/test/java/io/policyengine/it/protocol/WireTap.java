package io.policyengine.it.protocol;

import io.policyengine.it.protocol.Transcript.Line;
import io.policyengine.it.protocol.Transcript.Speaker;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.net.SocketAddress;
import io.vertx.grpc.client.GrpcClient;
import io.vertx.grpc.server.GrpcServer;
import io.vertx.grpc.server.GrpcServerRequest;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** Stands between a kernel and a worker, passes on what they say and writes it down; of health checks the first only. */
final class WireTap {
    private final GrpcClient client;
    private final SocketAddress worker;
    private final HttpServer server;
    private final List<Line> lines = new CopyOnWriteArrayList<>();
    private final AtomicInteger calls = new AtomicInteger();
    private final AtomicInteger healthChecks = new AtomicInteger();

    /** A tap on the worker that listens on this socket. */
    WireTap(Vertx vertx, String socket) {
        this.client = GrpcClient.client(vertx);
        this.worker = SocketAddress.domainSocketAddress(socket);
        this.server =
                vertx.createHttpServer().requestHandler(GrpcServer.server(vertx).callHandler(this::handle));
    }

    Future<?> listen(String socket) {
        return server.listen(SocketAddress.domainSocketAddress(socket));
    }

    Transcript transcript() {
        return new Transcript(List.copyOf(lines));
    }

    private void handle(GrpcServerRequest<Buffer, Buffer> kernel) {
        String method = kernel.methodName();
        int call = calls.incrementAndGet();
        boolean heard = !method.equals("HealthCheck") || healthChecks.incrementAndGet() == 1;
        AtomicBoolean gone = new AtomicBoolean();
        kernel.pause();
        client.request(worker).onSuccess(request -> {
            request.fullMethodName(Wire.SERVICE + method);
            kernel.handler(message -> {
                note(heard, new Line(call, Speaker.KERNEL, method, Wire.bytes(message)));
                request.write(message);
            });
            kernel.endHandler(_ -> request.end());
            kernel.exceptionHandler(_ -> gone.set(true));
            request.response().onSuccess(response -> {
                response.handler(message -> {
                    note(heard, new Line(call, Speaker.WORKER, method, Wire.bytes(message)));
                    kernel.response().write(message);
                });
                response.endHandler(_ -> {
                    if (!gone.get()) {
                        kernel.response().end();
                    }
                });
            });
            kernel.resume();
        });
    }

    private void note(boolean heard, Line line) {
        if (heard) {
            lines.add(line);
        }
    }
}
