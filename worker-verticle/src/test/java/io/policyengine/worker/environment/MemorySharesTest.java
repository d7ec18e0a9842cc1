package io.policyengine.worker.environment;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.policy.ResizableState;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The division of memory among caches: who gets how much, and that it is never more than there is. */
class MemorySharesTest {
    private static final int CAPACITY = 1_200;

    private final MemoryShares shares = new MemoryShares(CAPACITY);
    private final FakeCache small = new FakeCache();
    private final FakeCache large = new FakeCache();
    private final FakeCache huge = new FakeCache();

    @Test
    void eachHasWhatItWantsWhileThereIsEnough() {
        shares.add(small, 200);
        shares.add(large, 1_000);

        assertThat(small.maxBytes()).isEqualTo(200);
        assertThat(large.maxBytes()).isEqualTo(1_000);
    }

    @Test
    void thoseThatWantTheLeastHaveAllOfItAndTheOthersTheSame() {
        shares.add(huge, 1_000_000);
        assertThat(huge.maxBytes()).isEqualTo(CAPACITY);
        MemoryShares.Member second = shares.add(large, 1_000);
        shares.add(small, 200);

        assertThat(small.maxBytes()).isEqualTo(200);
        assertThat(large.maxBytes()).isEqualTo(500);
        assertThat(huge.maxBytes()).isEqualTo(500);
        shares.remove(second);
        assertThat(huge.maxBytes()).as("it grows again").isEqualTo(1_000);
    }

    @Test
    void thoseOfReplacedEntriesHaveWhatIsLeft() {
        MemoryShares.Member old = shares.add(large, 1_000);
        shares.setCurrent(old, false);
        assertThat(large.maxBytes()).isEqualTo(1_000);

        MemoryShares.Member young = shares.add(huge, 900);
        assertThat(huge.maxBytes()).isEqualTo(900);
        assertThat(large.maxBytes()).isEqualTo(300);

        shares.setCurrent(old, true);
        assertThat(huge.maxBytes()).isEqualTo(600);
        shares.remove(young);
        assertThat(large.maxBytes()).isEqualTo(1_000);
    }

    @Test
    void whatMustNotBeEvictedIsTakenFromTheOthers() {
        MemoryShares.Member pinning = shares.add(large, 1_000);
        large.pin(900);

        shares.add(huge, 1_200);

        assertThat(large.maxBytes()).isEqualTo(900);
        assertThat(huge.maxBytes()).isEqualTo(300);
        large.pin(0);
        shares.add(small, 100);
        assertThat(huge.maxBytes()).isEqualTo(550);
        assertThat(large.maxBytes()).isEqualTo(550);
        shares.remove(pinning);
        assertThat(huge.maxBytes()).isEqualTo(1_100);
    }

    @Test
    void thousandsHaveALittleEach() {
        List<FakeCache> caches = IntStream.range(0, 2_000)
                .mapToObj(_ -> new FakeCache())
                .peek(cache -> shares.add(cache, 500))
                .toList();

        assertThat(caches.stream().mapToLong(FakeCache::maxBytes).sum()).isBetween(1L, (long) CAPACITY);
    }

    @Test
    void manyThreadsNeverHandOutMoreThanThereIs() throws Exception {
        AtomicLong inUse = new AtomicLong();
        AtomicLong most = new AtomicLong();
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Future<?>> running = new ArrayList<>();
            for (int thread = 0; thread < 4; thread++) {
                int mine = thread;
                running.add(threads.submit(() -> {
                    for (int i = 0; i < 500; i++) {
                        MemoryShares.Member member =
                                shares.add(new Counting(inUse, most), 100L * (1 + (mine + i) % 20));
                        shares.setCurrent(member, i % 3 > 0);
                    }
                }));
            }
            for (Future<?> thread : running) {
                thread.get();
            }
        }

        assertThat(most.get()).isPositive().isLessThanOrEqualTo(CAPACITY);
        assertThat(shares.granted()).isEqualTo(inUse.get());
    }

    /** A cache that adds its memory to that of all. */
    private static final class Counting implements ResizableState {
        private final AtomicLong inUse;
        private final AtomicLong most;
        private long mine;

        Counting(AtomicLong inUse, AtomicLong most) {
            this.inUse = inUse;
            this.most = most;
        }

        @Override
        public long resize(long maxBytes) {
            most.accumulateAndGet(inUse.addAndGet(maxBytes - mine), Math::max);
            mine = maxBytes;
            return maxBytes;
        }
    }
}
