package io.policyengine.it.stores;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.policy.Store;
import io.policyengine.core.store.StoreException;
import io.policyengine.core.store.StoreException.Kind;
import io.policyengine.testkit.redis.RedisServer;
import io.policyengine.testkit.time.Await;
import io.policyengine.worker.store.Stores;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.net.NetServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One Redis server to which everything happens that can. */
class RedisFaultsTest {
    private final RedisServer server = RedisServer.start();
    private final StoreRig rig = new StoreRig("{ url: '" + server.url() + "', timeout_ms: 1000 }");
    private final Stores.Use use = rig.use("tests");
    private final Store store = use.store();

    @BeforeEach
    void connect() {
        rig.awaitWorking(store);
    }

    @AfterEach
    void close() {
        rig.close();
        server.close();
    }

    @Test
    void countsAndKeepsKeysInTheirPlace() {
        server.run("FLUSHALL");
        assertThat(rig.result(store, Add.one("alice"))).isEqualTo(1);
        assertThat(rig.result(store, Add.one("alice"))).isEqualTo(2);
        assertThat(rig.result(store, Add.one("bob"))).isEqualTo(1);
        assertThat(rig.result(rig.store("other"), Add.one("alice"))).isEqualTo(1);

        assertThat(server.run("KEYS", "*").lines())
                .containsExactlyInAnyOrder(
                        "policy-engine:tests:route/entry:{alice}:count",
                        "policy-engine:tests:route/entry:{bob}:count",
                        "policy-engine:other:route/entry:{alice}:count");
        assertThat(Long.parseLong(server.run("PTTL", "policy-engine:tests:route/entry:{bob}:count")))
                .isBetween(1L, 60_000L);
        assertThat(rig.pending()).isZero();
    }

    @Test
    void scriptsThatTheServerHasForgottenAreSentAgain() {
        rig.result(store, Add.one("a"));

        server.run("SCRIPT", "FLUSH");

        assertThat(rig.result(store, Add.one("a"))).isEqualTo(2);
    }

    @Test
    void aServerThatIsKilledIsUsedAgainOnceItIsBack() {
        rig.result(store, Add.one("a"));

        server.kill();
        Await.until("nothing is asked", () -> rig.failure(store, Add.one("a")) == Kind.BREAKER_OPEN);
        assertThat(use.unwellBecause()).startsWith("store shared: no connection to 127.0.0.1");
        server.restart();

        rig.awaitWorking(store);
        assertThat(rig.isBreakerOpen()).isFalse();
        assertThat(rig.pending()).isZero();
    }

    @Test
    void aServerThatHangsCostsItsTimeOutAndIsLeft() {
        rig.result(store, Add.one("a"));

        server.hang();
        assertThat(rig.failure(store, Add.one("a"))).isEqualTo(Kind.TIMEOUT);
        Await.until("its connection is given up", () -> rig.pending() == 0);
        server.goOn();

        rig.awaitWorking(store);
        // What was sent may have been done; what comes now belongs to what is asked now.
        long count = rig.result(store, Add.one("a"));
        assertThat(rig.result(store, Add.one("a"))).isEqualTo(count + 1);
        assertThat(rig.pending()).isZero();
    }

    /** As at the start of a process, or of a server that still loads its data. */
    @Test
    void aFirstConnectionThatOpensSlowlyDoesNotOpenTheBreaker() {
        try (RedisServer slow = RedisServer.start("--requirepass", "secret");
                StoreRig cold = new StoreRig("{ url: '" + slow.url()
                        + "', password: secret, timeout_ms: 50, breaker: { failures: 3, open_ms: 600000 } }")) {
            Store first = cold.store("tests");
            slow.hang();

            List<Future<Long>> burst = Stream.generate(() -> cold.ask(first, Add.one("a")))
                    .limit(20)
                    .toList();
            Await.until(() -> burst.stream().allMatch(Future::failed));

            assertThat(burst)
                    .allSatisfy(failed -> assertThat(failed.cause())
                            .isInstanceOfSatisfying(
                                    StoreException.class,
                                    known -> assertThat(known.kind()).isEqualTo(Kind.TIMEOUT)));
            assertThat(cold.isBreakerOpen()).isFalse();
            slow.goOn();
            cold.awaitWorking(first);
            assertThat(cold.isBreakerOpen()).isFalse();
        }
    }

    @Test
    void aServerThatIsReadOnlyRefusesUntilItIsAMaster() {
        rig.result(store, Add.one("a"));
        try (RedisServer master = RedisServer.start()) {
            server.run("REPLICAOF", "127.0.0.1", String.valueOf(master.port()));

            Await.until("it refuses", () -> rig.failure(store, Add.one("a")) == Kind.REFUSED);
            server.run("REPLICAOF", "NO", "ONE");
        }

        rig.awaitWorking(store);
    }

