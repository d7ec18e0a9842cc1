package io.policyengine.kernel.overload;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class RecentSharesTest {
    private final RecentShares shares = new RecentShares(new Random(7));

    /** So many of what was asked for is had, and each takes so long. */
    private void ask(String who, int had, int refused, long nanos) {
        shares.had(who, had);
        shares.took(who, had * nanos);
        shares.missed(who, refused * nanos);
    }

    @Test
    void whoAsksForMoreThanOthersLeaveIsTold() {
        ask("often", 40, 50, 1000);
        ask("rarely", 10, 0, 1000);
        shares.roll();

        assertThat(shares.isUnfair("often")).isTrue();
        assertThat(shares.isUnfair("rarely")).isFalse();
        assertThat(shares.isUnfair("never")).isFalse();
    }

    @Test
    void itIsTheTimeThatCounts() {
        ask("seldom, but long", 2, 2, 50_000);
        ask("often, but short", 60, 1, 1000);
        shares.roll();

        assertThat(shares.isUnfair("seldom, but long")).isTrue();
        assertThat(shares.isUnfair("often, but short")).isFalse();
    }

    @Test
    void whoIsRefusedWhollyWantsSomethingToo() {
        ask("refused", 0, 90, 1000);
        ask("had", 10, 0, 1000);
        ask("had more", 40, 0, 1000);
        shares.roll();

        assertThat(shares.isUnfair("refused")).isTrue();
        assertThat(shares.isUnfair("had")).isFalse();
    }

    @Test
    void manyWhoAskForMuchLeaveOneItsLittle() {
        for (int i = 0; i < 10; i++) {
            ask("often " + i, 32, 67, 1000);
        }
        ask("rarely", 10, 0, 1000);
        shares.roll();

        assertThat(shares.isUnfair("often 7")).isTrue();
        assertThat(shares.isUnfair("rarely")).isFalse();
    }

    @Test
    void nobodyAsksForTooMuchWhereAllHaveWhatTheyAskFor() {
        ask("often", 90, 0, 1000);
        ask("rarely", 10, 0, 1000);
        shares.roll();

        assertThat(shares.isUnfair("often")).isFalse();
    }

    @Test
    void whatWasAskedBeforeTheLastWindowIsForgotten() {
        ask("often", 40, 50, 1000);
        ask("rarely", 10, 0, 1000);
        shares.roll();
        shares.roll();

        assertThat(shares.isUnfair("often")).isFalse();
    }

    @Test
    void whatOneTakesIsRemembered() {
        ask("dear", 2, 0, 50_000);
        shares.roll();
        ask("dear", 0, 3, 50_000);
        shares.roll();

        assertThat(shares.each("dear")).isEqualTo(50_000);
        assertThat(shares.each("never")).isZero();

        ask("dear", 10, 0, 10_000);
        shares.roll();
        assertThat(shares.each("dear")).isBetween(10_000L, 50_000L);

        shares.forget();
        assertThat(shares.each("dear")).isZero();
    }

    @Test
    void anyNumberOfNamesIsCounted() {
        for (int i = 0; i < 1_000_000; i++) {
            ask("client " + i, i % 2, (i + 1) % 2, 1000);
        }
        shares.roll();

        // Those who share a cell count as one, who asked for a thousand times or so.
        assertThat(shares.isUnfair("client 1")).isTrue();
    }
}
