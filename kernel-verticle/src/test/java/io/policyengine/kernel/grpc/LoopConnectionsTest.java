package io.policyengine.kernel.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.Channel;
import io.policyengine.core.memory.MemoryPlan;
import io.policyengine.core.time.Ticker;
import io.policyengine.kernel.harness.RawHttp2;
import io.policyengine.kernel.harness.RawHttp2.Frame;
import io.policyengine.kernel.metrics.ConnectionMeters;
import io.policyengine.testkit.log.CapturedLog;
import io.policyengine.testkit.time.Await;
import io.policyengine.testkit.time.FakeTicker;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.impl.ConnectionBase;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The connections of an event loop that has no room for more. */
class LoopConnectionsTest {
    private static final int MAX = 4;
    private static final int READ = 64 << 10;

    /** One less than after which Netty would let go. */
    private static final int READS = 15;

    /** So many that two of them may be replaced at once. */
    private static final int MANY = 32;

    private static final int ROUNDS = 10;
    private static final int GO_AWAY = 7;

    private final Vertx vertx = Vertx.vertx();
    private final CapturedLog log = CapturedLog.of(ConnectionBudget.class);
    private final FakeTicker ticker = new FakeTicker();
    private final ConnectionMeters meters = ConnectionMeters.in(new SimpleMeterRegistry());
    private final ConnectionBudget budget = new ConnectionBudget(MAX, ticker, meters);
    private LoopConnections connections = within(budget);
    private final AtomicInteger opened = new AtomicInteger();
    private final AtomicInteger closed = new AtomicInteger();
    private final AtomicInteger staying = new AtomicInteger();
    private final List<HttpConnection> taken = new CopyOnWriteArrayList<>();
    private final List<RawHttp2> clients = new ArrayList<>();

    @AfterEach
    void stop() throws IOException {
        for (RawHttp2 client : clients) {
            client.close();
        }
        Await.result(vertx.close());
        log.close();
    }

    /** The connections of an event loop; the time that peers take up is real. */
    private LoopConnections within(ConnectionBudget all) {
        return new LoopConnections(all, ticker, new UnverifiedPeers(Ticker.SYSTEM));
    }

    private int start() {
        UntakenRefusals refusals = new UntakenRefusals();
        HttpServer server = vertx.createHttpServer(new HttpServerOptions())
                .connectionHandler(this::take)
                .requestHandler(request -> {
                    if ("/stay".equals(request.path())) {
                        staying.incrementAndGet();
                    } else {
                        GrpcCalls.of(Map.of(), refusals).handle(request);
                    }
                });
        return Await.result(server.listen(0, "127.0.0.1")).actualPort();
    }

    private void take(HttpConnection connection) {
        connection.closeHandler(_ -> closed.incrementAndGet());
        connections.opened(connection);
        taken.add(connection);
        opened.incrementAndGet();
    }

    private RawHttp2 connect(int port) throws IOException {
        int before = opened.get();
        RawHttp2 client = RawHttp2.connect(port, 1 << 16);
        clients.add(client);
        Await.until(() -> opened.get() > before);
        return client;
    }

    /** Does what an Envoy does. */
    private void prove(RawHttp2 client, int index) throws IOException {
        askVerified(index);
        assertThat(clients.get(index)).isSameAs(client);
    }

    /** Has an Envoy use its connection. */
    private void askVerified(int index) throws IOException {
        Channel channel = ((ConnectionBase) taken.get(index)).channel();
        channel.eventLoop()
                .submit(() -> {
                    // The useless call that follows costs one of two.
                    UnverifiedPeers.proved(channel);
                    UnverifiedPeers.proved(channel);
                })
                .syncUninterruptibly();
        ask(clients.get(index));
    }

    /** Reads what still comes until the end. */
    private static void assertIsClosed(RawHttp2 client) {
        assertThatThrownBy(() -> {
                    while (client.next().type() == GO_AWAY) {
                        // It announces the end.
                    }
                })
                .isInstanceOfAny(EOFException.class, SocketException.class);
    }

