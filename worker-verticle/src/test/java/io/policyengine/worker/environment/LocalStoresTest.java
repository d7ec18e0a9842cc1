package io.policyengine.worker.environment;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.store.LocalEntries;
import io.policyengine.core.store.StoreOperation;
import io.policyengine.core.store.StoreReply;
import io.policyengine.core.store.StoreScript;
import io.policyengine.core.store.local.LocalStore;
import io.policyengine.core.store.local.StorePressure;
import io.policyengine.core.time.Ticker;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
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
