package io.policyengine.core.store.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.policyengine.core.store.LocalEntries;
import io.policyengine.core.store.StoreException;
import io.policyengine.core.store.StoreOperation;
import io.policyengine.core.store.StoreReply;
import io.policyengine.core.store.StoreScript;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** The store in memory: values by slot and name, for a time, atomically, in bounded memory. */
class LocalStoreTest {
    private final AtomicLong nanos = new AtomicLong(Duration.ofDays(1).toNanos());
    private final AtomicLong wallOffsetMillis = new AtomicLong(1_700_000_000_000L);
    private final InstantSource clock = () -> Instant.ofEpochMilli(wallOffsetMillis.get() + nanos.get() / 1_000_000);
    private final LocalStore store = new LocalStore(1 << 20, clock, nanos::get);

    /** A step on several slots: counts up in each. */
    private record Several(List<String> localSlots) implements StoreOperation<List<Long>> {
        @Override
        public StoreScript script() {
            return Step.SCRIPT;
        }

        @Override
        public String slot() {
            return "unused";
        }

        @Override
        public List<String> names() {
            return List.of();
        }

        @Override
        public void arguments(Arguments arguments) {}

        @Override
        public List<Long> result(StoreReply reply) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<Long> applyTo(LocalEntries entries) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<Long> applyTo(List<? extends LocalEntries> slots) {
            return slots.stream().map(LocalStoreTest::countUp).toList();
        }
    }

    private record Step<T>(String slot, Function<LocalEntries, T> does) implements StoreOperation<T> {
        private static final StoreScript SCRIPT = new StoreScript("none", "return 0");

        @Override
        public StoreScript script() {
            return SCRIPT;
        }

        @Override
        public List<String> names() {
            return List.of("n");
        }

        @Override
        public void arguments(Arguments arguments) {}

        @Override
        public T result(StoreReply reply) {
            throw new UnsupportedOperationException();
        }

        @Override
        public T applyTo(LocalEntries entries) {
            return does.apply(entries);
        }
    }

    private <T> T run(String slot, Function<LocalEntries, T> does) {
        return store.apply(new Step<>(slot, does));
    }

    private void put(String slot, Object value, Duration timeToLive) {
        run(slot, entries -> {
            entries.put("n", value, 16, timeToLive);
            return true;
        });
    }

    private boolean has(String slot) {
        return run(slot, entries -> entries.get("n") != null);
    }

    @Test
    void valuesLiveForTheirTimeAndNoLonger() {
        put("a", 1, Duration.ofSeconds(10));
        nanos.addAndGet(Duration.ofMillis(9_999).toNanos());
        assertThat(has("a")).isTrue();
        nanos.addAndGet(Duration.ofMillis(2).toNanos());
        assertThat(has("a")).isFalse();
    }

    @Test
    void aValueThatIsKeptLivesOnHoweverOften() {
        put("a", 1, Duration.ofSeconds(1));
        for (int i = 0; i < 100; i++) {
            nanos.addAndGet(Duration.ofMillis(900).toNanos());
            assertThat(has("a")).as("after %d", i).isTrue();
            run("a", entries -> {
                entries.keep("n", Duration.ofSeconds(1));
                return true;
            });
        }
    }

    @Test
    void slotsWhoseValuesAreOverTakeNoMemory() {
        for (int i = 0; i < 1000; i++) {
            put("s" + i, 1, Duration.ofSeconds(1));
        }
        assertThat(store.size()).isEqualTo(1000);
        nanos.addAndGet(Duration.ofSeconds(10).toNanos());
        assertThat(store.size()).isZero();
        assertThat(store.bytes()).isZero();
    }

    @Test
    void aFloodOfSlotsStaysWithinTheBytes() {
        for (int i = 0; i < 100_000; i++) {
            put("flood" + i, 1, Duration.ofHours(1));
        }
        assertThat(store.bytes()).isLessThanOrEqualTo(1 << 20);
        assertThat(store.size()).isBetween(1000L, 5000L);
    }

    @Test
    void whatGrowsIsWeighedAgain() {
        run("a", entries -> {
            entries.put("n", "small", 16, Duration.ofHours(1));
            return true;
        });
        long before = store.bytes();
        run("a", entries -> {
            entries.put("n", "large", 10_016, Duration.ofHours(1));
            return true;
        });
        assertThat(store.bytes()).isEqualTo(before + 10_000);
        run("a", entries -> {
            entries.remove("n");
            return true;
        });
        assertThat(store.bytes()).isLessThan(before);
    }

