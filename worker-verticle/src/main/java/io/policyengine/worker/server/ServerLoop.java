package io.policyengine.worker.server;

import io.policyengine.core.log.LogFields;
import io.policyengine.core.net.Http2Guard;
import io.policyengine.core.net.PeerCheck;
import io.policyengine.core.vertx.Contexts;
import io.policyengine.protocol.Deadlines;
import io.policyengine.worker.LocalWorker;
import io.policyengine.worker.WorkerOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import io.vertx.grpc.server.GrpcProtocol;
import io.vertx.grpc.server.GrpcServer;
import io.vertx.grpc.server.GrpcServerOptions;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The part of a worker's server on one event loop. All parts share a socket; each connection belongs to one part. */
final class ServerLoop extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(ServerLoop.class);

    /** The bytes that headers, metadata and chains may take in a message, in addition to two bodies. */
    private static final long MESSAGE_ROOM = 4L << 20;

    /** Maximum number of concurrent streams on one connection from a kernel. */
    private static final int MAX_STREAMS = 256;

    private static final int STREAM_WINDOW = 256 << 10;

    private final LocalWorker worker;
    private final SocketAddress address;
    private final PeerCheck kernel;
    private final ChainOwners owners;
    private final CallBytes bytes;
    private final QueueMeters meters;
    private final @Nullable ProcessMetrics metrics;
    private final Runnable streamFailed;
    private @Nullable HttpServer server;
    /** The reason why the last connection was refused, or null. */
    private @Nullable String refused;

    ServerLoop(
            LocalWorker worker,
            SocketAddress address,
            PeerCheck kernel,
            ChainOwners owners,
            CallBytes bytes,
            QueueMeters meters,
            @Nullable ProcessMetrics metrics,
            Runnable streamFailed) {
        this.worker = worker;
        this.address = address;
        this.kernel = kernel;
        this.owners = owners;
        this.bytes = bytes;
        this.meters = meters;
        this.metrics = metrics;
        this.streamFailed = streamFailed;
    }

    @Override
    public Future<?> start() {
        WorkerService service = new WorkerService(worker, owners, calls(), metrics, context);
        GrpcServer grpc = GrpcServer.server(vertx, grpcOptions()).callHandler(service);
        HttpServer listening = vertx.createHttpServer(httpOptions())
                .connectionHandler(this::onConnection)
                .requestHandler(http -> grpc.handle(WorkerService.isCall(http) ? counted(http) : http));
        server = listening;
        return listening.listen(address);
    }

    private LoopCalls calls() {
        WorkerOptions options = worker.options();
        CallQueue queue = new CallQueue(worker.ticker(), this::afterReading, options.maxConcurrentRequests(), meters);
        Deadlines deadlines = new Deadlines(worker.ticker(), options.requestTimeout());
        return new LoopCalls(worker.ticker(), deadlines, bytes, queue, meters);
    }

    /** Runs a task after the event loop has read its connections: only then does Netty run scheduled tasks. */
    private void afterReading(Runnable task) {
        var _ = Contexts.eventLoop(context).schedule(() -> Contexts.dispatch(context, task), 0, TimeUnit.NANOSECONDS);
    }

    private HttpServerRequest counted(HttpServerRequest http) {
        return new CountedCall(http, bytes, vertx, worker.options().requestTimeout());
    }

    private long maxMessage() {
        return worker.options().limits().maxBodySize() * 2 + MESSAGE_ROOM;
    }

    private void onConnection(HttpConnection connection) {
        String refusal = kernel.refusal(connection);
        if (refusal != null) {
            refuse(connection, refusal);
            return;
        }
        Http2Guard.install(connection, streamFailed);
        // Vert.x would log an error, although a kernel may close its connection.
        connection.exceptionHandler(failure ->
                LOG.atDebug().setCause(failure).log("a kernel's connection failed, or the kernel closed it"));
        owners.connected(connection);
    }

    /** Closes the connection before anything is read. Consecutive refusals for the same reason are logged once. */
    private void refuse(HttpConnection connection, String why) {
        if (!why.equals(refused)) {
            refused = why;
            LOG.atError()
                    .addKeyValue(LogFields.WORKER_NAME, worker.options().name())
                    .addKeyValue(LogFields.SEVERITY, "critical")
                    .log("a connection to the worker is refused: {}", why);
        }
        connection.exceptionHandler(failure -> LOG.atDebug().setCause(failure).log("a refused connection failed"));
        PeerCheck.cut(connection);
    }

    private GrpcServerOptions grpcOptions() {
        GrpcServerOptions options = new GrpcServerOptions().setMaxMessageSize(maxMessage());
        for (GrpcProtocol protocol : GrpcProtocol.values()) {
            if (protocol != GrpcProtocol.HTTP_2) {
                options.removeEnabledProtocol(protocol);
            }
        }
        return options;
    }

    private static HttpServerOptions httpOptions() {
        return new HttpServerOptions()
                // Kernels cancel calls, so no number of resets is an attack.
                .setHttp2RstFloodMaxRstFramePerWindow(0)
                // The connection's window covers those of all streams, so that a waiting stream does not stop others.
                .setHttp2ConnectionWindowSize(MAX_STREAMS * STREAM_WINDOW)
                .setInitialSettings(
                        new Http2Settings().setMaxConcurrentStreams(MAX_STREAMS).setInitialWindowSize(STREAM_WINDOW));
    }

    /** Sends GOAWAY and waits until all connections have ended, or the timeout expires. */
    Future<Void> shutdown(Duration timeout) {
        HttpServer listening = server;
        if (listening == null) {
            return Future.succeededFuture();
        }
        Promise<Void> done = Promise.promise();
        context.runOnContext(_ ->
                listening.shutdown(timeout.toMillis(), TimeUnit.MILLISECONDS).onComplete(done));
        return done.future();
    }
}
