package io.policyengine.it.stores;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.policy.Store;
import io.policyengine.core.store.local.LocalStore;
import io.policyengine.core.time.Ticker;
import io.policyengine.policies.ai.semanticcache.entry.Entry;
import io.policyengine.policies.ai.semanticcache.entry.EntryLookup;
import io.policyengine.policies.ai.semanticcache.entry.FindEntry;
import io.policyengine.policies.ai.semanticcache.entry.ReadVectors;
import io.policyengine.policies.ai.semanticcache.entry.StoreEntry;
import io.policyengine.policies.ai.semanticcache.entry.Vector;
import io.policyengine.policies.ai.semanticcache.vector.Embedding;
import io.policyengine.policies.traffic.shared.storedresponse.KeptAnswer;
import io.policyengine.testkit.redis.RedisServer;
import io.policyengine.testkit.time.Await;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The operations of {@code semanticCache}, in memory and on a Redis server: both do the same. */
class SemanticStoreTest {
    private static final Duration LONG = Duration.ofMinutes(5);
    private static final long ROOM = 1 << 20;

    private static final RedisServer SERVER = RedisServer.start();
    private static StoreRig rig;
    private static List<Store> stores;

    @BeforeAll
    static void start() {
        rig = new StoreRig("{ url: '" + SERVER.url() + "', timeout_ms: 5000 }");
        stores = List.of(new LocalStore(64 << 20, InstantSource.system(), Ticker.SYSTEM), rig.store("semanticCache"));
    }

    @AfterAll
    static void stop() {
        rig.close();
        SERVER.close();
    }

    static Stream<Store> stores() {
        return stores.stream();
    }

    private static Entry entry(String id, int bytes, double... direction) {
        return new Entry(
                id,
                Embedding.of(direction).orElseThrow(),
                new KeptAnswer(200, HeaderMap.of("content-type", "text/event-stream"), Buffer.buffer(new byte[bytes])));
    }

    private static boolean keep(Store store, String slot, Entry entry) {
        return rig.result(store, new StoreEntry(slot, entry, LONG, 100, ROOM));
    }

    private static EntryLookup find(Store store, String slot, String id) {
        return rig.result(store, new FindEntry(slot, id));
    }

    private static Optional<String> nearest(Store store, String slot, double... direction) {
        return Vector.nearest(
                        rig.result(store, new ReadVectors(slot)),
                        Embedding.of(direction).orElseThrow().rounded())
                .map(Vector::id);
    }

    @ParameterizedTest
    @MethodSource("stores")
    void anEntryIsFoundByItsIdInItsPartition(Store store) {
        Entry entry = entry("a", 10, 1, 2, 3);
        assertThat(find(store, "found", "a")).isEqualTo(new EntryLookup.Absent(0));

        assertThat(keep(store, "found", entry)).isTrue();

        assertThat(find(store, "found", "a")).isInstanceOfSatisfying(EntryLookup.Kept.class, kept -> {
            assertThat(kept.entry().answer()).isEqualTo(entry.answer());
            assertThat(kept.entry().embedding().similarity(entry.embedding())).isGreaterThan(0.999999);
            assertThat(kept.seconds()).isBetween(298L, 300L);
        });
        assertThat(find(store, "found", "b")).isEqualTo(new EntryLookup.Absent(1));
        assertThat(find(store, "other", "a")).isEqualTo(new EntryLookup.Absent(0));
    }

