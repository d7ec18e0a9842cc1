package io.policyengine.it.stores;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.policy.Store;
import io.policyengine.core.store.StoreException;
import io.policyengine.core.store.StoreException.Kind;
import io.policyengine.testkit.redis.RedisServer;
import io.policyengine.testkit.time.Await;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Several event loops that always have operations under way, while the server is not what it should be. */
@Tag("nightly")
class RedisUnderLoadTest {
    private static final int LOOPS = 2;
    private static final int AT_ONCE = 16;

    /** Milliseconds that a server which hangs is waited for. */
    private static final int SHORT = 250;

    /** More milliseconds than a server that answers is kept waiting by others on the machine. */
    private static final int LONG = 10_000;

    private final RedisServer server = RedisServer.startWithClock();
    private StoreRig rig;
    private Store store;
    private final AtomicLong done = new AtomicLong();
    private final AtomicInteger clients = new AtomicInteger();
    private final Map<Kind, AtomicLong> failures = new ConcurrentHashMap<>();
    private volatile boolean isOver;

    @SuppressWarnings("NullAway.Init") // by begin
    RedisUnderLoadTest() {}

    private void begin(int timeout) {
        rig = new StoreRig("{ url: '" + server.url() + "', timeout_ms: " + timeout + " }");
        store = rig.store("tests");
        for (int loop = 0; loop < LOOPS; loop++) {
            rig.vertx.deployVerticle(new VerticleBase() {
                @Override
                public Future<?> start() throws Exception {
                    for (int client = 0; client < AT_ONCE; client++) {
                        clients.incrementAndGet();
                        ask();
                    }
                    return super.start();
                }
            });
        }
        Await.until("all clients ask", () -> clients.get() == LOOPS * AT_ONCE && done.get() > 1000);
    }

    private void ask() {
        if (isOver) {
            clients.decrementAndGet();
            return;
        }
        store.run(Add.one("load"))
                .onComplete(
                        _ -> {
                            done.incrementAndGet();
                            again(0);
                        },
                        failure -> {
                            Kind kind = failure instanceof StoreException known ? known.kind() : Kind.MALFORMED;
                            failures.computeIfAbsent(kind, _ -> new AtomicLong())
                                    .incrementAndGet();
                            again(5);
                        });
    }

    /** A client that is refused comes back somewhat later, or it would do nothing else. */
    private void again(long millis) {
        if (millis > 0) {
            rig.vertx.setTimer(millis, _ -> ask());
        } else {
            rig.vertx.getOrCreateContext().runOnContext(_ -> ask());
        }
    }

    private void awaitProgress() {
        long before = done.get();
        Await.until("operations are done", () -> done.get() > before + 1000);
    }

    private void awaitFailures(Kind kind) {
        Await.until("operations fail by " + kind, () -> failures.containsKey(kind));
    }

    @AfterEach
    void endsWithNothingUnderWay() {
        isOver = true;
        Await.until("all have their results", () -> clients.get() == 0);
        Await.until("nothing is under way", () -> rig.pending() == 0);
        rig.close();
        server.close();
    }

    @Test
    void isKilledAndStartedAgain() {
        begin(SHORT);

        server.kill();
        awaitFailures(Kind.UNREACHABLE);
        awaitFailures(Kind.BREAKER_OPEN);
        server.restart();

        awaitProgress();
        assertThat(failures.keySet()).isSubsetOf(Set.of(Kind.UNREACHABLE, Kind.BREAKER_OPEN, Kind.TIMEOUT));
    }

    @Test
    void hangsAndGoesOn() {
        begin(SHORT);

        server.hang();
        awaitFailures(Kind.TIMEOUT);
        awaitFailures(Kind.BREAKER_OPEN);
        server.goOn();

        awaitProgress();
        assertThat(failures.keySet()).isSubsetOf(Set.of(Kind.UNREACHABLE, Kind.BREAKER_OPEN, Kind.TIMEOUT));
    }

    @Test
    void isMadeSlow() {
        begin(SHORT);

        server.run("DEBUG", "SLEEP", "0.6");
        awaitFailures(Kind.TIMEOUT);

        awaitProgress();
        assertThat(failures.keySet()).isSubsetOf(Set.of(Kind.BREAKER_OPEN, Kind.TIMEOUT));
    }

    @Test
    void isMadeReadOnlyAndAMasterAgain() {
        begin(LONG);

        server.run("REPLICAOF", "127.0.0.1", "1");
        awaitFailures(Kind.REFUSED);
        server.run("REPLICAOF", "NO", "ONE");

        awaitProgress();
    }

    @Test
    void runsOutOfMemoryAndHasSomeAgain() {
        begin(LONG);

        server.run("CONFIG", "SET", "maxmemory", "1");
        awaitFailures(Kind.REFUSED);
        awaitFailures(Kind.BREAKER_OPEN);
        server.run("CONFIG", "SET", "maxmemory", "0");

        awaitProgress();
        assertThat(failures.keySet()).isSubsetOf(Set.of(Kind.REFUSED, Kind.BREAKER_OPEN));
    }

    @Test
    void hasItsClockSet() {
        begin(LONG);

        for (long seconds : new long[] {86_400, -86_400, 30 * 86_400, 0}) {
            server.setClock(seconds);
            awaitProgress();
        }

        assertThat(failures).isEmpty();
    }

    @Test
    void hasItsScriptsFlushed() {
        begin(LONG);

        for (int i = 0; i < 20; i++) {
            server.run("SCRIPT", "FLUSH");
            awaitProgress();
        }

        assertThat(failures).isEmpty();
    }

    @Test
    void hasItsConnectionsClosed() {
        begin(LONG);

        for (int i = 0; i < 5; i++) {
            server.run("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
            awaitProgress();
        }

        assertThat(failures.keySet()).isSubsetOf(Set.of(Kind.UNREACHABLE, Kind.BREAKER_OPEN));
    }
}