    /** A connection for which there is no room; afterwards its loop has looked for an unused one to close. */
    private void assertIsRefused(int port) throws IOException {
        assertIsClosed(connect(port));
        ((ConnectionBase) taken.getFirst())
                .channel()
                .eventLoop()
                .submit(() -> {})
                .syncUninterruptibly();
    }

    private double refused() {
        return meters.refused().count();
    }

    private double unused() {
        return meters.unused().count();
    }

    private static void ask(RawHttp2 client) throws IOException {
        int stream = client.call("epe", "/no.such/Method");

        assertThat(client.next().stream()).isEqualTo(stream);
        assertThat(client.next().stream()).isEqualTo(stream);
    }

    @Test
    void usedOnesAreNotClosedForNewOnes() throws IOException {
        int port = start();
        for (int i = 0; i < MAX; i++) {
            prove(connect(port), i);
        }

        for (int more = 0; more < ROUNDS; more++) {
            ticker.advance(Duration.ofSeconds(2));
            for (int i = 0; i < MAX; i++) {
                askVerified(i);
            }
            assertIsRefused(port);
        }

        assertThat(refused()).isEqualTo(ROUNDS);
        assertThat(unused()).isZero();
        for (int i = 0; i < MAX; i++) {
            askVerified(i);
        }
        assertThat(log.messages())
                .singleElement()
                .asString()
                .contains("WARN", "refused", "maximum of " + MAX + " connections", "POLICY_ENGINE_HEAP");
    }

    @Test
    void oneUnusedForSecondsMakesRoomAndIsAskedToCloseBefore() throws IOException {
        int port = start();
        for (int i = 0; i < MAX; i++) {
            prove(connect(port), i);
        }
        assertIsRefused(port);
        ticker.advance(Duration.ofSeconds(5));
        for (int i = 1; i < MAX; i++) {
            askVerified(i);
        }

        prove(connect(port), MAX + 1);

        Frame asked = clients.getFirst().next();
        assertThat(asked.type()).isEqualTo(GO_AWAY);
        assertThat(asked.payload().getInt(0)).as("no stream is refused").isEqualTo(Integer.MAX_VALUE);
        assertIsClosed(clients.getFirst());
        assertThat(unused()).isEqualTo(1);
        for (int i : new int[] {1, 2, MAX + 1}) {
            askVerified(i);
        }
        assertThat(log.messages())
                .last()
                .asString()
                .contains("WARN", "closes unused ones", "maximum of " + MAX + " connections", "5000 ms");
    }

    @Test
    void onesUnusedForLongMakeRoomAtOnce() throws IOException {
        int port = start();
        for (int i = 0; i < MAX; i++) {
            prove(connect(port), i);
        }
        ticker.advance(Duration.ofHours(1));

        prove(connect(port), MAX);

        assertThat(refused()).isZero();
        assertThat(unused()).isEqualTo(1);
    }

    @Test
    void oneThatIsUsedWhenItIsAskedToCloseStaysOpen() throws IOException {
        connections = within(new ConnectionBudget(MANY, ticker, meters));
        int port = start();
        for (int i = 0; i < MANY; i++) {
            prove(connect(port), i);
        }
        assertIsRefused(port);
        ticker.advance(Duration.ofSeconds(5));

        connect(port);
        assertThat(clients.getFirst().next().type()).isEqualTo(GO_AWAY);
        clients.getFirst().call("epe", "/stay");
        Await.until(() -> staying.get() == 1);
        connect(port);

        // The second is closed later than the first would have been.
        assertThat(clients.get(1).next().type()).isEqualTo(GO_AWAY);
        assertIsClosed(clients.get(1));
        ask(clients.getFirst());
    }

