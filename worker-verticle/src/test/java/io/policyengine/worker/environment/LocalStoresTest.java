package io.policyengine.worker.environment;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.store.LocalEntries;
import io.policyengine.core.store.StoreException;
import io.policyengine.core.store.StoreOperation;
import io.policyengine.core.store.StoreReply;
import io.policyengine.core.store.StoreScript;
import io.policyengine.core.store.local.LocalStore;
import io.policyengine.core.store.local.StorePressure;
import io.policyengine.core.time.Ticker;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** The stores in memory, and the part of the heap that they share. */
class LocalStoresTest {
    private static final int CAPACITY = 300_000;

    private final LocalStores stores =
            new LocalStores(CAPACITY, InstantSource.system(), Ticker.SYSTEM, _ -> StorePressure.NONE);

    private static NamedStates.Key owner(String scope) {
        return NamedStates.Key.ofAll("policy", "store", scope);
    }

    @Test
    void thoseOfOneScopeAreOne() {
        LocalStore one = stores.use(owner("a"), 1_000);

        assertThat(stores.use(owner("a"), 2_000)).isSameAs(one);
        assertThat(stores.use(owner("b"), 1_000)).isNotSameAs(one);

        stores.forget(owner("a"));
        assertThat(stores.size()).isEqualTo(2);
        stores.forget(owner("a"));
        assertThat(stores.size()).isEqualTo(1);
        assertThat(stores.use(owner("a"), 1_000)).isNotSameAs(one);
    }

    @Test
    void thoseThatTogetherWantTooMuchShare() {
        LocalStore small = stores.use(owner("small"), 100_000);
        stores.use(owner("small"), 200_000);
        LocalStore large = stores.use(owner("large"), 400_000);

        fill(small);
        fill(large);

        assertThat(small.bytes()).isBetween(140_000L, 150_000L);
        assertThat(large.bytes()).isBetween(140_000L, 150_000L);

        stores.forget(owner("large"));
        fill(small);
        assertThat(small.bytes()).isBetween(190_000L, 200_000L);
    }

    @Test
    void aStoreThatGotLittleGetsMoreWhenOldValuesOfAnotherHaveEnded() {
        AtomicLong nanos = new AtomicLong();
        LocalStores timed = new LocalStores(CAPACITY, InstantSource.system(), nanos::get, _ -> StorePressure.NONE);
        LocalStore first = timed.use(owner("first"), CAPACITY);
        int kept = keep(first, "first");
        LocalStore second = timed.use(owner("second"), CAPACITY);

        assertThat(kept).isPositive();
        assertThat(keep(second, "early")).isLessThan(kept / 4);
        nanos.addAndGet(Duration.ofHours(2).toNanos());
        keep(second, "refused");
        assertThat(keep(second, "late")).isPositive();
        assertThat(second.bytes()).isGreaterThan(CAPACITY / 2 - 2_000);
    }

    /** Puts values of different clients that must be kept until there is no room, and returns their number. */
    private static int keep(LocalStore store, String prefix) {
        for (int i = 0; i < 2_000; i++) {
            try {
                store.apply(new Keep(prefix + i));
            } catch (StoreException noRoom) {
                return i;
            }
        }
        return 2_000;
    }

    private record Keep(String slot) implements StoreOperation<Boolean> {
        @Override
        public StoreScript script() {
            return new StoreScript("keep", "return 1");
        }

        @Override
        public List<String> names() {
            return List.of("value");
        }

        @Override
        public void arguments(Arguments arguments) {
            arguments.add(1);
        }

        @Override
        public Boolean result(StoreReply reply) {
            return true;
        }

        @Override
        public Optional<String> localClient() {
            return Optional.of(slot);
        }

        @Override
        public Boolean applyTo(LocalEntries entries) {
            entries.put("value", "value", 100, Duration.ofHours(1));
            return true;
        }
    }

    private static void fill(LocalStore store) {
        for (int i = 0; i < 2_000; i++) {
            store.apply(new Put("slot-" + i));
        }
    }

    private record Put(String slot) implements StoreOperation<Boolean> {
        @Override
        public StoreScript script() {
            return new StoreScript("put", "return 1");
        }

        @Override
        public List<String> names() {
            return List.of("value");
        }

        @Override
        public void arguments(Arguments arguments) {
            arguments.add(1);
        }

        @Override
        public Boolean result(StoreReply reply) {
            return true;
        }

        @Override
        public Boolean applyTo(LocalEntries entries) {
            entries.put("value", "value", 100, Duration.ofHours(1));
            return true;
        }
    }
}
