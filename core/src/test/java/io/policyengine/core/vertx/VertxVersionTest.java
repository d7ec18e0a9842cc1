package io.policyengine.core.vertx;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.EventExecutor;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.internal.http.HttpServerRequestInternal;
import io.vertx.core.internal.net.NetClientInternal;
import io.vertx.core.net.ConnectOptions;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The version of Vert.x that the facades were written for, and what each of them assumes of it. */
class VertxVersionTest {
    private static final String WRITTEN_FOR = "5.0.7";
    private static final int LOOPS = 2;
    /** The flag and the length of a gRPC message. */
    private static final int GRPC_PREFIX = 5;

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(LOOPS));
    private final ContextInternal context = (ContextInternal) vertx.getOrCreateContext();

    @AfterEach
    void close() {
        result(vertx.close());
    }

    @Test
    void vertxHasTheVersionThatTheFacadesWereWrittenFor() throws IOException {
        assertThat(version())
                .as(
                        "The package core.vertx uses internals of Vert.x %s. Check that the other tests of this class pass, and"
                                + " what the classes say of Vert.x; then change WRITTEN_FOR",
                        WRITTEN_FOR)
                .isEqualTo(WRITTEN_FOR);
    }

    private static String version() throws IOException {
        try (InputStream file =
                Objects.requireNonNull(Vertx.class.getResourceAsStream("/META-INF/vertx/vertx-version.txt"))) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8).strip();
        }
    }

    // ---- ByteBufs

    @Test
    void sharesTheBytesOfABuffer() {
        Buffer whole = Buffer.buffer("whole");
        Buffer part = whole.slice(1, 4);

        ByteBufs.of(whole).setByte(1, 'H');

        assertThat(part.toString()).isEqualTo("Hol");
        assertThat(ByteBufs.of(part).toString(StandardCharsets.UTF_8)).isEqualTo("Hol");
    }

    @Test
    void sharesTheBytesOfAByteBuf() {
        ByteBuf bytes = Unpooled.wrappedBuffer(new byte[] {'a', 'b'});
        Buffer buffer = ByteBufs.buffer(bytes);

        bytes.setByte(0, 'A');
        ByteBufs.of(buffer).setByte(1, 'B');

        assertThat(buffer.toString()).isEqualTo("AB");
        assertThat(bytes.toString(StandardCharsets.UTF_8)).isEqualTo("AB");
    }

    // ---- Contexts

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void completesAPromiseInItsContext(boolean isDuplicate) {
        Context own = isDuplicate ? context.duplicate() : context;
        Promise<String> promise = Contexts.promise(own);
        Future<Boolean> inContext = promise.future().map(_ -> own.equals(Vertx.currentContext()));

        promise.complete("from another thread");

        assertThat(result(inContext)).isTrue();
    }

    @Test
    void completesAFailedFutureInItsContext() {
        Future<Boolean> inContext = Contexts.<Boolean>failedFuture(context, new IOException("lost"))
                .otherwise(_ -> context.equals(Vertx.currentContext()));

        assertThat(result(inContext)).isTrue();
    }

    @Test
    void knowsItsThreadAndEventLoop() {
        assertThat(Contexts.inThread(context)).isFalse();
        assertThat(onLoop(context, () -> Contexts.inThread(context))).isTrue();
        assertThat(onLoop(context, () -> Contexts.eventLoop(context).inEventLoop()))
                .isTrue();
    }

    @Test
    void emitsAndDispatchesAtOnceOnTheEventLoopAndInTheContext() {
        Context other = context.duplicate();
        List<@Nullable Context> seen = onLoop(context, () -> {
            List<@Nullable Context> contexts = new ArrayList<>();
            Contexts.emit(other, contexts, it -> it.add(Vertx.currentContext()));
            Contexts.dispatch(other, () -> contexts.add(Vertx.currentContext()));
            contexts.add(Vertx.currentContext());
            return contexts;
        });

        assertThat(seen).containsExactly(other, other, context);
    }

    @Test
    void executesAtOnceOnTheEventLoopInTheContextOfTheCaller() {
        Context other = context.duplicate();
        List<@Nullable Context> seen = onLoop(context, () -> {
            List<@Nullable Context> contexts = new ArrayList<>();
            Contexts.execute(other, () -> contexts.add(Vertx.currentContext()));
            return contexts;
        });

        assertThat(seen).containsExactly(context);
    }

    @Test
    void emitsAndExecutesOnTheEventLoopFromOtherThreads() {
        Promise<Boolean> emitted = Promise.promise();
        Promise<Boolean> executed = Promise.promise();

        Contexts.emit(context, emitted, it -> it.complete(context.equals(Vertx.currentContext())));
        Contexts.execute(context, () -> executed.complete(context.inThread()));

        assertThat(result(emitted.future())).isTrue();
        assertThat(result(executed.future())).isTrue();
    }

    @Test
    void ringsTimersInTheContext() {
        Promise<Boolean> rung = Promise.promise();

        Contexts.setTimer(context, 1, _ -> rung.complete(context.equals(Vertx.currentContext())));

        assertThat(result(rung.future())).isTrue();
    }

    @Test
    void cancelsTimersByTheInstance() {
        long timer = Contexts.setTimer(context, TimeUnit.HOURS.toMillis(1), _ -> {});

        assertThat(context.owner().cancelTimer(timer)).isTrue();
    }

    // ---- EventLoops

    @Test
    void listsAllEventLoops() {
        List<EventExecutor> loops = new ArrayList<>();
        EventLoops.of(vertx).forEach(loops::add);

        assertThat(loops).hasSize(LOOPS).contains(Contexts.eventLoop(context));
    }

    @Test
    void makesContextsOnAnEventLoop() {
        EventLoop loop = Contexts.eventLoop(context);
        Context same = EventLoops.context(vertx, loop);

        assertThat(Contexts.eventLoop(same)).isSameAs(loop);
        assertThat(same).isNotEqualTo(context);
    }

    /** Resources that are made in the context are registered with it alone, so that the instance does not keep them. */
    @Test
    void givesAClosingContextACloseFutureOfItsOwn() {
        EventLoop loop = Contexts.eventLoop(context);
        ContextInternal own = (ContextInternal) EventLoops.closingContext(vertx, loop);

        assertThat(own.nettyEventLoop()).isSameAs(loop);
        assertThat(own.closeFuture())
                .isNotSameAs(((ContextInternal) EventLoops.context(vertx, loop)).closeFuture())
                .isNotSameAs(((VertxInternal) vertx).closeFuture());
    }

    // ---- Channels, WrappedRequest

    @ParameterizedTest
    @EnumSource(
            value = HttpVersion.class,
            names = {"HTTP_1_1", "HTTP_2"})
    void findsTheChannelOfBothEndsAndItsHandlerOfHttp2(HttpVersion version) {
        List<Boolean> haveHttp2 = new CopyOnWriteArrayList<>();
        HttpServer server = serving(request -> {
            haveHttp2.add(hasHttp2(request.connection()));
            request.response().end();
        });

        result(post(server, version, connection -> haveHttp2.add(hasHttp2(connection))));

        boolean isHttp2 = version == HttpVersion.HTTP_2;
        assertThat(haveHttp2).containsExactly(isHttp2, isHttp2);
    }

    /** The connection is open, and so is its channel. */
    private static boolean hasHttp2(HttpConnection connection) {
        assertThat(Channels.of(connection).isOpen()).isTrue();
        return Channels.http2(connection) != null;
    }

    @ParameterizedTest
    @EnumSource(
            value = HttpVersion.class,
            names = {"HTTP_1_1", "HTTP_2"})
    void wrapsARequestWhoseBodySharesItsBytes(HttpVersion version) {
        ByteBuf received = Unpooled.buffer();
        AtomicReference<@Nullable HttpServerRequest> wrapped = new AtomicReference<>();
        HttpServer server = serving(request -> {
            HttpServerRequest wrapper = new WrappedRequest(request) {};
            wrapped.set(wrapper);
            wrapper.handler(chunk -> received.writeBytes(ByteBufs.of(chunk).duplicate()));
            wrapper.endHandler(_ -> wrapper.response().end());
        });

        result(post(server, version, _ -> {}));

        assertThat(received.toString(StandardCharsets.UTF_8)).isEqualTo("body");
        assertThat(wrapped.get()).isInstanceOf(HttpServerRequestInternal.class);
    }

    private HttpServer serving(Handler<HttpServerRequest> handler) {
        return result(vertx.createHttpServer().requestHandler(handler).listen(0, "127.0.0.1"));
    }

    private HttpClient client(HttpVersion version) {
        return vertx.createHttpClient(
                new HttpClientOptions().setProtocolVersion(version).setHttp2ClearTextUpgrade(false));
    }

    /**
     * Posts a body; completes with the end of the answer.
     *
     * @param connected called before anything is sent
     */
    private Future<?> post(HttpServer server, HttpVersion version, Consumer<HttpConnection> connected) {
        HttpClient client = client(version);
        return client.request(HttpMethod.POST, server.actualPort(), "127.0.0.1", "/")
                .compose(request -> {
                    connected.accept(request.connection());
                    return request.send(Buffer.buffer("body")).compose(response -> response.end());
                })
                .eventually(client::close);
    }

    // ---- AcceptTransport

    enum Kind {
        OF_MACHINE,
        NIO;

        AcceptTransport transport(Supplier<ChannelHandler> handlers) {
            return switch (this) {
                case OF_MACHINE -> AcceptTransport.ofMachine(handlers);
                case NIO -> AcceptTransport.nio(handlers);
            };
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void addsAHandlerToTheChannelOfAServer(Kind kind) {
        Promise<Object> accepted = Promise.promise();
        Vertx other = Vertx.builder()
                .withTransport(kind.transport(() -> new ChannelInboundHandlerAdapter() {
                    @Override
                    public void channelRead(ChannelHandlerContext server, Object connection) {
                        if (connection instanceof Channel) {
                            accepted.complete(connection);
                        }
                        server.fireChannelRead(connection);
                    }
                }))
                .build();
        try {
            NetServer server = result(
                    other.createNetServer().connectHandler(NetSocket::close).listen(0, "127.0.0.1"));
            result(vertx.createNetClient().connect(server.actualPort(), "127.0.0.1"));

            assertThat(result(accepted.future())).isInstanceOf(Channel.class);
        } finally {
            result(other.close());
        }
    }

    // ---- GuardedNet

    @Test
    void putsAHandlerBeforeThatOfVertxHoweverAConnectionIsMade() {
        NetServer server = result(vertx.createNetServer()
                .connectHandler(socket -> socket.write("hello"))
                .listen(0, "127.0.0.1"));
        Promise<String> first = Promise.promise();
        Promise<String> second = Promise.promise();
        List<Promise<String>> guarded = new ArrayList<>(List.of(first, second));
        NetClientInternal client = (NetClientInternal)
                GuardedNet.of(vertx, () -> reading(guarded.removeFirst())).createNetClient(new NetClientOptions());

        result(client.connect(server.actualPort(), "127.0.0.1"));
        assertThat(result(first.future())).isEqualTo("hello");

        ContextInternal loop = context;
        Promise<NetSocket> connected = loop.promise();
        client.connectInternal(new ConnectOptions().setHost("127.0.0.1").setPort(server.actualPort()), connected, loop);
        result(connected.future());
        assertThat(result(second.future())).isEqualTo("hello");
    }

    private static ChannelHandler reading(Promise<String> read) {
        return new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext channel, Object bytes) {
                read.tryComplete(((ByteBuf) bytes).toString(StandardCharsets.UTF_8));
                channel.fireChannelRead(bytes);
            }
        };
    }

    // ---- ObservedGrpcRequest

    @Test
    void observesAllBytesOfAGrpcResponseBeforeTheyAreAMessage() {
        HttpServer echo = serving(request -> request.body()
                .onSuccess(body -> request.response()
                        .putHeader("content-type", "application/grpc")
                        .putTrailer("grpc-status", "0")
                        .end(body)));
        Promise<Buffer> answer = Promise.promise();
        Buffer observed = Buffer.buffer();

        context.runOnContext(_ -> client(HttpVersion.HTTP_2)
                .request(HttpMethod.POST, echo.actualPort(), "127.0.0.1", "/")
                .map(http -> observing(http, observed))
                .compose(request -> {
                    request.end(Buffer.buffer("hello"));
                    return request.response().compose(response -> response.last());
                })
                .onComplete(answer));

        assertThat(result(answer.future()).toString()).isEqualTo("hello");
        assertThat(observed)
                .isEqualTo(Buffer.buffer(new byte[GRPC_PREFIX])
                        .setInt(1, "hello".length())
                        .appendString("hello"));
    }

    private static ObservedGrpcRequest observing(HttpClientRequest http, Buffer observed) {
        ObservedGrpcRequest request = new ObservedGrpcRequest(http, 1000) {
            {
                begin((response, reader) -> response.handler(piece -> {
                    observed.appendBuffer(piece);
                    reader.handle(piece);
                }));
            }
        };
        request.fullMethodName("test.Echo/Say");
        return request;
    }

    private static <T> T onLoop(Context context, Supplier<T> task) {
        Promise<T> done = Promise.promise();
        context.runOnContext(_ -> done.complete(task.get()));
        return result(done.future());
    }

    private static <T> T result(Future<T> future) {
        try {
            return future.await(60, TimeUnit.SECONDS);
        } catch (Exception failed) {
            throw new AssertionError(failed);
        }
    }
}
