package io.policyengine.kernel.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.policyengine.core.vertx.AcceptTransport;
import io.policyengine.kernel.grpc.PendingConnections.Times;
import io.policyengine.kernel.harness.RawHttp2;
import io.policyengine.kernel.metrics.ConnectionMeters;
import io.policyengine.testkit.time.Await;
import io.policyengine.testkit.time.FakeTicker;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServerOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What becomes of connections on which nothing is said yet, on either transport. */
class PendingConnectionsTest {
    private static final int MAX = 4;
    /** Connections that are accepted before the first of them is shown, where the transport is not native. */
    private static final int AT_A_TIME = 16;

    private static final int SILENT = 100;
    private static final Times TIMES = new Times(Duration.ofSeconds(5), Duration.ofMillis(200), Duration.ofMillis(5));

    private final FakeTicker ticker = new FakeTicker();
    private final Counter closed =
            ConnectionMeters.in(new SimpleMeterRegistry()).silent();
    private final Accepted accepted = new Accepted();
    private final AtomicInteger looks = new AtomicInteger();
    private final AtomicInteger spoken = new AtomicInteger();
    private final List<AutoCloseable> clients = new ArrayList<>();
    private Vertx vertx = Vertx.vertx();

    enum On {
        MACHINE,
        NIO;

        AcceptTransport transport(Supplier<ChannelHandler> handlers) {
            return switch (this) {
                case MACHINE -> AcceptTransport.ofMachine(handlers);
                case NIO -> AcceptTransport.nio(handlers);
            };
        }
    }

    /** Counts the connections that a server has accepted, and those of them that are open. */
    @ChannelHandler.Sharable
    private static final class Accepted extends ChannelInboundHandlerAdapter {
        final AtomicInteger all = new AtomicInteger();
        final AtomicInteger open = new AtomicInteger();
        final AtomicInteger mostOpen = new AtomicInteger();

        @Override
        public void channelRead(ChannelHandlerContext context, Object connection) {
            int now = open.incrementAndGet();
            mostOpen.accumulateAndGet(now, Math::max);
            ((Channel) connection).closeFuture().addListener(_ -> open.decrementAndGet());
            all.incrementAndGet();
            context.fireChannelRead(connection);
        }
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable client : clients) {
            client.close();
        }
        Await.result(vertx.close());
    }

    /** Starts a server with one event loop. */
    private int start(On on) {
        Await.result(vertx.close());
        vertx = Vertx.builder()
                .with(new VertxOptions().setEventLoopPoolSize(1))
                .withTransport(on.transport(this::handler))
                .build();
        UntakenRefusals refusals = new UntakenRefusals();
        return Await.result(vertx.createHttpServer(new HttpServerOptions())
                        .connectionHandler(connection -> {
                            PendingConnections.spoke(connection);
                            spoken.incrementAndGet();
                        })
                        .requestHandler(GrpcCalls.of(Map.of(), refusals))
                        .listen(0, "127.0.0.1"))
                .actualPort();
    }

    private ChannelHandler handler() {
        PendingConnections pendingConnections = new PendingConnections(
                MAX,
                TIMES,
                () -> {
                    looks.incrementAndGet();
                    return ticker.nanoTime();
                },
                closed);
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel server) {
                server.pipeline().addLast(accepted, pendingConnections);
            }
        };
    }

    private Socket silent(int port) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        clients.add(socket);
        socket.setSoTimeout(10_000);
        return socket;
    }

    private RawHttp2 speaking(int port) throws IOException {
        RawHttp2 client = RawHttp2.connect(port, 1 << 16);
        clients.add(client);
        return client;
    }

    private static void ask(RawHttp2 client) throws IOException {
        int stream = client.call("epe", "/no.such/Method");

        assertThat(client.next().stream()).isEqualTo(stream);
        assertThat(client.next().stream()).isEqualTo(stream);
    }

    @ParameterizedTest
    @EnumSource(On.class)
    void oneOnWhichNoHttpIsSpokenInTimeIsClosedWhateverDrips(On on) throws IOException {
        int port = start(on);
        RawHttp2 speaks = speaking(port);
        Await.until(() -> spoken.get() == 1);
        Socket silent = silent(port);
        Socket drips = silent(port);
        Await.until(() -> accepted.all.get() == 3);

        // None is sent once the time is over, and the connection may be closed.
        for (byte octet : "PRI * HT".getBytes(StandardCharsets.US_ASCII)) {
            drips.getOutputStream().write(octet);
            ticker.advance(TIMES.usual().dividedBy(8));
        }

        Await.until(() -> closed.count() == 2);
        assertThat(silent.getInputStream().read()).isEqualTo(-1);
        ticker.advance(Duration.ofHours(1));
        ask(speaks);
        assertThat(accepted.open).hasValue(1);
    }

    @ParameterizedTest
    @EnumSource(On.class)
    void thoseForWhichThereIsNoRoomWaitAndThoseThatSpeakGetIn(On on) throws IOException {
        int port = start(on);
        for (int i = 0; i < SILENT; i++) {
            silent(port);
        }
        RawHttp2 speaks = speaking(port);
        Await.until(() -> accepted.all.get() >= MAX);

        Await.until(() -> {
            ticker.advance(TIMES.least());
            return spoken.get() == 1;
        });

        ask(speaks);
        // Those that were accepted beside it have their time, too.
        Await.until(() -> {
            ticker.advance(TIMES.least());
            return closed.count() == SILENT;
        });
        assertThat(accepted.mostOpen.get()).isLessThanOrEqualTo(MAX + AT_A_TIME);
    }

    @ParameterizedTest
    @EnumSource(On.class)
    void oneThatHasSpokenStaysThoughItsEventLoopHadNoTimeToReadIt(On on) throws Exception {
        int port = start(on);
        CountDownLatch isBusy = new CountDownLatch(1);
        vertx.runOnContext(_ -> {
            try {
                isBusy.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        RawHttp2 speaks = speaking(port);
        Await.until(() -> accepted.all.get() == 1);

        ticker.advance(TIMES.usual());
        int before = looks.get();
        Await.until(() -> looks.get() > before);
        isBusy.countDown();

        ask(speaks);
        assertThat(closed.count()).isZero();
    }

    @ParameterizedTest
    @EnumSource(On.class)
    void thoseThatGoAwayMakeRoom(On on) throws IOException {
        int port = start(on);
        for (int i = 1; i <= 3 * MAX; i++) {
            Socket silent = silent(port);
            int now = i;
            Await.until(() -> accepted.all.get() == now);
            silent.close();
        }
        ask(speaking(port));
    }
}
