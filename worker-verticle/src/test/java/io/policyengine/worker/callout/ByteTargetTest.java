package io.policyengine.worker.callout;

import static io.policyengine.worker.callout.CalloutRig.PATIENT;
import static io.policyengine.worker.callout.CalloutRig.requireFailure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.policyengine.core.callout.CalloutException.Kind;
import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.error.PolicyException;
import io.policyengine.core.policy.ByteConnection;
import io.policyengine.core.policy.ByteTarget;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.policy.InvalidParamsException;
import io.policyengine.testkit.net.FreePort;
import io.policyengine.testkit.time.Await;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ByteTargetTest {
    private static final Buffer PING = Buffer.buffer("ping");

    private final CalloutRig rig = new CalloutRig();
    private final ByteTargets targets = rig.targets().byteTargets();
    private final AtomicInteger opened = new AtomicInteger();
    private final AtomicInteger closed = new AtomicInteger();
    private final List<NetSocket> sockets = new CopyOnWriteArrayList<>();

    @AfterEach
    void stop() {
        rig.close();
    }

    @Test
    void whatIsSentIsAnsweredAndTheConnectionServesTheNextExchange() {
        ByteTarget target = use(echo()).target();

        assertThat(asked(target, connection -> ping(connection, "first"))).isEqualTo("none: ping");
        assertThat(asked(target, connection -> ping(connection, "second"))).isEqualTo("first: ping");
        assertThat(opened).hasValue(1);
        assertThat(rig.meters
                        .get("policy_worker_callout_duration_seconds")
                        .tag("outcome", "done")
                        .timer()
                        .count())
                .isEqualTo(2);
    }

    @Test
    void aUnixSocketIsAServerToo(@TempDir Path folder) {
        Path path = folder.resolve("scanner.sock");
        Await.result(rig.vertx
                .createNetServer()
                .connectHandler(socket -> socket.handler(socket::write))
                .listen(SocketAddress.domainSocketAddress(path.toString())));

        assertThat(asked(use(path.toString()).target(), connection -> ping(connection, "x")))
                .isEqualTo("none: ping");
    }

    @Test
    void aConnectionThatIsClosedServesNobodyElse() {
        ByteTarget target = use(echo()).target();

        asked(
                target,
                connection -> connection.write(PING, soon()).map(_ -> {
                    connection.close();
                    connection.keep("too late");
                    return "";
                }));

        assertThat(asked(target, connection -> ping(connection, "x"))).isEqualTo("none: ping");
        assertThat(opened).hasValue(2);
        Await.until("the first is closed", () -> closed.get() == 1);
    }

    @Test
    void bytesThatNobodyHasAskedForKeepAConnectionFromTheNextExchange() {
        ByteTarget target = use(echo()).target();
        asked(target, connection -> ping(connection, "x"));

        sockets.getFirst().write("an answer to no question");
        Await.until("that has ended it", () -> closed.get() == 1);

        assertThat(asked(target, connection -> ping(connection, "y"))).isEqualTo("none: ping");
    }

    @Test
    void aServerThatHangsCostsTheTimeThatThePolicyGives() {
        ByteTarget target = use(serve(socket -> socket.handler(_ -> {}))).target();

        requireFailure(
                rig.onLoop(() -> connect(target)
                        .compose(connection -> connection
                                .write(PING, soon())
                                .compose(_ -> connection.read(rig.ticker.nanoTime()
                                        + Duration.ofMillis(50).toNanos())))),
                Kind.TIMEOUT);
        Await.until("the connection is closed", () -> closed.get() == 1);
        assertThat(pending()).isZero();
    }

    @Test
    void aReadThatTheEntryLeavesLittleTimeIsNoTimeOutOfTheServer() {
        ByteTargets.Use use = use(serve(socket -> socket.handler(_ -> {})));
        long after = rig.ticker.nanoTime() + Duration.ofMillis(50).toNanos();

        for (int i = 0; i < 6; i++) {
            requireFailure(
                    rig.onLoop(() -> use.target()
                            .connect(rig.call(PATIENT, rig.used(Duration.ofMillis(970))), soon())
                            .compose(
                                    connection -> connection.write(PING, soon()).compose(_ -> connection.read(after)))),
                    Kind.DEADLINE_EXCEEDED);
        }

        assertThat(use.unwellBecause()).isNull();
    }

    @Test
    void aServerThatTakesNoMoreBytesCostsItToo() {
        Promise<NetSocket> silent = Promise.promise();
        ByteTarget target =
                use(serve(socket -> silent.complete(socket.pause()))).target();
        Buffer much = Buffer.buffer(new byte[32 << 20]);

        requireFailure(
                rig.onLoop(() -> connect(target)
                        .compose(connection -> connection.write(
                                much,
                                rig.ticker.nanoTime() + Duration.ofMillis(50).toNanos()))),
                Kind.TIMEOUT);
        assertThat(pending()).isZero();
        // A socket that is closed while it pauses does not release what it has read.
        Await.result(silent.future()).handler(_ -> {}).resume();
    }

    @Test
    void aConnectionEndsWithItsExchange() {
        ByteTarget target = use(serve(socket -> socket.handler(_ -> {}))).target();
        Cancellation cancellation = new Cancellation();

        Future<Buffer> reading = rig.onLoop(() ->
                target.connect(rig.call(PATIENT, cancellation), soon()).compose(connection -> connection.read(soon())));
        Await.until("it is open", () -> opened.get() == 1);
        rig.cancel(cancellation);

        requireFailure(reading, Kind.CANCELLED);
        Await.until("the connection is closed", () -> closed.get() == 1);
        Await.until("its place is free", () -> pending() == 0);
    }

    @Test
    void thoseThatWaitForAConnectionAreBounded() {
        ByteTarget target = use(echo(), 1, 1).target();
        ByteConnection first = Await.result(rig.onLoop(() -> connect(target)));

        Future<ByteConnection> second = rig.onLoop(() -> connect(target));
        Await.until("it waits", () -> pending() == 2);
        requireFailure(rig.onLoop(() -> connect(target)), Kind.OVERLOADED);
        rig.onLoop(() -> {
            first.close();
            return Future.succeededFuture();
        });

        assertThat(Await.result(second)).isNotNull();
    }

    @Test
    void anExchangeThatGetsNoConnectionInTimeIsOverloadAndNoFailureOfTheServer() {
        ByteTargets.Use use = use(echo(), 1, 4);
        Await.result(rig.onLoop(() -> connect(use.target())));

        for (int i = 0; i < 6; i++) {
            Cancellation waits = rig.used(Duration.ZERO);
            Future<ByteConnection> late =
                    rig.onLoop(() -> use.target().connect(rig.call(Duration.ofMillis(20), waits), soon()));
            Await.until("it counts as queued work", () -> late.isComplete() || waits.isWorking());
            requireFailure(late, Kind.OVERLOADED);
        }

        assertThat(use.unwellBecause()).isNull();
    }

    @Test
    void theWaitForAConnectionTakesNoTimeFromTheServer() {
        ByteTarget target = use(echo(), 1, 1).target();
        ByteConnection first = Await.result(rig.onLoop(() -> connect(target)));
        long asked = soon();
        Call call = rig.call(Duration.ofMinutes(5), new Cancellation());
        Future<ByteConnection> second = rig.onLoop(() -> target.connect(call, asked));
        Await.until("it waits", () -> pending() == 2);
        rig.ticker.advance(PATIENT.minusMillis(1));
        rig.onLoop(() -> {
            first.close();
            return Future.succeededFuture();
        });

        String answer = Await.result(rig.onLoop(() -> second.compose(
                        connection -> connection.write(PING, asked).compose(_ -> {
                            rig.ticker.advance(Duration.ofSeconds(10));
                            return connection.read(asked);
                        }))
                .map(Buffer::toString)));

        assertThat(answer).isEqualTo("ping");
    }

    @Test
    void aReadThatTheWaitForAConnectionLeavesTooLittleIsOverload() {
        ByteTargets.Use use = use(serve(socket -> socket.handler(_ -> {})), 1, 1);
        for (int i = 0; i < 6; i++) {
            ByteConnection first = Await.result(rig.onLoop(() -> connect(use.target())));
            long asked = soon();
            Call call = rig.call(PATIENT.plusMillis(50), rig.used(Duration.ZERO));
            Future<ByteConnection> second = rig.onLoop(() -> use.target().connect(call, asked));
            Await.until("it waits", () -> pending() == 2);
            rig.ticker.advance(PATIENT.dividedBy(2));
            rig.onLoop(() -> {
                first.close();
                return Future.succeededFuture();
            });

            requireFailure(
                    rig.onLoop(() -> second.compose(
                            connection -> connection.write(PING, asked).compose(_ -> {
                                rig.ticker.advance(PATIENT.dividedBy(2));
                                return connection.read(asked);
                            }))),
                    Kind.OVERLOADED);
        }

        assertThat(use.unwellBecause()).isNull();
    }

    @Test
    void aWriteThatTheEntryLeavesLittleTimeIsNoTimeOutOfTheServerForTheNextReadEither() {
        Promise<NetSocket> silent = Promise.promise();
        ByteTargets.Use use = use(serve(socket -> silent.complete(socket.pause())));
        Buffer much = Buffer.buffer(new byte[32 << 20]);
        long after = rig.ticker.nanoTime() + Duration.ofMillis(50).toNanos();

        requireFailure(
                rig.onLoop(() -> use.target()
                        .connect(rig.call(PATIENT, rig.used(Duration.ofMillis(970))), soon())
                        .compose(connection -> connection.write(much, after).transform(_ -> connection.read(after)))),
                Kind.DEADLINE_EXCEEDED);
        // A socket that is closed while it pauses does not release what it has read.
        Await.result(silent.future()).handler(_ -> {}).resume();
    }

    @Test
    void whatNobodyReadsIsBounded() {
        ByteTarget target = use(serve(socket -> socket.write(Buffer.buffer(new byte[1 << 20]))))
                .target();
        ByteConnection flooded = Await.result(rig.onLoop(() -> connect(target)));
        Await.until("the connection is closed", () -> closed.get() == 1);

        Future<Buffer> read = rig.onLoop(() -> flooded.read(soon()).compose(_ -> flooded.read(soon())));

        requireFailure(read, Kind.TOO_LARGE);
    }

    @Test
    void whatTheServerSaidBeforeItClosedCanBeRead() {
        ByteTarget target =
                use(serve(socket -> socket.end(Buffer.buffer("too much")))).target();
        ByteConnection connection = Await.result(rig.onLoop(() -> connect(target)));
        Await.until("the connection is closed", () -> closed.get() == 1);

        assertThat(Await.result(rig.onLoop(() -> connection.read(soon())))).hasToString("too much");
        requireFailure(rig.onLoop(() -> connection.read(soon())), Kind.UNREACHABLE);
    }

    @Test
    void aConnectionThatIsLostWhileItIsIdleIsNotGivenToAnybody() {
        ByteTarget target = use(echo()).target();
        asked(target, connection -> ping(connection, "x"));

        sockets.getFirst().close();
        Await.until("it is closed", () -> closed.get() == 1);

        // The client may not have heard of it yet, and lose the next exchange too.
        Await.until(
                "another one answers",
                () -> Await.result(rig.onLoop(() -> connect(target)
                                .compose(connection -> ping(connection, "y"))
                                .otherwise("lost")))
                        .equals("none: ping"));
    }

    @Test
    void aServerThatDoesNotAnswerIsLeftAloneForAWhile() {
        ByteTargets.Use use = use("127.0.0.1:" + FreePort.next());
        for (int i = 0; i < 5; i++) {
            requireFailure(rig.onLoop(() -> connect(use.target())), Kind.UNREACHABLE);
        }

        requireFailure(rig.onLoop(() -> connect(use.target())), Kind.BREAKER_OPEN);
        assertThat(use.unwellBecause()).contains("no connection");
        rig.ticker.advance(Duration.ofSeconds(5));
        requireFailure(rig.onLoop(() -> connect(use.target())), Kind.UNREACHABLE);
    }

    /** A sender may provoke such an answer, and could otherwise switch the server off for all others. */
    @Test
    void anAnswerThatMakesNoSenseOpensNoBreaker() {
        ByteTargets.Use use = use(echo());
        for (int i = 0; i < 5; i++) {
            asked(use.target(), connection -> {
                connection.malformed("garbage");
                return Future.succeededFuture("");
            });
        }

        assertThat(use.unwellBecause()).isNull();
        assertThat(asked(use.target(), connection -> ping(connection, "x"))).isEqualTo("none: ping");
    }

    /** An open breaker would let on_failure decide. */
    @Test
    void aServerThatRefusesEveryExchangeIsUnwellAndOpensNoBreaker() {
        ByteTargets.Use use = use(echo());
        for (int i = 0; i < 5; i++) {
            asked(use.target(), connection -> {
                connection.refused("no such service");
                return Future.succeededFuture("");
            });
        }

        assertThat(use.unwellBecause()).contains("no such service");
        assertThat(asked(use.target(), connection -> ping(connection, "x"))).isEqualTo("none: ping");
        assertThat(use.unwellBecause()).isNull();
    }

    @Test
    void aConnectionThatNobodyUsesIsClosed() {
        ByteTargets impatient =
                new ByteTargets(rig.vertx, System::nanoTime, new CalloutMetrics(rig.meters), Duration.ofMillis(20));
        ByteTarget target = impatient
                .use(echo(), new ByteTarget.Bounds("test", 2, 2), "tests")
                .target();
        long soon = System.nanoTime() + PATIENT.toNanos();
        Call call = new Call("id", 1, soon, new Cancellation());

        ByteConnection held = Await.result(rig.onLoop(() -> target.connect(call, soon)));
        Await.until("its exchange has lost it", () -> closed.get() == 1);
        Future<Buffer> read = rig.onLoop(() -> held.read(soon));
        requireFailure(read, Kind.DEADLINE_EXCEEDED);
        assertThat(((PolicyException) read.cause()).code()).isEqualTo(ErrorCode.DEADLINE_EXCEEDED);
        rig.onLoop(() -> target.connect(call, soon).map(connection -> {
            connection.keep("x");
            return connection;
        }));

        Await.until("nobody has got the other one", () -> closed.get() == 2);
    }

    @Test
    void leavesNeitherMetersNorConnectionsWhenTheLastUseIsOver() {
        String address = echo();
        ByteTargets.Use one = use(address);
        ByteTargets.Use other = use(address);
        asked(one.target(), connection -> ping(connection, "x"));

        targets.forget(one);
        assertThat(asked(other.target(), connection -> ping(connection, "y"))).isEqualTo("x: ping");
        targets.forget(other);

        assertThat(targets.size()).isZero();
        assertThat(rig.meters.getMeters()).isEmpty();
        Await.until("the connection is closed", () -> closed.get() == 1);
    }

    @Test
    void anAddressThatIsNoneIsRefused() {
        assertThatExceptionOfType(InvalidParamsException.class)
                .isThrownBy(() -> use("nowhere"))
                .withMessageContaining("HOST:PORT");
    }

    private String echo() {
        return serve(socket -> socket.handler(socket::write));
    }

    private String serve(Handler<NetSocket> handler) {
        return rig.raw(socket -> {
                    opened.incrementAndGet();
                    sockets.add(socket);
                    socket.closeHandler(_ -> closed.incrementAndGet());
                    handler.handle(socket);
                })
                .substring("http://".length());
    }

    private ByteTargets.Use use(String address) {
        return use(address, 4, 4);
    }

    private ByteTargets.Use use(String address, int maxConnections, int maxPending) {
        return targets.use(address, new ByteTarget.Bounds("test", maxConnections, maxPending), "tests");
    }

    private Future<ByteConnection> connect(ByteTarget target) {
        return target.connect(rig.call(PATIENT, new Cancellation()), soon());
    }

    private String asked(ByteTarget target, Function<ByteConnection, Future<String>> exchange) {
        return Await.result(rig.onLoop(() -> connect(target).compose(exchange)));
    }

    /** Asks, keeps the connection with a note, and gives the note before and the answer. */
    private Future<String> ping(ByteConnection connection, String note) {
        return connection
                .write(PING, soon())
                .compose(_ -> connection.read(soon()))
                .map(answer -> {
                    connection.keep(note);
                    return connection.kept().orElse("none") + ": " + answer;
                });
    }

    private long soon() {
        return rig.ticker.nanoTime() + PATIENT.toNanos();
    }

    private double pending() {
        return rig.gauge("policy_worker_callouts_pending");
    }
}
