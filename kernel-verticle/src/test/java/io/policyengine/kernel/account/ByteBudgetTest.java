package io.policyengine.kernel.account;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ByteBudgetTest {
    private final ByteBudget budget = new ByteBudget(100);
    private final List<String> granted = new ArrayList<>();

    @Test
    void givesWhatIsFreeAndNoMore() {
        assertThat(budget.tryTake(60)).isTrue();
        assertThat(budget.tryTake(41)).isFalse();
        assertThat(budget.tryTake(40)).isTrue();
        assertThat(budget.taken()).isEqualTo(100);
    }

    @Test
    void servesWhoWaitsInOrder() {
        budget.tryTake(100);
        claim("first", 80);
        claim("second", 10);
        claim("third", 10);

        budget.give(50);
        List<String> early = List.copyOf(granted);
        budget.give(50);

        assertThat(early).isEmpty();
        assertThat(granted).containsExactly("first", "second", "third");
        assertThat(budget.taken()).isEqualTo(100);
    }

    @Test
    void growsAndShrinksWhileItIsInUse() {
        budget.tryTake(80);
        claim("waiting", 60);

        budget.resize(140);
        List<String> afterGrowth = List.copyOf(granted);
        budget.resize(50);
        boolean whileTooMuchIsTaken = budget.tryTake(1);
        budget.give(100);

        assertThat(afterGrowth).containsExactly("waiting");
        assertThat(whileTooMuchIsTaken).isFalse();
        assertThat(budget.taken()).isEqualTo(40);
        assertThat(budget.tryTake(10)).isTrue();
        assertThat(budget.tryTake(1)).isFalse();
    }

    @Test
    void nobodyOvertakesWhoWaits() {
        budget.tryTake(50);
        claim("large", 80);

        assertThat(budget.tryTake(1)).isFalse();
    }

    @Test
    void whatIsInMemoryAlreadyTakesWhatIsFreeWhoeverWaits() {
        budget.tryTake(50);
        claim("large", 80);

        assertThat(budget.tryAdd(30)).isTrue();
        assertThat(budget.tryAdd(21)).isFalse();
        budget.resize(50);
        assertThat(budget.tryAdd(0)).isTrue();
        assertThat(budget.tryAdd(1)).isFalse();
    }

    @Test
    void whoGivesUpMakesWayForTheNext() {
        budget.tryTake(50);
        ByteBudget.Claim large = claim("large", 80);
        claim("small", 50);

        boolean inTime = large.cancel();

        assertThat(inTime).isTrue();
        assertThat(granted).containsExactly("small");
        assertThat(budget.taken()).isEqualTo(100);
    }

    @Test
    void whatIsGrantedCannotBeGivenUp() {
        ByteBudget.Claim claim = claim("a", 10);

        assertThat(claim.cancel()).isFalse();
        assertThat(budget.taken()).isEqualTo(10);
    }

    @Test
    void losesNoByteWhateverThreadsDo() throws InterruptedException {
        int threads = 4;
        AtomicLong grants = new AtomicLong();
        AtomicLong cancelled = new AtomicLong();
        AtomicLong claims = new AtomicLong();
        CountDownLatch done = new CountDownLatch(threads);
        CountDownLatch begin = new CountDownLatch(1);
        for (int i = 0; i < threads; i++) {
            Random random = new Random(i);
            Thread.ofPlatform().start(() -> {
                awaitBegin(begin);
                for (int round = 0; round < 20_000; round++) {
                    long bytes = 1L + random.nextInt(100);
                    if (random.nextBoolean() && budget.tryTake(bytes)) {
                        budget.give(bytes);
                        continue;
                    }
                    claims.incrementAndGet();
                    ByteBudget.Claim claim = budget.claim(bytes, () -> {
                        grants.incrementAndGet();
                        budget.give(bytes);
                    });
                    if (random.nextInt(4) == 0 && claim.cancel()) {
                        cancelled.incrementAndGet();
                    }
                }
                done.countDown();
            });
        }

        begin.countDown();
        assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();

        assertThat(budget.taken()).isZero();
        assertThat(grants.get() + cancelled.get()).isEqualTo(claims.get());
    }

    private static void awaitBegin(CountDownLatch begin) {
        try {
            begin.await();
        } catch (InterruptedException over) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aPartOfAMessageLeavesTheReserve() {
        assertThat(budget.tryTakePiece(61, 40)).isFalse();
        assertThat(budget.tryTakePiece(60, 40)).isTrue();
        assertThat(budget.tryTakePiece(1, 40)).isFalse();
        assertThat(budget.tryTake(40)).isTrue();
    }

    @Test
    void aPartOfAMessageDoesNotOvertakeWhoWaits() {
        budget.tryTake(50);
        claim("large", 80);

        assertThat(budget.tryTakePiece(1, 0)).isFalse();
    }

    /** Halves of messages, as many and as large as they like: all become whole where their peers send the rest. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void halfMessagesNeverHoldUpEachOtherForEver(int seed) {
        Random random = new Random(seed);
        int largest = 1 + random.nextInt(100);
        List<Arriving> arriving = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            arriving.add(new Arriving(1 + random.nextInt(largest), largest));
        }

        for (int idle = 0; !arriving.isEmpty() && idle < 10_000; idle++) {
            Arriving one = arriving.get(random.nextInt(arriving.size()));
            one.receive(1 + random.nextInt(20));
            if (one.isWhole()) {
                budget.give(one.length);
                arriving.remove(one);
                idle = 0;
            }
        }

        assertThat(arriving).isEmpty();
        assertThat(budget.taken()).isZero();
    }

    /** A message of which more and more comes, as far as it has room. */
    private final class Arriving {
        final long length;
        private final long reserve;
        private long taken;
        private boolean waits;

        Arriving(long length, long reserve) {
            this.length = length;
            this.reserve = reserve;
        }

        void receive(long more) {
            long bytes = Math.min(more, length - taken);
            long rest = length - taken;
            if (waits) {
                return;
            }
            if (budget.tryTakePiece(bytes, reserve)) {
                taken += bytes;
            } else if (budget.tryTake(rest)) {
                taken = length;
            } else {
                waits = true;
                budget.claim(rest, () -> taken = length);
            }
        }

        boolean isWhole() {
            return taken == length;
        }
    }

    private ByteBudget.Claim claim(String name, long bytes) {
        return budget.claim(bytes, () -> granted.add(name));
    }
}
