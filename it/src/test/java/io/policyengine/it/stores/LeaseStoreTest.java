package io.policyengine.it.stores;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.policy.Store;
import io.policyengine.core.store.local.LocalStore;
import io.policyengine.core.time.Ticker;
import io.policyengine.policies.traffic.concurrencylimit.lease.RenewLeases;
import io.policyengine.policies.traffic.concurrencylimit.lease.ReturnLease;
import io.policyengine.policies.traffic.concurrencylimit.lease.TakeLease;
import io.policyengine.testkit.redis.RedisServer;
import io.policyengine.testkit.time.Await;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The leases of {@code concurrencyLimit}, in memory and on a Redis server: both do the same. */
class LeaseStoreTest {
    private static final Duration LONG = Duration.ofMinutes(5);
    private static final Duration SHORT = Duration.ofMillis(1);

    private static final RedisServer SERVER = RedisServer.start();
    private static StoreRig rig;
    private static List<Store> stores;

    @BeforeAll
    static void start() {
        rig = new StoreRig("{ url: '" + SERVER.url() + "', timeout_ms: 5000 }");
        stores = List.of(new LocalStore(1 << 20, InstantSource.system(), Ticker.SYSTEM), rig.store("concurrencyLimit"));
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
    void asManyAreOutAsMayBe(Store store) {
        assertThat(take(store, "k", "a", 2)).isEqualTo(1);
        assertThat(take(store, "k", "b", 2)).isEqualTo(2);
        assertThat(take(store, "k", "c", 2)).isZero();
        assertThat(take(store, "other", "c", 2)).isEqualTo(1);

        assertThat(rig.result(store, new ReturnLease("k", "a", LONG))).isTrue();
        assertThat(rig.result(store, new ReturnLease("k", "a", LONG))).isFalse();

        assertThat(take(store, "k", "c", 2)).isEqualTo(2);
        assertThat(take(store, "k", "d", 2)).isZero();
        assertThat(take(store, "k", "d", 3)).isEqualTo(3);
    }

    @ParameterizedTest
    @MethodSource("stores")
    void whatIsNotRenewedExpires(Store store) {
        rig.result(store, new TakeLease("expiring", "a", 1, SHORT));

        Await.until("it has expired", () -> take(store, "expiring", "b", 1) == 1);
    }

    @ParameterizedTest
    @MethodSource("stores")
    void whatIsRenewedIsOutAlsoWhereItWasLost(Store store) {
        rig.result(store, new TakeLease("renewed", "a", 3, SHORT));

        assertThat(rig.result(store, new RenewLeases("renewed", List.of("a", "b"), LONG)))
                .isTrue();

        assertThat(take(store, "renewed", "c", 3)).isEqualTo(3);
        assertThat(take(store, "renewed", "d", 3)).isZero();
    }

    @ParameterizedTest
    @MethodSource("stores")
    void noneLivesLongerThanAFreshOne(Store store) {
        rig.result(store, new RenewLeases("clock", List.of("a"), Duration.ofDays(300)));
        assertThat(rig.result(store, new TakeLease("clock", "b", 1, SHORT))).isZero();

        Await.until("it has expired", () -> rig.result(store, new TakeLease("clock", "c", 1, SHORT)) == 1);
    }

    @ParameterizedTest
    @MethodSource("stores")
    void ofManyAtTheSameInstantNoMorePassThanMay(Store store) {
        List<Future<Integer>> taken = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            taken.add(rig.ask(store, new TakeLease("many", "id" + i, 5, LONG)));
        }

        assertThat(taken.stream().map(Await::result).filter(out -> out > 0)).containsExactlyInAnyOrder(1, 2, 3, 4, 5);
    }

    private static int take(Store store, String key, String id, int max) {
        return rig.result(store, new TakeLease(key, id, max, LONG));
    }
}
