package io.policyengine.core.store.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.store.LocalEntries;
import io.policyengine.core.store.StoreException;
import io.policyengine.core.store.StoreOperation;
import io.policyengine.core.store.StoreReply;
import io.policyengine.core.store.StoreScript;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Values in memory that are kept for their time: what gives way, what is refused, and the share of a client. */
class ReservedSlotsTest {
    private static final int MAX_BYTES = 100_000;
    private static final Duration HOUR = Duration.ofHours(1);

    private final AtomicLong nanos = new AtomicLong(Duration.ofDays(1).toNanos());
    private final InstantSource clock = () -> Instant.ofEpochMilli(nanos.get() / 1_000_000);
    private final AtomicInteger refused = new AtomicInteger();
    private final AtomicInteger dropped = new AtomicInteger();
    private final LocalStore store = new LocalStore(MAX_BYTES, clock, nanos::get, new StorePressure() {
        @Override
        public void refused() {
            refused.incrementAndGet();
        }

        @Override
        public void dropped(int values) {
            dropped.addAndGet(values);
        }
    });

    private record Step<T>(String slot, String client, Function<LocalEntries, T> does) implements StoreOperation<T> {
        private static final StoreScript SCRIPT = new StoreScript("none", "return 0");

        @Override
        public StoreScript script() {
            return SCRIPT;
        }

        @Override
        public List<String> names() {
            return List.of("key");
        }

        @Override
        public void arguments(Arguments arguments) {}

        @Override
        public T result(StoreReply reply) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Optional<String> localClient() {
            return Optional.of(client);
        }

        @Override
        public T applyTo(LocalEntries entries) {
            return does.apply(entries);
        }
    }

    private <T> T run(String slot, String client, Function<LocalEntries, T> does) {
        return store.apply(new Step<>(slot, client, does));
    }

    private void put(String slot, String client, Duration timeToLive) {
        run(slot, client, entries -> {
            entries.put("key", slot, 100, timeToLive);
            return true;
        });
    }

    private boolean answer(String slot, int bytes) {
        return run(slot, "", entries -> entries.putDroppable("answer", slot, bytes, HOUR));
    }

    private boolean has(String slot, String name) {
        return run(slot, "", entries -> entries.get(name) != null);
    }

    private int putUntilRefused(String client) {
        for (int i = 0; i < 1_000; i++) {
            String slot = client + i;
            if (i > 0 && refused.get() > 0) {
                refused.set(0);
                return i - 1;
            }
            try {
                put(slot, client, HOUR);
            } catch (StoreException full) {
                assertThat(full.kind()).isEqualTo(StoreException.Kind.OVERLOADED);
            }
        }
        throw new AssertionError("nothing was refused");
    }

    @Test
    void aFloodOfOneClientPushesOutNoKeyAndLeavesRoomForOthers() {
        put("mine", "me", HOUR);

        int flood = putUntilRefused("other");

        assertThat(flood).isPositive();
        assertThat(store.bytes()).isBetween(MAX_BYTES / 3L, MAX_BYTES * 2L / 3);
        assertThat(has("mine", "key")).isTrue();
        IntStream.range(0, flood)
                .forEach(i -> assertThat(has("other" + i, "key")).isTrue());
        put("mine too", "me", HOUR);
        assertThat(putUntilRefused("third")).as("each further client has less").isBetween(1, flood - 1);
        assertThat(store.bytes()).isLessThanOrEqualTo(MAX_BYTES);
    }

    @Test
    void answersGiveWayToKeysTheOldestFirst() {
        put("a", "me", HOUR);
        put("b", "you", HOUR);
        assertThat(answer("a", 45_000)).isTrue();
        assertThat(answer("b", 45_000)).isTrue();

        for (int i = 0; i < 20; i++) {
            put("more" + i, "third", HOUR);
        }

        assertThat(has("a", "answer")).isFalse();
        assertThat(has("b", "answer")).isTrue();
        assertThat(has("a", "key")).isTrue();
        assertThat(dropped).hasValue(1);
        assertThat(refused).hasValue(0);
    }

    @Test
    void theAnswersOfOneClientHaveHalfOfTheRoomAndDropItsOwn() {
        put("mine", "me", HOUR);
        assertThat(answer("mine", 20_000)).isTrue();

        for (int i = 0; i < 17; i++) {
            put("other" + i, "other", HOUR);
            assertThat(answer("other" + i, 20_000)).isTrue();
        }

        assertThat(has("mine", "answer")).isTrue();
        assertThat(has("other16", "answer")).isTrue();
        assertThat(has("other0", "answer")).isFalse();
        assertThat(has("other0", "key")).isTrue();
        assertThat(answer("mine", MAX_BYTES)).as("more than there is").isFalse();
        assertThat(has("mine", "answer")).isFalse();
        assertThat(store.bytes()).isLessThanOrEqualTo(MAX_BYTES);
    }

