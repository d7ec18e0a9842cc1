package io.policyengine.policies.authentication.basicauth;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.testkit.time.FakeTicker;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class FailurePaceTest {
    private final FakeTicker ticker = new FakeTicker();
    private final FailurePace pace = new FailurePace(3, 5, ticker);

    @Test
    void aClientMayFailAFewTimesAndThenOnceInTwoSeconds() {
        for (int failure = 0; failure < 3; failure++) {
            assertThat(pace.pause("client", "user" + failure)).isZero();
            pace.failed("client", "user" + failure);
        }

        assertThat(pace.pause("client", "another")).isEqualTo(Duration.ofSeconds(2));
        assertThat(pace.pause("other client", "another")).isZero();
        ticker.advance(Duration.ofMillis(1_500));
        assertThat(pace.pause("client", "another")).isEqualTo(Duration.ofMillis(500));
        ticker.advance(Duration.ofMillis(500));
        assertThat(pace.pause("client", "another")).isZero();
        pace.failed("client", "another");
        assertThat(pace.pause("client", "another")).isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void aUserMayBeFailedForAFewTimesByWhomeverAndThenOnceASecond() {
        for (int client = 0; client < 5; client++) {
            assertThat(pace.pause("client" + client, "user")).isZero();
            pace.failed("client" + client, "user");
        }

        assertThat(pace.pause("client9", "user")).isEqualTo(Duration.ofSeconds(1));
        assertThat(pace.pause("client9", "another")).isZero();
    }

    @Test
    void nobodyIsLockedOutByTheFailuresOfOthers() {
        pace.succeeded("home", "user");
        for (int client = 0; client < 50; client++) {
            pace.failed("client" + client, "user");
        }

        assertThat(pace.pause("client99", "user")).isPositive();
        assertThat(pace.pause("home", "user")).isZero();
        ticker.advance(Duration.ofHours(1));
        assertThat(pace.pause("home", "user")).isZero();
    }

    @Test
    void whatFailsAtOnceIsPaidForLaterButNobodyWaitsLongerThanAMinute() {
        for (int failure = 0; failure < 10; failure++) {
            pace.failed("client", "user" + failure);
        }
        assertThat(pace.pause("client", "x")).isEqualTo(Duration.ofSeconds(16));
        for (int failure = 0; failure < 1_000; failure++) {
            pace.failed("client", "user" + failure);
        }

        assertThat(pace.pause("client", "x")).isEqualTo(Duration.ofMinutes(1));
    }

    @Test
    void withoutABoundNobodyWaits() {
        FailurePace none = new FailurePace(0, 0, ticker);
        for (int failure = 0; failure < 100; failure++) {
            none.failed("client", "user");
        }

        assertThat(none.pause("client", "user")).isZero();
    }
}
