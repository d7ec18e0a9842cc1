package io.policyengine.kernel.overload;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class RecentSharesTest {
    private final RecentShares shares = new RecentShares(new Random(7));

    private void ask(String who, int times) {
        for (int i = 0; i < times; i++) {
            shares.asks(who, 1);
        }
    }

    @Test
    void whoAsksForMoreThanOthersLeaveIsTold() {
        ask("often", 90);
        ask("rarely", 10);
        shares.roll(50, false);

        assertThat(shares.asks("often", 1)).isTrue();
        assertThat(shares.asks("rarely", 1)).isFalse();
        assertThat(shares.asks("never", 1)).isFalse();
    }

    @Test
    void manyWhoAskForMuchLeaveOneItsLittle() {
        for (int i = 0; i < 10; i++) {
            ask("often " + i, 99);
        }
        ask("rarely", 10);
        shares.roll(330, false);

        assertThat(shares.asks("often 7", 1)).isTrue();
        assertThat(shares.asks("rarely", 1)).isFalse();
    }

    @Test
    void nobodyAsksForTooMuchWhereAllHaveWhatTheyAskFor() {
        ask("often", 90);
        ask("rarely", 10);
        shares.roll(100, false);

        assertThat(shares.asks("often", 1)).isFalse();
    }

    @Test
    void whereAllHadWhatTheyAskedForAndItWasTooMuchWhoAskedForMostIsTold() {
        ask("often", 90);
        ask("rarely", 10);
        shares.roll(100, true);

        assertThat(shares.asks("often", 1)).isTrue();
        assertThat(shares.asks("rarely", 1)).isFalse();
    }

    @Test
    void whatWasAskedBeforeTheLastWindowIsForgotten() {
        ask("often", 90);
        ask("rarely", 10);
        shares.roll(50, false);
        shares.roll(0, false);

        assertThat(shares.asks("often", 1)).isFalse();
    }

    @Test
    void anyNumberOfNamesIsCounted() {
        for (int i = 0; i < 1_000_000; i++) {
            shares.asks("client " + i, 1);
        }
        shares.roll(500_000, false);

        // Those who share a cell count as one, who asked for a thousand times or so.
        assertThat(shares.asks("client 1", 1)).isTrue();
    }
}