    @Test
    void keysWhoseTimeIsOverMakeRoom() {
        for (int i = 0; i < 60; i++) {
            put("short" + i, "me", Duration.ofSeconds(1));
            answer("short" + i, 10);
        }
        nanos.addAndGet(Duration.ofSeconds(1).toNanos());
        for (int i = 0; i < 60; i++) {
            put("long" + i, "me", HOUR);
        }

        assertThat(refused).hasValue(0);
        assertThat(has("short59", "key")).isFalse();
        nanos.addAndGet(HOUR.toNanos());
        assertThat(store.size()).isZero();
        assertThat(store.bytes()).isZero();
    }

    @Test
    void aSmallerStoreKeepsItsKeysAndDropsAnswers() {
        for (int i = 0; i < 60; i++) {
            put("k" + i, "me", HOUR);
            answer("k" + i, 100);
        }
        long before = store.bytes();

        store.resize(10_000);

        assertThat(store.bytes()).isLessThan(before);
        IntStream.range(0, 60).forEach(i -> assertThat(has("k" + i, "key")).isTrue());
        assertThat(has("k59", "answer")).isFalse();
    }

    @Test
    void aSmallerStoreTakesNewKeysWhileItsOldOnesAreKept() {
        for (int i = 0; i < 60; i++) {
            put("old" + i, "me", HOUR);
        }
        long old = store.bytes();

        long granted = store.resize(10_000);
        put("another of me", "me", HOUR);
        put("another", "you", HOUR);
        fill("new");

        assertThat(granted).isEqualTo(old + 5_000);
        assertThat(store.bytes()).isBetween(old + 1_000, granted);
        IntStream.range(0, 60).forEach(i -> assertThat(has("old" + i, "key")).isTrue());
        assertThat(has("another", "key")).isTrue();
        nanos.addAndGet(HOUR.toNanos());
        fill("later");
        assertThat(store.bytes()).isBetween(8_000L, 10_000L);
        assertThat(store.resize(10_000)).isEqualTo(10_000);
    }

    @Test
    void aStoreThatIsLoweredAgainAndAgainNeverTakesMoreThanBefore() {
        fill("a");
        long most = MAX_BYTES;
        for (int max : new int[] {60_000, 60_000, 30_000, 80_000, 10_000, 0}) {
            long granted = store.resize(max);

            fill("at " + max);

            assertThat(granted).isLessThanOrEqualTo(Math.max(most, max));
            assertThat(store.bytes()).isLessThanOrEqualTo(granted);
            most = granted;
        }
        nanos.addAndGet(HOUR.toNanos());
        assertThat(store.bytes()).isZero();
        assertThat(store.resize(0)).isZero();
    }

    /** Puts keys of many clients until there is no room. */
    private void fill(String prefix) {
        for (int i = 0; i < 500; i++) {
            try {
                put(prefix + i, prefix + i, HOUR);
            } catch (StoreException noRoom) {
                return;
            }
        }
    }

    @Test
    void whatIsRemovedOrNeverPutTakesNoMemory() {
        put("a", "me", HOUR);
        answer("a", 100);

        assertThat(has("absent", "key")).isFalse();
        assertThat(answer("absent", 100)).as("an answer without a key").isFalse();
        run("a", "", entries -> {
            entries.remove("key");
            return true;
        });

        assertThat(store.size()).isZero();
        assertThat(store.bytes()).isZero();
    }

    @Test
    void aKeyThatIsKeptLivesOn() {
        put("a", "me", Duration.ofSeconds(1));
        for (int i = 0; i < 10; i++) {
            nanos.addAndGet(Duration.ofMillis(900).toNanos());
            run("a", "", entries -> {
                entries.keep("key", Duration.ofSeconds(1));
                return true;
            });
        }

        assertThat(has("a", "key")).isTrue();
        assertThat(run("a", "", LocalEntries::nowMicros)).isEqualTo(nanos.get() / 1_000);
    }

    @Test
    void operationsAreAtomicOnAllThreads() throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Future<Integer>> running = IntStream.range(0, 4)
                    .mapToObj(thread -> threads.submit(() -> taken(thread)))
                    .toList();
            int all = 0;
            for (Future<Integer> thread : running) {
                all += thread.get();
            }
            assertThat(all).as("each key is taken once").isEqualTo(50);
        }
    }

    private int taken(int thread) {
        int taken = 0;
        for (int i = 0; i < 50; i++) {
            boolean first = run("k" + i, "client" + thread, entries -> {
                boolean isFree = entries.get("key") == null;
                if (isFree) {
                    entries.put("key", thread, 100, HOUR);
                }
                return isFree;
            });
            taken += first ? 1 : 0;
        }
        return taken;
    }
}