    @Test
    void thoseOfPeersThatAreNotEnvoysMakeRoomHoweverMuchTheyAsk() throws IOException {
        int port = start();
        prove(connect(port), 0);

        for (int i = 0; i < 2 * MAX; i++) {
            ticker.advance(Duration.ofSeconds(2));
            askVerified(0);
            int before = closed.get();
            ask(connect(port));
            if (i >= MAX - 1) {
                Await.until(() -> closed.get() > before);
            }
        }

        askVerified(0);
        assertThat(refused()).isZero();
        assertThat(unused()).isEqualTo(MAX + 1);
    }

    @Test
    void oneWithAnOpenStreamIsNeverClosedForAnother() throws IOException {
        int port = start();
        for (int i = 0; i < MAX; i++) {
            connect(port).call("epe", "/stay");
        }
        Await.until(() -> staying.get() == MAX);
        ticker.advance(Duration.ofHours(1));

        assertIsClosed(connect(port));

        for (RawHttp2 client : clients.subList(0, MAX)) {
            ask(client);
        }
    }

    @Test
    void allLoopsShareOneMaximum() throws IOException {
        int port = start();
        for (int i = 0; i < MAX; i++) {
            prove(connect(port), i);
        }
        connections = within(budget);
        int other = start();

        assertIsClosed(connect(other));

        clients.getFirst().close();
        Await.until(() -> closed.get() == 2);
        ask(connect(other));
        assertThat(refused()).isEqualTo(1);
    }

    @Test
    void oneUnusedOnAnotherLoopMakesRoomForALaterAttempt() throws IOException {
        int port = start();
        for (int i = 0; i < MAX; i++) {
            prove(connect(port), i);
        }
        ticker.advance(Duration.ofMinutes(1));
        connections = within(budget);
        int other = start();

        assertIsClosed(connect(other));
        assertThat(clients.getFirst().next().type()).isEqualTo(GO_AWAY);
        assertIsClosed(clients.getFirst());

        ask(connect(other));
        assertThat(refused()).isEqualTo(1);
        assertThat(unused()).isEqualTo(1);
    }

    /** As the system gives it out where much has come: 64 KiB a read, whatever frames begin and end there. */
    @Test
    void ofFramesThatComeFastNoMoreIsKeptThanAFewReadsBring() throws Exception {
        connect(start());
        Channel channel = ((ConnectionBase) taken.getFirst()).channel();
        UnpooledByteBufAllocator memory = new UnpooledByteBufAllocator(true);
        ByteBuf frames = unknownFrames(READS * READ);

        long held = channel.eventLoop()
                .submit(() -> {
                    UnverifiedPeers.proved(channel);
                    channel.config().setAllocator(memory);
                    while (frames.isReadable()) {
                        channel.pipeline()
                                .fireChannelRead(memory.directBuffer(READ).writeBytes(frames, READ));
                    }
                    return memory.metric().usedDirectMemory();
                })
                .get(10, TimeUnit.SECONDS);

        assertThat(held).isPositive().isLessThanOrEqualTo(4 * READ);
    }

    /** Frames of a type that HTTP/2 does not know, which are to be ignored (RFC 9113 §4.1), cut off after so many octets. */
    private static ByteBuf unknownFrames(int octets) {
        int payload = 16_000;
        ByteBuf frames = Unpooled.buffer(octets + payload);
        while (frames.writerIndex() < octets) {
            frames.writeMedium(payload).writeByte(0xfa).writeByte(0).writeInt(0).writeZero(payload);
        }
        return frames.writerIndex(octets);
    }

    @Test
    void areAsManyAsHeapAndFilesHaveRoomFor() {
        MemoryPlan small = new MemoryPlan(128 << 20, 3);
        MemoryPlan large = new MemoryPlan(4L << 30, 3);

        assertThat(ConnectionBudget.most(small, 1 << 20)).isEqualTo(2048);
        assertThat(ConnectionBudget.most(large, 1 << 20)).isEqualTo(16_384);
        assertThat(ConnectionBudget.most(large, 1024)).isEqualTo(512);
    }
}
