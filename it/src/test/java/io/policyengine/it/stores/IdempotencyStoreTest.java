package io.policyengine.it.stores;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.policy.Store;
import io.policyengine.core.store.StoreException;
import io.policyengine.core.store.local.LocalStore;
import io.policyengine.core.time.Ticker;
import io.policyengine.policies.traffic.idempotency.record.BeginExecution;
import io.policyengine.policies.traffic.idempotency.record.CompleteExecution;
import io.policyengine.policies.traffic.idempotency.record.Execution;
import io.policyengine.policies.traffic.idempotency.record.KeyLookup;
import io.policyengine.policies.traffic.idempotency.record.ReleaseExecution;
import io.policyengine.policies.traffic.shared.storedresponse.KeptAnswer;
import io.policyengine.testkit.redis.RedisServer;
import io.policyengine.testkit.time.Await;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The operations of {@code idempotency}, in memory and on a Redis server: both do the same. */
class IdempotencyStoreTest {
    private static final Duration LONG = Duration.ofMinutes(5);
    private static final KeptAnswer ANSWER = new KeptAnswer(
            201, HeaderMap.of("location", "/a", "x-octets", "\u00ff"), Buffer.buffer(new byte[] {0, -1, 13, 10}));

    private static final RedisServer SERVER = RedisServer.startWithClock();
    private static StoreRig rig;
    private static List<Store> stores;

    @BeforeAll
    static void start() {
        rig = new StoreRig("{ url: '" + SERVER.url() + "', timeout_ms: 5000 }");
        stores = List.of(new LocalStore(1 << 20, InstantSource.system(), Ticker.SYSTEM), rig.store("idempotency"));
    }

    @AfterAll
    static void stop() {
        rig.close();
        SERVER.close();
    }

    static Stream<Store> stores() {
        return stores.stream();
    }

    @ParameterizedTest
    @MethodSource("stores")
    void aKeyIsTakenUntilItsAnswerIsThere(Store store) {
        Execution first = new Execution("taken", "t1", "f1");
        Execution second = new Execution("taken", "t2", "f1");
        assertThat(begin(store, first)).isEqualTo(new KeyLookup.Fresh());
        assertThat(begin(store, second)).isEqualTo(new KeyLookup.InProgress());
        assertThat(begin(store, new Execution("taken", "t3", "f2"))).isEqualTo(new KeyLookup.OtherRequest());

        assertThat(complete(store, first, ANSWER)).isTrue();

        assertThat(begin(store, second)).isEqualTo(new KeyLookup.Answered(ANSWER));
        assertThat(begin(store, new Execution("taken", "t3", "f2"))).isEqualTo(new KeyLookup.OtherRequest());
        assertThat(begin(store, new Execution("other", "t2", "f2"))).isEqualTo(new KeyLookup.Fresh());
    }

    @ParameterizedTest
    @MethodSource("stores")
    void anAnswerMayBeMissing(Store store) {
        Execution first = new Execution("missing", "t1", "f1");
        begin(store, first);

        assertThat(complete(store, first, null)).isTrue();

        assertThat(begin(store, new Execution("missing", "t2", "f1"))).isEqualTo(new KeyLookup.NotKept());
        assertThat(rig.result(store, new ReleaseExecution(first))).isFalse();
    }

    @ParameterizedTest
    @MethodSource("stores")
    void anAnswerThatHasNotPassedTheSameEntriesIsNotGiven(Store store) {
        Execution first = new Execution("passed", "t1", "f1");
        begin(store, first);
        complete(store, first, ANSWER);

        Execution second = new Execution("passed", "t2", "f1");
        assertThat(rig.result(store, new BeginExecution(second, "client", LONG, "a mask")))
                .isEqualTo(new KeyLookup.NotKept());
        assertThat(begin(store, second)).isEqualTo(new KeyLookup.Answered(ANSWER));
    }

    @ParameterizedTest
    @MethodSource("stores")
    void onlyWhoHasAKeyFreesIt(Store store) {
        Execution first = new Execution("freed", "t1", "f1");
        Execution second = new Execution("freed", "t2", "f1");
        begin(store, first);

        assertThat(rig.result(store, new ReleaseExecution(second))).isFalse();
        assertThat(begin(store, second)).isEqualTo(new KeyLookup.InProgress());
        assertThat(rig.result(store, new ReleaseExecution(first))).isTrue();
        assertThat(rig.result(store, new ReleaseExecution(first))).isFalse();

        assertThat(begin(store, second)).isEqualTo(new KeyLookup.Fresh());
    }

