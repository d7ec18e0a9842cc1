package io.policyengine.kernel.remote;

import io.policyengine.core.capacity.Capacity;
import io.policyengine.core.net.Http2Guard;
import io.policyengine.core.net.OwnHttpClient;
import io.policyengine.core.net.PeerCheck;
import io.policyengine.core.worker.WorkerException;
import io.policyengine.protocol.WorkerMethod;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An HTTP/2 connection over a Unix domain socket, opened on demand and again after a loss. */
final class SocketClient {
    private static final Logger LOG = LoggerFactory.getLogger(SocketClient.class);
    private static final int STREAM_WINDOW = 1 << 20;

    /**
     * The connection's flow-control window in bytes. It is large enough for many streams; in a small window, one
     * stalled stream would block the others.
     */
    private static final int CONNECTION_WINDOW = 256 << 20;

    /**
     * The options of all calls. They set an {@code :authority}, because standard gRPC servers require one and a socket
     * path provides none.
     */
    private final RequestOptions call;

    private final PeerCheck peer;

    /** The HTTP client. The field keeps it reachable, because Vert.x closes unreachable clients. */
    private final HttpClient http;

    private final long maxMessageBytes;
    private final Capacity room;

    /**
     * Creates a client for the calling event loop.
     *
     * @param room memory budget for answers of this replica
     * @param connected called with each new connection
     * @param streamFailed see {@link Http2Guard}
     */
    SocketClient(
            Vertx vertx,
            RemoteWorkerOptions options,
            Capacity room,
            Handler<HttpConnection> connected,
            Runnable streamFailed) {
        this.call = new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setServer(SocketAddress.domainSocketAddress(options.socketPath()))
                .setHost("localhost")
                .setPort(80);
        this.peer = options.peer();
        this.http = vertx.httpClientBuilder()
                .with(httpOptions(options))
                .with(new PoolOptions().setHttp2MaxSize(1))
                .withConnectHandler(connection -> {
                    Http2Guard.install(connection, streamFailed);
                    // Prevents an error log by Vert.x; other handlers report the end of the connection.
                    connection.exceptionHandler(
                            failure -> LOG.atDebug().setCause(failure).log("a connection to a worker failed"));
                    connected.handle(connection);
                })
                .build();
        this.maxMessageBytes = options.maxMessageBytes();
        this.room = room;
    }

    private static HttpClientOptions httpOptions(RemoteWorkerOptions options) {
        return OwnHttpClient.options()
                .setProtocolVersion(HttpVersion.HTTP_2)
                .setHttp2ClearTextUpgrade(false)
                .setConnectTimeout((int) options.connectTimeout().toMillis())
                // A connection without streams is kept: its end shows that the worker is gone.
                .setHttp2KeepAliveTimeout(0)
                .setHttp2ConnectionWindowSize(CONNECTION_WINDOW)
                .setInitialSettings(new Http2Settings().setInitialWindowSize(STREAM_WINDOW));
    }

    /**
     * Opens a call of the given method. If there is no connection, or if the peer is not the worker, fails before
     * anything is sent.
     */
    Future<WorkerStream> request(WorkerMethod method) {
        return http.request(call).map(opened -> {
            String refusal = peer.refusal(opened.connection());
            if (refusal != null) {
                PeerCheck.cut(opened.connection());
                throw new WorkerException(WorkerException.Kind.UNREACHABLE, refusal);
            }
            WorkerStream stream = new WorkerStream(opened, maxMessageBytes, room);
            stream.fullMethodName(method.fullName());
            return stream;
        });
    }

    Future<Void> close() {
        return http.close();
    }
}
