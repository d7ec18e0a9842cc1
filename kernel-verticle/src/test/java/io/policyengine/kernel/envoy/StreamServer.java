package io.policyengine.kernel.envoy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.policyengine.core.time.Ticker;
import io.policyengine.kernel.account.Holder;
import io.policyengine.kernel.account.MemoryAccount;
import io.policyengine.kernel.account.Streams;
import io.policyengine.kernel.grpc.ConnectionBudget;
import io.policyengine.kernel.grpc.HealthService;
import io.policyengine.kernel.grpc.LoopConnections;
import io.policyengine.kernel.grpc.RawClient;
import io.policyengine.kernel.grpc.UnverifiedPeers;
import io.policyengine.testkit.time.Await;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.grpc.common.GrpcStatus;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A server whose streams only record, and do what a test tells them. */
final class StreamServer implements AutoCloseable {
    /** Most bytes of one message. */
    static final int MAX_MESSAGE = 4 << 20;

    private final Vertx vertx = Vertx.vertx();
    private final List<Recorded> streams = new CopyOnWriteArrayList<>();
    private final List<Recorded> arrivals = new CopyOnWriteArrayList<>();
    private final MemoryAccount account;
    private final HttpServer server;
    private final LoopConnections connections =
            new LoopConnections(ConnectionBudget.ofProcess(new SimpleMeterRegistry()), Ticker.SYSTEM);
    private volatile @Nullable HttpConnection connection;
    private volatile Future<Boolean> ready = Future.succeededFuture(true);

    StreamServer(long budgetBytes, int streamWindow, int connectionWindow) {
        account = new MemoryAccount(budgetBytes, Ticker.SYSTEM);
        HealthService health = new HealthService(vertx, Set.of(EnvoyStream.SERVICE), () -> ready);
        server = Await.result(vertx.createHttpServer(new HttpServerOptions()
                        .setHttp2ConnectionWindowSize(connectionWindow)
                        .setInitialSettings(new Http2Settings().setInitialWindowSize(streamWindow)))
                .connectionHandler(this::connected)
                .requestHandler(EnvoyStream.handler(vertx, account, MAX_MESSAGE, health, this::begin))
                .listen(0, "127.0.0.1"));
    }

    StreamServer(long budgetBytes) {
        this(budgetBytes, 128 << 10, 16 << 20);
    }

    private void connected(HttpConnection made) {
        connections.opened(made);
        connection = made;
    }

    /** True if the last connection is one of {@link UnverifiedPeers}. */
    boolean hasUnverifiedPeer() {
        HttpConnection last = Objects.requireNonNull(connection, "nobody has come");
        return !((ConnectionBase) last).channel().config().isAutoRead();
    }

    /** What it says of its health. */
    void setReady(Future<Boolean> answer) {
        ready = answer;
    }

    RawClient client() {
        return client(HttpVersion.HTTP_2);
    }

    RawClient client(HttpVersion version) {
        return new RawClient(vertx, server.actualPort(), version);
    }

    Streams streams() {
        return account.streams();
    }

    long taken() {
        return account.taken();
    }

    long held(Holder holder) {
        return account.held(holder);
    }

    /** The stream that was opened as the {@code index}th. */
    Recorded stream(int index) {
        until(() -> streams.size() > index);
        return streams.get(index);
    }

    /** The streams in the order in which their messages arrived. */
    List<Recorded> arrivals() {
        return List.copyOf(arrivals);
    }

    /** Waits until something holds. */
    static void until(Callable<Boolean> condition) {
        Await.until(condition);
    }

    private Recorded begin(EnvoyStream stream) {
        Recorded recorded = new Recorded(stream, Objects.requireNonNull(Vertx.currentContext()), arrivals);
        streams.add(recorded);
        return recorded;
    }

    @Override
    public void close() {
        Await.result(vertx.close());
    }

    /** What happened to a stream. */
    static final class Recorded implements EnvoyStream.Events {
        private final EnvoyStream stream;
        private final Context context;
        private final List<Recorded> arrivals;
        private final List<EnvoyMessage> messages = new CopyOnWriteArrayList<>();
        private final AtomicInteger shortages = new AtomicInteger();
        private volatile @Nullable GrpcStatus invalid;
        private volatile boolean ended;
        private volatile boolean owesAnswer;
        private volatile Consumer<EnvoyStream> onMessage = _ -> {};

        private Recorded(EnvoyStream stream, Context context, List<Recorded> arrivals) {
            this.stream = stream;
            this.context = context;
            this.arrivals = arrivals;
        }

        @Override
        public void onMessage(EnvoyMessage message) {
            arrivals.add(this);
            messages.add(message);
            onMessage.accept(stream);
        }

        @Override
        public void onInvalidMessage(GrpcStatus status, String problem) {
            invalid = status;
            stream.fail(status, problem);
        }

        @Override
        public void onShortage() {
            shortages.incrementAndGet();
        }

        @Override
        public void onUnfairShare() {
            throw new IllegalStateException("nobody has a share here");
        }

        @Override
        public void onShed(long bytes, Duration idle) {
            stream.cut();
        }

        @Override
        public void onHalfMessage() {
            // The bytes that are taken tell.
        }

        @Override
        public boolean owesAnswer() {
            return owesAnswer;
        }

        @Override
        public void onEnd() {
            ended = true;
        }

        void setOwesAnswer() {
            owesAnswer = true;
        }

        void setOnMessage(Consumer<EnvoyStream> action) {
            onMessage = action;
        }

        /** Does something on the stream's event loop; done when this returns. */
        void run(Consumer<EnvoyStream> action) {
            Await.result(Future.<Void>future(done -> context.runOnContext(_ -> {
                action.accept(stream);
                done.complete();
            })));
        }

        EnvoyMessage message(int index) {
            until(() -> messages.size() > index);
            return messages.get(index);
        }

        void release(int index) {
            EnvoyMessage message = message(index);
            run(_ -> message.release());
        }

        int received() {
            return messages.size();
        }

        int shortages() {
            return shortages.get();
        }

        @Nullable
        GrpcStatus invalid() {
            return invalid;
        }

        void awaitShortage() {
            until(() -> shortages.get() > 0);
        }

        void awaitEnd() {
            until(() -> ended);
        }
    }
}
