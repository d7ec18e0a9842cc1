package io.policyengine.worker.callout;

import io.policyengine.core.callout.CalloutException;
import io.policyengine.core.callout.CalloutException.Kind;
import io.policyengine.core.callout.TargetUrl;
import io.policyengine.core.config.TargetConfig;
import io.policyengine.core.log.LogFields;
import io.policyengine.core.metrics.WorkerMetric;
import io.policyengine.core.net.Http2Guard;
import io.policyengine.core.net.OwnHttpClient;
import io.policyengine.core.time.Ticker;
import io.policyengine.worker.remote.Breaker;
import io.policyengine.worker.remote.TlsFiles;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.net.ClientSSLOptions;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client of one server that policies call. All callers share its connections, bounds and circuit breaker.
 * Thread-safe.
 *
 * <p>The client bounds connections, concurrent calls, waiting calls ({@link CallSlots}), and the header fields and body
 * of each response.
 */
final class TargetClient {
    private static final Logger LOG = LoggerFactory.getLogger(TargetClient.class);

    /** The maximum number of concurrent gRPC calls on one connection. */
    private static final int STREAMS = 16;

    /** Maximum size of the status line of an HTTP response, and of its header fields together, in bytes. */
    private static final int MAX_HEAD_BYTES = 16 << 10;

    /**
     * Maximum size of the header fields or trailers of a gRPC response, in bytes. Longer fields fail only their call.
     * If they exceed the maximum by more than a quarter, Netty closes the connection, with the calls of all clients on
     * it. A service may quote a field of a request in {@code grpc-message}, which triples each octet, and again in
     * {@code grpc-status-details-bin}, with eight thirds of its size. Envoy accepts 60 KiB of fields.
     */
    private static final int MAX_GRPC_HEAD_BYTES = 384 << 10;

    private static final int KEEP_ALIVE_SECONDS = 30;

    private final String name;
    private final TargetConfig config;
    private final Ticker ticker;
    private final @Nullable TlsFiles tls;
    private final AtomicReference<TlsFiles.@Nullable Content> shown;
    private final Breaker breaker;
    private final Wire http;
    private final Wire grpc;
    private volatile @Nullable CalloutException lastFailure;

    /**
     * The connections of one HTTP version, with the slots for calls. The client must stay referenced, since Vert.x
     * closes an unreferenced client.
     */
    record Wire(HttpClientAgent client, CallSlots places) {}

    TargetClient(
            Vertx vertx,
            Ticker ticker,
            String name,
            TargetUrl url,
            TargetConfig config,
            TlsFiles files,
            CalloutMetrics metrics) {
        this.name = name;
        this.config = config;
        this.ticker = ticker;
        this.tls = url.tls() ? files : null;
        TlsFiles.Content content = url.tls() ? files.now() : null;
        this.shown = new AtomicReference<>(content);
        this.breaker = new Breaker(config.breaker().failures(), config.breaker().open(), ticker);
        this.http = new Wire(
                vertx.httpClientBuilder()
                        .with(options(config, content).setMaxInitialLineLength(MAX_HEAD_BYTES))
                        .with(new PoolOptions().setHttp1MaxSize(config.maxConnections()))
                        .withConnectHandler(TargetClient::keepQuiet)
                        .build(),
                new CallSlots(config.maxConnections(), config.maxPending()));
        this.grpc = new Wire(
                vertx.httpClientBuilder()
                        .with(options(config, content)
                                .setProtocolVersion(HttpVersion.HTTP_2)
                                .setUseAlpn(url.tls())
                                .setHttp2ClearTextUpgrade(false)
                                .setHttp2MultiplexingLimit(STREAMS)
                                .setHttp2KeepAliveTimeout(KEEP_ALIVE_SECONDS)
                                .setInitialSettings(new Http2Settings().setMaxHeaderListSize(MAX_GRPC_HEAD_BYTES)))
                        .with(new PoolOptions().setHttp2MaxSize(config.maxConnections()))
                        .withConnectHandler(connection -> {
                            Http2Guard.install(
                                    connection, WorkerMetric.STREAM_FAILURES.counter(metrics.registry())::increment);
                            keepQuiet(connection);
                        })
                        .build(),
                new CallSlots(config.maxConnections() * STREAMS, config.maxPending()));
    }