    @ParameterizedTest
    @MethodSource("stores")
    void aRunThatLostItsKeyAnswersOnlyIfNobodyElseHasIt(Store store) {
        Execution late = new Execution("late", "t1", "f1");
        Execution next = new Execution("late", "t2", "f1");
        rig.result(store, new BeginExecution(late, "client", Duration.ofMillis(1), "passed"));
        Await.until("the key is free", () -> begin(store, next).equals(new KeyLookup.Fresh()));

        assertThat(complete(store, late, ANSWER)).isFalse();
        assertThat(rig.result(store, new ReleaseExecution(late))).isFalse();
        assertThat(rig.result(store, new ReleaseExecution(next))).isTrue();
        assertThat(complete(store, late, ANSWER)).isTrue();
        assertThat(complete(store, next, null)).isFalse();

        assertThat(begin(store, next)).isEqualTo(new KeyLookup.Answered(ANSWER));
    }

    @Test
    void aClockThatIsSetBackHoldsNoKeyForLonger() {
        Store store = rig.store("idempotency");
        Execution first = new Execution("back", "t1", "f1");
        Execution second = new Execution("back", "t2", "f1");
        Duration lock = Duration.ofSeconds(1);
        assertThat(rig.result(store, new BeginExecution(first, "client", lock, "passed")))
                .isEqualTo(new KeyLookup.Fresh());
        try {
            SERVER.setClock(-3_600);
            assertThat(rig.result(store, new BeginExecution(second, "client", LONG, "passed")))
                    .isEqualTo(new KeyLookup.InProgress());

            Await.until("the key is free", () -> begin(store, second).equals(new KeyLookup.Fresh()));
        } finally {
            SERVER.setClock(0);
        }
    }

    @Test
    void aServerWithoutMemoryKeepsTheKeyWithoutItsAnswerAndRefusesNewKeys() {
        Store store = rig.store("idempotency");
        Execution first = new Execution("full", "t1", "f1");
        Execution again = new Execution("full", "t2", "f1");
        rig.result(store, new BeginExecution(first, "client", Duration.ofSeconds(2), "passed"));
        SERVER.run("CONFIG", "SET", "maxmemory", "1");
        try {
            assertThat(complete(store, first, ANSWER)).as("stored").isFalse();
            assertThat(rig.failure(store, new BeginExecution(new Execution("new", "t", "f"), "client", LONG, "passed")))
                    .isEqualTo(StoreException.Kind.REFUSED);
        } finally {
            SERVER.run("CONFIG", "SET", "maxmemory", "0");
        }

        assertThat(begin(store, again)).isEqualTo(new KeyLookup.NotKept());
        assertThat(begin(store, new Execution("full", "t3", "f2"))).isEqualTo(new KeyLookup.OtherRequest());
        assertThat(complete(store, again, ANSWER)).isFalse();
        assertThat(rig.result(store, new ReleaseExecution(first))).isFalse();
        assertThat(begin(store, new Execution("new", "t", "f"))).isEqualTo(new KeyLookup.Fresh());
    }

    @ParameterizedTest
    @MethodSource("stores")
    void anAnswerHasItsTime(Store store) {
        Execution first = new Execution("timed", "t1", "f1");
        begin(store, first);

        rig.result(store, new CompleteExecution(first, ANSWER, Duration.ofMillis(1), "passed"));

        Await.until("it is over", () -> begin(store, first).equals(new KeyLookup.Fresh()));
    }

    @ParameterizedTest
    @MethodSource("stores")
    void ofManyAtTheSameInstantOneHasTheKey(Store store) {
        List<Future<KeyLookup>> found = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            found.add(
                    rig.ask(store, new BeginExecution(new Execution("many", "t" + i, "f"), "client", LONG, "passed")));
        }

        assertThat(found.stream().map(Await::result).filter(new KeyLookup.Fresh()::equals))
                .hasSize(1);
    }

    private static KeyLookup begin(Store store, Execution execution) {
        return rig.result(store, new BeginExecution(execution, "client", LONG, "passed"));
    }

    private static boolean complete(Store store, Execution execution, @Nullable KeptAnswer answer) {
        return rig.result(store, new CompleteExecution(execution, answer, LONG, "passed"));
    }
}
