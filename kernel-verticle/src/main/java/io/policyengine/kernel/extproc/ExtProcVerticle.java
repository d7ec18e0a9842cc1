package io.policyengine.kernel.extproc;

import io.policyengine.core.config.ServerConfig;
import io.policyengine.core.net.ExcessStreams;
import io.policyengine.core.net.Http2Guard;
import io.policyengine.kernel.envoy.EnvoyStream;
import io.policyengine.kernel.grpc.ConnectionBudget;
import io.policyengine.kernel.grpc.HealthService;
import io.policyengine.kernel.grpc.LoopConnections;
import io.policyengine.kernel.grpc.PendingConnections;
import io.policyengine.kernel.metrics.ConnectionMeters;
import io.policyengine.kernel.trust.ConnectionTrust;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The ext_proc server on one event loop. Deployed once per event loop; all instances listen on the same address. */
public final class ExtProcVerticle extends VerticleBase {
    /** Maximum bytes that a client may send on one stream before the engine reads them. */
    private static final int STREAM_WINDOW = 64 * 1024;

    /** The time that the kernel waits at a shutdown for streams that Envoy opened before the shutdown reached it. */
    private static final Duration ARRIVAL = Duration.ofMillis(200);

    /** The time that Envoy has, after the drain timeout, to receive the answers to exchanges that the timeout ended. */
    private static final Duration LAST_ANSWERS = Duration.ofSeconds(1);

    /** The HTTP/2 error code of a stream that is not needed any more (RFC 9113 §7). */
    private static final long CANCEL = 0x8;

    private final KernelContext shared;
    private final ServerConfig config;
    private final Function<HttpServer, Future<HttpServer>> listen;
    private final Supplier<Future<Void>> drainAll;
    private final ConnectionMeters meters;
    private final Supplier<Future<Boolean>> ready;
    private final ExerciseMark mark;
    private final LoopConnections all;

    private final Map<HttpConnection, ConnectionTrust> connections = new HashMap<>();

    /** The connections of the kernel to itself, for its warm-up requests (the exercise). */
    private final Map<HttpConnection, ConnectionTrust> exercised = new HashMap<>();

    private @Nullable HttpServer server;
    private @Nullable LoopContexts contexts;
    private @Nullable HealthService health;
    /** The event loop's contexts for streams of the exercise (warm-up requests), or null. */
    private @Nullable LoopContexts exercise;
    /**
     * The context of the exercise (warm-up requests) while one of its streams begins; null for streams of Envoy. It is
     * read once for each stream.
     */
    private @Nullable KernelContext apart;

    private boolean draining;

    /**
     * Creates a server to be deployed.
     *
     * @param listen starts listening, on the same address for all instances
     * @param drainAll shuts down all instances. Undeploying one instance before all are shut down would abort running
     *     exchanges on shared connections
     * @param budget the budget of the connections of all instances, with their meters
     * @param ready returns whether the kernel is ready, for health checks
     * @param mark the mark of streams that the kernel sends itself as warm-up requests
     */
    public ExtProcVerticle(
            KernelContext shared,
            ServerConfig config,
            Function<HttpServer, Future<HttpServer>> listen,
            Supplier<Future<Void>> drainAll,
            ConnectionBudget budget,
            Supplier<Future<Boolean>> ready,
            ExerciseMark mark) {
        this.shared = shared;
        this.config = config;
        this.listen = listen;
        this.drainAll = drainAll;
        this.meters = budget.meters();
        this.all = new LoopConnections(budget, shared.ticker());
        this.ready = ready;
        this.mark = mark;
    }

    @Override
    public Future<?> start() {
        contexts = new LoopContexts(vertx, shared);
        HealthService told = new HealthService(vertx, Set.of(EnvoyStream.SERVICE), ready);
        health = told;
        Handler<HttpServerRequest> served =
                EnvoyStream.handler(vertx, shared.account(), config.maxMessageBytes(), told, this::exchange);
        server = vertx.createHttpServer(httpOptions(config))
                .connectionHandler(this::connected)
                .requestHandler(request -> {
                    boolean isMarked = mark.isOn(request.headers());
                    apart = isMarked ? mark.context() : null;
                    if (isMarked && apart == null) {
                        refuse(request);
                    } else {
                        served.handle(request);
                    }
                });
        return listen.apply(server);
    }

    /** The listening port; 0 on a Unix domain socket. */
    public int port() {
        return server == null ? 0 : server.actualPort();
    }

    /**
     * Announces the shutdown, first to watchers of the kernel's health and then to Envoy. Waits for running exchanges,
     * up to {@code server.drain_timeout_ms}.
     *
     * <p>The shutdown has two steps (RFC 9113 §6.8). First, a GOAWAY that refuses no stream is sent. Then, after
     * streams in flight have arrived, each connection ends with its last stream. A single GOAWAY with the last stream
     * would not suffice: Netty treats data of a refused stream as a protocol error and closes the connection with
     * everything on it.
     */
    public Future<Void> shutdown() {
        Promise<Void> done = Promise.promise();
        context.runOnContext(_ -> {
            draining = true;
            if (health != null) {
                health.end();
            }
            connections.keySet().forEach(ExtProcVerticle::announceEnd);
            if (connections.isEmpty()) {
                shutdownServer().onComplete(done);
            } else {
                vertx.setTimer(ARRIVAL.toMillis(), _ -> shutdownServer().onComplete(done));
            }
        });
        return done.future();
    }

