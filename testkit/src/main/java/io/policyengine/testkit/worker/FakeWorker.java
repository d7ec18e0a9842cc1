package io.policyengine.testkit.worker;

import io.netty.channel.ChannelHandlerContext;
import io.policyengine.core.async.OffLoop;
import io.policyengine.core.vertx.Channels;
import io.policyengine.proto.worker.v1.BodyChunk;
import io.policyengine.proto.worker.v1.ChunkResult;
import io.policyengine.proto.worker.v1.HealthCheckResponse;
import io.policyengine.proto.worker.v1.PrepareChainsRequest;
import io.policyengine.proto.worker.v1.PrepareChainsResponse;
import io.policyengine.proto.worker.v1.RequestCall;
import io.policyengine.proto.worker.v1.RequestResult;
import io.policyengine.proto.worker.v1.ResponseCall;
import io.policyengine.proto.worker.v1.ResponseResult;
import io.policyengine.proto.worker.v1.TrailersCall;
import io.policyengine.proto.worker.v1.TrailersResult;
import io.policyengine.proto.worker.v1.WorkerConfig;
import io.policyengine.proto.worker.v1.WorkerMessage;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.grpc.server.GrpcServer;
import io.vertx.grpc.server.GrpcServerOptions;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A server of the gRPC service PolicyWorker on a Unix domain socket, with scripted answers. Without a script, it is
 * healthy, accepts every chain, and lets every call pass. Scripts run on the server's event loop and may be replaced
 * while it runs.
 */
public final class FakeWorker {
    private static final String EXECUTE_REQUEST = "/policyengine.worker.v1.PolicyWorker/ExecuteRequest";

    private final Vertx vertx;
    private final Path socket;
    private final WorkerScript script = new WorkerScript();
    private final Recording recording = new Recording();
    private final Set<HttpConnection> connections = ConcurrentHashMap.newKeySet();
    private @Nullable HttpServer server;

    private FakeWorker(Vertx vertx, Path socket) {
        this.vertx = vertx;
        this.socket = socket;
    }

    /** Creates a worker that will listen on this path of at most 107 bytes. */
    public static FakeWorker at(Vertx vertx, Path socket) {
        return new FakeWorker(vertx, socket);
    }

    /** Sets the answer to GetWorkerConfig. */
    public FakeWorker config(WorkerConfig config) {
        script.config = config;
        return this;
    }

    /** Sets the answer to HealthCheck. */
    public FakeWorker health(HealthCheckResponse health) {
        script.health = health;
        return this;
    }

    /** Sets the answer to PrepareChains; a failed future becomes gRPC status INTERNAL. */
    public FakeWorker onPrepare(Function<PrepareChainsRequest, Future<PrepareChainsResponse>> answer) {
        script.prepare = answer;
        return this;
    }

    /** Sets the answer to request calls, batched and unary; see {@link Reply}. */
    public FakeWorker onRequest(Function<RequestCall, Future<Reply<RequestResult>>> answer) {
        script.request = answer;
        return this;
    }

    /** Sets the answer to response calls, batched and unary; see {@link Reply}. */
    public FakeWorker onResponse(Function<ResponseCall, Future<Reply<ResponseResult>>> answer) {
        script.response = answer;
        return this;
    }

    /** Sets the answer to calls with trailers, batched and unary; see {@link Reply}. */
    public FakeWorker onTrailers(Function<TrailersCall, Future<Reply<TrailersResult>>> answer) {
        script.trailers = answer;
        return this;
    }

    /**
     * Sets the answer to body chunks. Calls that have no script then request streamed bodies; a script for calls must
     * set {@code takes_chunks} itself. A chunk result without a number gets the number of its chunk.
     */
    public FakeWorker onChunk(Function<BodyChunk, Future<Reply<ChunkResult>>> answer) {
        script.chunk = answer;
        return this;
    }