    @Test
    void aSmallerStoreLetsGoOfTheRest() {
        for (int i = 0; i < 1000; i++) {
            put("s" + i, 1, Duration.ofHours(1));
        }
        store.resize(100_000);
        assertThat(store.bytes()).isLessThanOrEqualTo(100_000);
    }

    @Test
    void whereNotEvenOneKeyHasRoomItSaysSoAndDoesNotTryForEver() {
        store.resize(10);

        assertThatThrownBy(() -> put("a", 1, Duration.ofHours(1)))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("no room for a single key");
    }

    /** Each slot in the cache counts as used most often, so that most new slots are evicted at once. */
    @Test
    void aNewSlotFindsRoomAmongSlotsInFrequentUse() {
        LocalStore busy = new LocalStore(20_000, clock, nanos::get);
        for (int i = 0; i < 2_000; i++) {
            Step<Long> step = new Step<>("busy" + i, LocalStoreTest::countUp);
            for (int uses = 0; uses < 20; uses++) {
                busy.apply(step);
            }

            assertThat(busy.apply(step)).isPositive();
        }
    }

    @Test
    void itsTimeIsTheWallClocksAlsoWhereThatIsSet() {
        long before = run("a", LocalEntries::nowMicros);
        nanos.addAndGet(1_500);
        assertThat(run("a", LocalEntries::nowMicros)).isBetween(before + 1, before + 2);
        wallOffsetMillis.addAndGet(-3_600_000);
        assertThat(run("a", LocalEntries::nowMicros))
                .isBetween(before - 3_600_000_000L - 2_000, before - 3_599_990_000L);
    }

    @Test
    void operationsOnASlotAreAtomicWhileOthersPushItOut() throws Exception {
        LocalStore small = new LocalStore(20_000, clock, nanos::get);
        AtomicIntegerArray seen = new AtomicIntegerArray(80_001);
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Future<?>> running = new ArrayList<>();
            for (int thread = 0; thread < 4; thread++) {
                int mine = thread;
                running.add(threads.submit(() -> {
                    for (int i = 0; i < 20_000; i++) {
                        seen.incrementAndGet(Math.toIntExact(small.apply(new Step<>("hot", LocalStoreTest::countUp))));
                        small.apply(new Step<>("cold" + mine + "-" + i, LocalStoreTest::countUp));
                    }
                }));
            }
            for (Future<?> thread : running) {
                thread.get();
            }
        }
        // Each slot of that key counts 1, 2, 3…: where two saw one count, a smaller one was seen by fewer.
        for (int count = 2; count < seen.length(); count++) {
            assertThat(seen.get(count)).as("times that %d was seen", count).isLessThanOrEqualTo(seen.get(count - 1));
        }
        // Which slots go is by chance: one that is busy hardly ever does.
        assertThat(seen.get(1)).isBetween(1, 8);
    }

    @Test
    void anOperationHasSeveralSlotsToItselfWhateverTheirOrder() throws Exception {
        LocalStore small = new LocalStore(20_000, clock, nanos::get);
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Future<?>> running = new ArrayList<>();
            for (int thread = 0; thread < 4; thread++) {
                int mine = thread;
                List<String> slots = mine % 2 == 0 ? List.of("a", "b", "c") : List.of("c", "a", "b");
                running.add(threads.submit(() -> {
                    for (int i = 0; i < 5_000; i++) {
                        List<Long> counts = small.apply(new Several(slots));
                        assertThat(counts)
                                .as("all three have been counted as often")
                                .containsOnly(counts.getFirst());
                        small.apply(new Several(List.of("cold" + mine + "-" + i)));
                    }
                }));
            }
            for (Future<?> thread : running) {
                thread.get();
            }
        }
        assertThat(small.apply(new Several(List.of("b", "b", "a")))).containsExactly(20_001L, 20_002L, 20_001L);
    }

    @Test
    void slotsThatWereUsedTogetherGoByThemselves() {
        store.apply(new Several(List.of("a", "b")));
        nanos.addAndGet(Duration.ofMinutes(59).toNanos());
        store.apply(new Several(List.of("b", "c")));
        nanos.addAndGet(Duration.ofMinutes(2).toNanos());
        assertThat(store.apply(new Several(List.of("a", "b", "c")))).containsExactly(1L, 1L, 2L);
        assertThat(store.size()).isEqualTo(3);
    }

    private static long countUp(LocalEntries entries) {
        long[] count = (long[]) entries.get("n");
        if (count == null) {
            count = new long[1];
            entries.put("n", count, 24, Duration.ofHours(1));
        }
        return ++count[0];
    }
}