    private Future<Void> shutdownServer() {
        if (server == null) {
            return Future.succeededFuture();
        }
        LoopContexts begun = contexts;
        if (begun == null) {
            return server.shutdown(config.drainTimeout().toMillis(), TimeUnit.MILLISECONDS);
        }
        begun.drain();
        long timer = vertx.setTimer(Math.max(1, config.drainTimeout().toMillis()), _ -> begun.end());
        return server.shutdown(config.drainTimeout().plus(LAST_ANSWERS).toMillis(), TimeUnit.MILLISECONDS)
                .onComplete(_ -> vertx.cancelTimer(timer));
    }

    private void connected(HttpConnection connection) {
        PendingConnections.spoke(connection);
        Http2Guard.install(connection, () -> {
            if (!exercised.containsKey(connection)) {
                meters.guardedResets().increment();
            }
        });
        // After the guard, so that bytes are held back before it.
        if (!all.opened(connection)) {
            return;
        }
        ExcessStreams.allow(connection, config.maxConcurrentStreams());
        ConnectionTrust trust = shared.newTrust(String.valueOf(connection.remoteAddress()));
        connections.put(connection, trust);
        connection.closeHandler(_ -> {
            connections.remove(connection);
            trust.end();
            ConnectionTrust own = exercised.remove(connection);
            if (own != null) {
                own.end();
            }
        });
        if (draining) {
            announceEnd(connection);
        }
    }

    private static void announceEnd(HttpConnection connection) {
        connection.goAway(0, Integer.MAX_VALUE);
    }

    @Override
    public Future<?> stop() {
        return drainAll.get();
    }

    /**
     * Resets a stream of the exercise (warm-up requests) that arrives after the exercise has ended, as can happen on a
     * busy machine. Otherwise the engine would treat it as an exchange of Envoy, and deny and record it because the
     * configuration lacks its route.
     */
    private void refuse(HttpServerRequest request) {
        if (connections.containsKey(request.connection())) {
            exerciseTrust(request.connection(), shared);
        }
        dropExercise();
        var _ = request.response().reset(CANCEL);
    }

    private Exchange exchange(EnvoyStream stream) {
        KernelContext marked = apart;
        if (marked == null) {
            dropExercise();
            return Objects.requireNonNull(contexts, "started").begin(stream, trust(stream.connection()));
        }
        LoopContexts own = exercise;
        if (own == null || !own.isOf(marked)) {
            dropExercise();
            own = new LoopContexts(vertx, marked);
            exercise = own;
        }
        return own.begin(stream, exerciseTrust(stream.connection(), marked));
    }

    /**
     * Returns the trust of a connection that carries the exercise (warm-up requests). Failed streams on it are not
     * counted.
     */
    private ConnectionTrust exerciseTrust(HttpConnection connection, KernelContext of) {
        return exercised.computeIfAbsent(connection, _ -> of.newTrust("the kernel's exercise"));
    }

    private void dropExercise() {
        if (exercise != null) {
            exercise.close();
            exercise = null;
        }
    }

    /**
     * Returns what is known about the Envoy behind a connection. A connection that was closed in the same turn of the
     * event loop is unknown, and gets a new trust.
     */
    private ConnectionTrust trust(HttpConnection connection) {
        ConnectionTrust known = connections.get(connection);
        return known == null ? shared.newTrust("an ended connection") : known;
    }

    private static HttpServerOptions httpOptions(ServerConfig config) {
        return new HttpServerOptions()
                .setHttp2ClearTextEnabled(true)
                // Envoy ends each stream with RST_STREAM: the flood limit would end the connection after 200 of them.
                .setHttp2RstFloodMaxRstFramePerWindow(0)
                // A connection window below streams × stream window lets a few paused streams starve all others.
                .setHttp2ConnectionWindowSize(connectionWindow(config))
                .setInitialSettings(new Http2Settings()
                        .setMaxConcurrentStreams(config.maxConcurrentStreams())
                        .setInitialWindowSize(STREAM_WINDOW)
                        .setMaxHeaderListSize(64 * 1024))
                // A host that vanished silently must not hold its exchanges forever.
                .setTcpKeepAlive(true)
                .setIdleTimeout(0);
    }

    /**
     * Returns the connection window, in bytes, for the maximum number of announced streams. Streams beyond that number
     * are few and short, and share the window.
     */
    private static int connectionWindow(ServerConfig config) {
        return (int) Math.min(Integer.MAX_VALUE, (long) config.maxConcurrentStreams() * STREAM_WINDOW);
    }
}