    @Test
    void aServerWithoutMemoryRefusesUntilItHasSome() {
        rig.result(store, Add.one("a"));

        server.run("CONFIG", "SET", "maxmemory", "1");
        assertThat(rig.failure(store, Add.one("a"))).isEqualTo(Kind.REFUSED);
        assertThat(use.unwellBecause()).isNull();
        Await.until("nothing is asked", () -> rig.failure(store, Add.one("a")) == Kind.BREAKER_OPEN);
        assertThat(use.unwellBecause()).contains("OOM", "maxmemory");
        server.run("CONFIG", "SET", "maxmemory", "0");

        rig.awaitWorking(store);
        assertThat(use.unwellBecause()).isNull();
    }

    @Test
    void whatIsUnderWayIsBounded() {
        try (StoreRig narrow = new StoreRig("{ url: '" + server.url() + "', timeout_ms: 5000, max_pending: 3 }")) {
            Store three = narrow.store("tests");
            narrow.awaitWorking(three);
            server.hang();

            List<Future<Long>> asked = Stream.generate(() -> narrow.ask(three, Add.one("a")))
                    .limit(3)
                    .toList();
            Await.until("three are under way", () -> narrow.pending() == 3);
            assertThat(narrow.failure(three, Add.one("a"))).isEqualTo(Kind.OVERLOADED);
            server.goOn();

            asked.forEach(Await::result);
            assertThat(narrow.pending()).isZero();
        }
    }

    /** The kind of failure where a server replies so to scripts. */
    private @Nullable Kind failureOf(String reply) {
        NetServer broken = Await.result(rig.vertx
                .createNetServer()
                .connectHandler(socket -> socket.handler(asked ->
                        socket.write(asked.toString().toLowerCase(Locale.ROOT).contains("eval") ? reply : "+OK\r\n")))
                .listen(0, "127.0.0.1"));
        String settings = "{ url: 'redis://127.0.0.1:" + broken.actualPort() + "', timeout_ms: 5000 }";
        try (StoreRig other = new StoreRig(settings)) {
            return other.failure(other.store("tests"), Add.one("a"));
        }
    }

    @Test
    void aReplyThatAnnouncesTooMuchEndsItsConnectionAlone() {
        assertThat(failureOf("*2147483647\r\n")).isEqualTo(Kind.UNREACHABLE);

        assertThat(rig.result(store, Add.one("a"))).isEqualTo(1);
    }

    @Test
    void aReplyThatNoScriptGivesIsAFailureOfTheStore() {
        assertThat(failureOf("+OK\r\n")).isEqualTo(Kind.MALFORMED);
        assertThat(failureOf("*1\r\n+OK\r\n")).isEqualTo(Kind.MALFORMED);
    }

    @Test
    void anOperationEndsWithItsExchange() {
        rig.result(store, Add.one("a"));
        server.hang();
        Cancellation cancellation = new Cancellation();
        Promise<Long> promise = Promise.promise();

        rig.vertx.runOnContext(_ -> {
            Call call =
                    new Call("r", 1, System.nanoTime() + Duration.ofMinutes(1).toNanos(), cancellation);
            store.run(call, Add.one("a")).onComplete(promise);
            cancellation.cancel();
        });

        Await.until(promise.future()::isComplete);
        assertThat(promise.future().cause())
                .isInstanceOfSatisfying(
                        StoreException.class,
                        failure -> assertThat(failure.kind()).isEqualTo(Kind.CANCELLED));
        server.goOn();
    }

    @Test
    void scriptsAreFlushedUnderLoadAndNothingFails() {
        try (StoreRig patient = new StoreRig("{ url: '" + server.url() + "', timeout_ms: 10000 }")) {
            Store counts = patient.store("tests");
            List<Future<Long>> asked = new ArrayList<>();
            for (int round = 0; round < 20; round++) {
                for (int i = 0; i < 50; i++) {
                    asked.add(patient.ask(counts, Add.one("a")));
                }
                server.run("SCRIPT", "FLUSH");
            }

            asked.forEach(Await::result);
            assertThat(patient.result(counts, Add.one("a"))).isEqualTo(1001);
            assertThat(patient.pending()).isZero();
        }
    }

    @Test
    void isClosedWithItsLastUse() {
        Stores.Use second = rig.use("second");
        rig.result(second.store(), Add.one("a"));
        rig.result(store, Add.one("a"));
        assertThat(server.info("connected_clients")).isEqualTo("2"); // this question's own among them

        rig.forget(second);
        rig.forget(use);

        Await.until("it is closed", () -> server.info("connected_clients").equals("1"));
        assertThat(rig.meters.getMeters()).isEmpty();
        assertThat(rig.failure(second.store(), Add.one("a"))).isEqualTo(Kind.UNREACHABLE);
        assertThat(rig.meters.getMeters()).isEmpty();
    }
}
