package io.policyengine.kernel.account;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class PresentSharesTest {
    private static final int THREADS = 4;
    private static final int TURNS = 50_000;

    private final Shares shares = new Shares();

    @Test
    void forgetsWhoHasGone() {
        Share first = shares.enter("a");
        Share second = shares.enter("a");

        shares.leave(first);
        Share third = shares.enter("a");
        shares.leave(second);
        shares.leave(third);

        assertThat(second).isSameAs(first);
        assertThat(third).isSameAs(first);
        assertThat(shares.enter("a")).isNotSameAs(first);
    }

    @Test
    void givesAllWhoAreThereAtOneTimeTheSameShareOnWhateverThread() throws Exception {
        List<Future<Integer>> others = new ArrayList<>();

        try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            for (int i = 0; i < THREADS; i++) {
                others.add(threads.submit((Callable<Integer>) this::comeAndGo));
            }
        }

        for (Future<Integer> other : others) {
            assertThat(other.get()).isZero();
        }
        Share last = shares.enter("a");
        assertThat(last.leave()).as("it was the only place").isTrue();
    }

    /** The number of times that one who had a place already was given another share. */
    private int comeAndGo() {
        int others = 0;
        for (int turn = 0; turn < TURNS; turn++) {
            Share mine = shares.enter("a");
            Share again = shares.enter("a");
            others += again.equals(mine) ? 0 : 1;
            shares.leave(again);
            shares.leave(mine);
        }
        return others;
    }
}