    /** Changes each batch of answers, to simulate a hostile worker that repeats or adds messages. */
    public FakeWorker onAnswers(UnaryOperator<List<WorkerMessage>> change) {
        script.answers = change;
        return this;
    }

    /** Accepts streams of calls, but never reads from them. */
    public FakeWorker stopReading() {
        script.reads = false;
        return this;
    }

    /** Answers each ExecuteRequest with the beginning of a message, which is never completed. */
    public FakeWorker beginAnswers(int bytes) {
        script.beginning =
                Buffer.buffer().appendByte((byte) 0).appendInt(bytes + 1).appendBytes(new byte[bytes]);
        return this;
    }

    /** Answers the method Exchange with UNIMPLEMENTED, like a simple worker. */
    public FakeWorker unaryOnly() {
        script.unaryOnly = true;
        return this;
    }

    public Recording recording() {
        return recording;
    }

    public SocketAddress address() {
        return SocketAddress.domainSocketAddress(socket.toString());
    }

    /** Starts listening, and replaces a stale socket file. */
    public Future<Void> start() {
        GrpcServer grpc = GrpcServer.server(vertx, new GrpcServerOptions().setMaxMessageSize(Integer.MAX_VALUE));
        new WorkerEndpoints(script, recording).bind(grpc);
        HttpServerOptions options =
                new HttpServerOptions().setHttp2ClearTextEnabled(true).setHttp2RstFloodMaxRstFramePerWindow(0);
        HttpServer starting = vertx.createHttpServer(options)
                .requestHandler(request -> {
                    Buffer beginning = script.beginning;
                    if (beginning != null && EXECUTE_REQUEST.equals(request.path())) {
                        request.response().putHeader("content-type", "application/grpc");
                        request.response().write(beginning);
                    } else {
                        grpc.handle(request);
                    }
                })
                .connectionHandler(connection -> {
                    connections.add(connection);
                    connection.closeHandler(v -> connections.remove(connection));
                });
        server = starting;
        return removeSocketFile().compose(v -> starting.listen(address())).mapEmpty();
    }

    /** Stops the worker: new calls are refused, running calls are aborted, and the socket file is removed. */
    public Future<Void> stop() {
        return closeServer().compose(v -> removeSocketFile());
    }

    /** Kills the worker: connections break without GOAWAY, prepared chains are lost, and the socket file stays. */
    public Future<Void> kill() {
        script.forgetAll();
        return Future.all(connections.stream().map(FakeWorker::breakOff).toList())
                .compose(v -> closeServer())
                .compose(v -> OffLoop.run(vertx, () -> leaveSocketFileBlocking(socket)));
    }

    /** Closes the connection's channel, because closing the HTTP/2 connection would send GOAWAY. */
    private static Future<Void> breakOff(HttpConnection connection) {
        Promise<Void> gone = Promise.promise();
        ChannelHandlerContext outermost = Channels.of(connection).pipeline().firstContext();
        if (outermost == null) {
            gone.complete();
        } else {
            outermost.close().addListener(closed -> gone.complete());
        }
        return gone.future();
    }

    /** Kills the worker and starts it at the same address, without prepared chains. */
    public Future<Void> restart() {
        return kill().compose(v -> start());
    }

    /**
     * Leaves a socket file that refuses connections, as after a crash. Netty would remove the file on an orderly close.
     */
    private static void leaveSocketFileBlocking(Path socket) throws IOException {
        Files.deleteIfExists(socket);
        try (ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.bind(UnixDomainSocketAddress.of(socket));
        }
    }

    private Future<Void> closeServer() {
        HttpServer closing = server;
        server = null;
        return closing == null ? Future.succeededFuture() : closing.close();
    }

    private Future<Void> removeSocketFile() {
        return vertx.fileSystem()
                .exists(socket.toString())
                .compose(there -> there ? vertx.fileSystem().delete(socket.toString()) : Future.succeededFuture());
    }
}
