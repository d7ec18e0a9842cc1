package io.policyengine.testkit.envoy;

import io.envoyproxy.envoy.service.ext_proc.v3.ExternalProcessorGrpcClient;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import io.policyengine.testkit.envoy.model.FilterConfig;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.SocketAddress;
import io.vertx.grpc.client.GrpcClient;
import io.vertx.grpc.client.GrpcClientOptions;
import io.vertx.grpc.client.GrpcClientRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A simulation of Envoy with one ext_proc filter. It accepts HTTP exchanges, calls the server under test over gRPC, and
 * returns the results for client and upstream. It treats invalid answers as Envoy's filter does.
 *
 * <p>All exchanges share one event loop and one connection unless configured otherwise, like one Envoy worker. The
 * {@code :authority} of streams and the code of resets differ from Envoy's, since vertx-grpc-client has no option for
 * them. The methods may be called from a test's thread.
 */
public final class EnvoySim implements AutoCloseable {
    private final Vertx vertx;
    private final Context context;
    private final SocketAddress target;
    private final FilterConfig config;
    private final BodyArrival arrival;
    private final Duration linger;
    private final List<GrpcClient> clients = new ArrayList<>();
    private int opened;

    private EnvoySim(Builder builder) {
        this.vertx = builder.vertx;
        this.context = builder.vertx.getOrCreateContext();
        this.target = written(Objects.requireNonNull(builder.target, "target"));
        this.config = builder.config;
        this.arrival = builder.arrival;
        this.linger = builder.linger;
        for (int i = 0; i < builder.connections; i++) {
            clients.add(GrpcClient.client(vertx, grpcOptions(), httpOptions()));
        }
    }

    /** Returns the address with an IPv6 host in brackets, as {@code :authority} requires (RFC 3986 §3.2.2). */
    private static SocketAddress written(SocketAddress address) {
        boolean isBare = address.isInetSocket()
                && address.host().indexOf(':') >= 0
                && !address.host().startsWith("[");
        return isBare ? SocketAddress.inetSocketAddress(address.port(), "[" + address.host() + "]") : address;
    }

    /** Returns a builder with Envoy's defaults. */
    public static Builder builder(Vertx vertx) {
        return new Builder(vertx);
    }

    /** Sends a request through the filter. The future fails only because of a bug of the simulation. */
    public Future<SimResult> exchange(SimRequest request, Upstream upstream) {
        return start(request, upstream).result();
    }

    /** Sends a request through the filter and returns the running exchange, which a test can abort as the client. */
    public RunningExchange start(SimRequest request, Upstream upstream) {
        RunningExchange exchange =
                new RunningExchange(vertx, context, config, request, upstream, arrival, linger, this::open);
        exchange.start();
        return exchange;
    }

    /** Returns a stream on which a test sends messages that Envoy would not send. */
    public RawStream rawStream() {
        return new RawStream(context, raw -> open(raw::arrived));
    }

    public Future<Void> shutdown() {
        return Future.all(clients.stream().map(GrpcClient::close).toList()).mapEmpty();
    }

    /** Closes the connections, without waiting. */
    @Override
    public void close() {
        shutdown();
    }

    /** Opens a stream to the server. Must be called on the context. */
    private SimStream open(Consumer<ProcessingResponse> onMessage) {
        GrpcClient client = clients.get(opened++ % clients.size());
        Future<GrpcClientRequest<ProcessingRequest, ProcessingResponse>> opening =
                client.request(target, ExternalProcessorGrpcClient.Process);
        return new SimStream(opening, config.initialMetadata(), onMessage);
    }

    private static GrpcClientOptions grpcOptions() {
        return new GrpcClientOptions().setMaxMessageSize(Integer.MAX_VALUE);
    }

    /** Returns HTTP/2 options with the window sizes of Envoy since 1.36 (safe_http2_options). */
    private static HttpClientOptions httpOptions() {
        return new HttpClientOptions()
                .setProtocolVersion(HttpVersion.HTTP_2)
                .setHttp2ClearTextUpgrade(false)
                .setHttp2ConnectionWindowSize(24 << 20)
                .setInitialSettings(new Http2Settings().setInitialWindowSize(16 << 20));
    }

    public static final class Builder {
        private final Vertx vertx;
        private @Nullable SocketAddress target;
        private FilterConfig config = FilterConfig.defaults();
        private BodyArrival arrival = BodyArrival.AFTER_HEADERS_ANSWER;
        private Duration linger = Duration.ZERO;
        private int connections = 1;

        private Builder(Vertx vertx) {
            this.vertx = vertx;
        }

        /** Sets the address of the ext_proc server. Required. */
        public Builder target(SocketAddress target) {
            this.target = target;
            return this;
        }

        /** Sets the filter's configuration. The default is {@link FilterConfig#defaults}. */
        public Builder filter(FilterConfig config) {
            this.config = config;
            return this;
        }

        /** Sets the time at which bodies arrive. By default, they arrive after the answer to the headers. */
        public Builder bodyArrival(BodyArrival arrival) {
            this.arrival = arrival;
            return this;
        }

        /**
         * Sets how long each stream stays open after its exchange, to record superfluous messages. The default is zero.
         */
        public Builder linger(Duration linger) {
            this.linger = linger;
            return this;
        }

        /** Sets the number of connections, which exchanges use in turn. The default is 1. */
        public Builder connections(int connections) {
            this.connections = connections;
            return this;
        }

        public EnvoySim build() {
            return new EnvoySim(this);
        }
    }
}
