package io.policyengine.kernel.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.Channel;
import io.policyengine.core.memory.MemoryPlan;
import io.policyengine.core.time.Ticker;
import io.policyengine.kernel.harness.RawHttp2;
import io.policyengine.kernel.metrics.ConnectionMeters;
import io.policyengine.testkit.time.Await;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.impl.ConnectionBase;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What becomes of connections that nobody uses where there is no room for more. */
class LoopConnectionsTest {
    private static final int MAX = 4;
    private static final int READ = 64 << 10;

    /** One less than after which Netty would let go. */
    private static final int READS = 15;

    private static final ConnectionMeters METERS = ConnectionMeters.in(new SimpleMeterRegistry());

    private final Vertx vertx = Vertx.vertx();
    private final LoopConnections connections = new LoopConnections(MAX, Ticker.SYSTEM, METERS);
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
        connection.closeHandler(_ -> {
            connections.closed(connection);
            closed.incrementAndGet();
        });
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

    private static void ask(RawHttp2 client) throws IOException {
        int stream = client.call("epe", "/no.such/Method");

        assertThat(client.next().stream()).isEqualTo(stream);
        assertThat(client.next().stream()).isEqualTo(stream);
    }

    @Test
    void thoseThatNobodyUsesMakeRoomAndTheOneThatIsUsedStays() throws IOException {
        int port = start();
        RawHttp2 used = connect(port);

        for (int i = 0; i < 10 * MAX; i++) {
            ask(used);
            ask(connect(port));
            ask(used);
        }

        Await.until(() -> closed.get() >= 9 * MAX);
        assertThat(opened.get() - closed.get()).isLessThanOrEqualTo(MAX);
    }

    @Test
    void oneWithAnOpenStreamIsNeverClosedForAnother() throws IOException {
        int port = start();
        for (int i = 0; i < MAX; i++) {
            connect(port).call("epe", "/stay");
        }
        Await.until(() -> staying.get() == MAX);

        connect(port);

        Await.until(() -> closed.get() == 1);
        for (RawHttp2 client : clients.subList(0, MAX)) {
            ask(client);
        }
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

        assertThat(LoopConnections.most(small, 1 << 20)).isEqualTo(2048);
        assertThat(LoopConnections.most(large, 1 << 20)).isEqualTo(16_384);
        assertThat(LoopConnections.most(large, 1024)).isEqualTo(512);
    }
}