    @ParameterizedTest
    @MethodSource("stores")
    void theNearestIsFound(Store store) {
        assertThat(nearest(store, "near", 1, 0, 0)).isEmpty();
        keep(store, "near", entry("x", 1, 1, 0.1, 0));
        keep(store, "near", entry("y", 1, 0, 1, 0.1));
        keep(store, "near", entry("z", 1, 0.1, 0, 1));
        keep(store, "near", entry("flat", 1, 1, 0));

        assertThat(nearest(store, "near", 5, 0, 0)).contains("x");
        assertThat(nearest(store, "near", 0, 3, 1)).contains("y");
        assertThat(nearest(store, "near", 0, 0, 0.001)).contains("z");
        assertThat(nearest(store, "near", 0, 1)).contains("flat");
        assertThat(nearest(store, "near", 1, 1, 1, 1)).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("stores")
    void bothStoresFindTheSameOfMany(Store store) {
        Random random = new Random(3);
        for (int i = 0; i < 90; i++) {
            keep(store, "many", entry("e" + i, 1, random.doubles(64, -1, 1).toArray()));
        }
        random.setSeed(3);

        for (int i = 0; i < 90; i++) {
            assertThat(nearest(store, "many", random.doubles(64, -1, 1).toArray()))
                    .contains("e" + i);
        }
    }

    @ParameterizedTest
    @MethodSource("stores")
    void theOldestGoesWhereThereAreTooMany(Store store) {
        for (int i = 0; i < 5; i++) {
            rig.result(store, new StoreEntry("count", entry("e" + i, 1, i + 1, 1), LONG.plusMillis(i), 3, ROOM));
        }

        assertThat(find(store, "count", "e1")).isEqualTo(new EntryLookup.Absent(3));
        assertThat(find(store, "count", "e2")).isInstanceOf(EntryLookup.Kept.class);
        assertThat(rig.result(store, new ReadVectors("count"))).hasSize(3);
    }

    @ParameterizedTest
    @MethodSource("stores")
    void aPartitionHasItsBytes(Store store) {
        long most = 10_000;
        for (int i = 0; i < 5; i++) {
            assertThat(rig.result(
                            store, new StoreEntry("bytes", entry("e" + i, 4_000, 1, 1), LONG.plusMillis(i), 100, most)))
                    .isTrue();
        }
        assertThat(rig.result(store, new StoreEntry("bytes", entry("huge", 10_001, 1, 1), LONG, 100, most)))
                .isFalse();

        assertThat(find(store, "bytes", "e2")).isEqualTo(new EntryLookup.Absent(2));
        assertThat(find(store, "bytes", "e4")).isInstanceOf(EntryLookup.Kept.class);
    }

    @ParameterizedTest
    @MethodSource("stores")
    void theVectorsOfAPartitionHaveTheirBytes(Store store) {
        double[] wide = new double[Embedding.MAX_DIMENSIONS];
        wide[0] = 1;
        int most = StoreEntry.MAX_VECTOR_BYTES / wide.length;
        for (int i = 0; i < most + 2; i++) {
            rig.result(store, new StoreEntry("wide", entry("e" + i, 1, wide), LONG.plusMillis(i), 4096, 1L << 30));
        }

        assertThat(Vector.bytes(rig.result(store, new ReadVectors("wide")))).isEqualTo(StoreEntry.MAX_VECTOR_BYTES);
    }

    @ParameterizedTest
    @MethodSource("stores")
    void allVectorsOfAFullPartitionComeAtOnce(Store store) {
        int most = 4_096;
        for (int i = 0; i < most + 1; i++) {
            rig.result(store, new StoreEntry("full", entry("e" + i, 1, i + 1, 1), LONG.plusMillis(i), most, 1L << 30));
        }

        assertThat(rig.result(store, new ReadVectors("full")))
                .hasSize(most)
                .noneMatch(vector -> vector.id().equals("e0"));
    }

    @ParameterizedTest
    @MethodSource("stores")
    void anEntryOfTheSameIdIsReplaced(Store store) {
        for (int i = 0; i < 10; i++) {
            rig.result(store, new StoreEntry("same", entry("a", 4_000, 1, i), LONG, 100, 10_000));
        }
        keep(store, "same", entry("b", 4_000, 1, 0));

        assertThat(find(store, "same", "c")).isEqualTo(new EntryLookup.Absent(2));
        assertThat(nearest(store, "same", 0, 1)).contains("a");
    }

    @ParameterizedTest
    @MethodSource("stores")
    void anEntryHasItsTime(Store store) {
        keep(store, "timed", entry("long", 1, 1, 0));
        rig.result(store, new StoreEntry("timed", entry("short", 1, 0, 1), Duration.ofMillis(1), 100, ROOM));

        Await.until("its time is over", () -> find(store, "timed", "short").equals(new EntryLookup.Absent(1)));

        assertThat(nearest(store, "timed", 0, 1)).contains("long");
        keep(store, "timed", entry("new", 1, 1, 1));
        assertThat(rig.result(store, new ReadVectors("timed"))).hasSize(2);
    }
}