    /** Prevents Vert.x from logging each failure as an error with data of the server. The call reports the failure. */
    private static void keepQuiet(HttpConnection connection) {
        connection.exceptionHandler(failure -> LOG.atDebug()
                .setCause(failure)
                .log("a connection to a target failed; each call on it reports its own failure"));
    }

    private static HttpClientOptions options(TargetConfig config, TlsFiles.@Nullable Content content) {
        HttpClientOptions options = OwnHttpClient.options()
                .setConnectTimeout((int) config.timeout().toMillis())
                .setSslHandshakeTimeout(config.timeout().toSeconds() + 1)
                .setKeepAliveTimeout(KEEP_ALIVE_SECONDS)
                .setMaxHeaderSize(MAX_HEAD_BYTES);
        if (content != null) {
            options.setSsl(true).setVerifyHost(true);
            ClientSSLOptions tls = content.options();
            options.setTrustOptions(tls.getTrustOptions()).setKeyCertOptions(tls.getKeyCertOptions());
        }
        return options;
    }

    String name() {
        return name;
    }

    TargetConfig config() {
        return config;
    }

    Ticker ticker() {
        return ticker;
    }

    Breaker breaker() {
        return breaker;
    }

    /** Returns the connections for this protocol, after applying changed TLS files. */
    Wire wire(boolean isGrpc) {
        if (tls != null) {
            TlsFiles.Content before = shown.get();
            TlsFiles.Content now = tls.now();
            if (!now.equals(before) && shown.compareAndSet(before, now)) {
                update(http, now.options());
                update(grpc, now.options().setUseAlpn(true));
            }
        }
        return isGrpc ? grpc : http;
    }

    private void update(Wire wire, ClientSSLOptions options) {
        wire.client()
                .updateSSLOptions(options)
                .onFailure(unusable -> LOG.atError()
                        .addKeyValue(LogFields.TARGET, name)
                        .setCause(unusable)
                        .log("the changed TLS files of a target cannot be used; the previous files stay in use"));
    }

    /** Returns the number of running and waiting calls. */
    int pending() {
        return http.places().size() + grpc.places().size();
    }

    void answered(ServerAnswer answer) {
        if (answer.isUnavailable()) {
            missed(new CalloutException(Kind.UNREACHABLE, name, "a gateway reports that the server is unavailable"));
        } else {
            breaker.succeeded();
        }
    }

    /**
     * Records a call without an answer; {@code hadTime} means that the call had the target's full timeout. A malformed
     * answer is not counted, since a client may provoke it by a value that the server reflects.
     */
    void failed(CalloutException failure, boolean hadTime) {
        if (failure.isOfRequest()) {
            breaker.abandoned();
            return;
        }
        switch (failure.kind()) {
            case TIMEOUT -> {
                if (hadTime) {
                    missed(failure);
                } else {
                    breaker.abandoned();
                }
            }
            case UNREACHABLE -> missed(failure);
            case TOO_LARGE, REFUSED -> breaker.succeeded();
            case DEADLINE_EXCEEDED, MALFORMED, BREAKER_OPEN, OVERLOADED, CANCELLED -> breaker.abandoned();
        }
    }

    private void missed(CalloutException failure) {
        lastFailure = failure;
        if (breaker.failed()) {
            LOG.atWarn()
                    .addKeyValue(LogFields.TARGET, name)
                    .addKeyValue(LogFields.REASON, failure.getMessage())
                    .log("too many consecutive call-outs failed: no calls to this target for a while");
        }
    }

    /** Returns the reason why the server is unhealthy, for users, or null. */
    @Nullable
    String unwellBecause() {
        CalloutException last = lastFailure;
        return breaker.isOpen() && last != null ? last.getMessage() : null;
    }

    Future<Void> close() {
        return http.client().close().eventually(() -> grpc.client().close());
    }
}
