package io.policyengine.worker.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.callout.CalloutResponse;
import io.policyengine.core.config.SinkConfig;
import io.policyengine.core.http.HeaderMap;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetryPausesTest {
    private static final SinkConfig.Retry RETRY =
            new SinkConfig.Retry(Duration.ofMillis(100), Duration.ofSeconds(10), Duration.ZERO);
    private static final InstantSource CLOCK = () -> Instant.parse("2026-11-27T10:00:00Z");

    private static RetryPauses pauses(double random) {
        return new RetryPauses(RETRY, CLOCK, () -> random);
    }

    private static CalloutResponse busy(String retryAfter) {
        return new CalloutResponse(503, HeaderMap.of("retry-after", retryAfter), Buffer.buffer());
    }

    @Test
    void eachIsTwiceTheOneBeforeAndHalfOfItIsRandom() {
        RetryPauses least = pauses(0);
        RetryPauses most = pauses(1);

        assertThat(Stream.generate(() -> least.next(null).toMillis()).limit(9))
                .containsExactly(50L, 100L, 200L, 400L, 800L, 1600L, 3200L, 5000L, 5000L);
        assertThat(Stream.generate(() -> most.next(null).toMillis()).limit(4)).containsExactly(100L, 200L, 400L, 800L);
    }

    @Test
    void theFirstIsShortAgainAfterASuccess() {
        RetryPauses retryPauses = pauses(1);
        retryPauses.next(null);
        retryPauses.next(null);

        retryPauses.succeeded();

        assertThat(retryPauses.next(null)).isEqualTo(Duration.ofMillis(100));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "3 | 3000",
                "0 | 100",
                "Fri, 27 Nov 2026 10:00:07 GMT | 7000",
                "Fri, 27 Nov 2026 09:00:00 GMT | 100",
                "soon | 100",
                "-5 | 100"
            })
    void aServerMayAskForALongerOne(String retryAfter, long millis) {
        assertThat(pauses(1).next(busy(retryAfter))).isEqualTo(Duration.ofMillis(millis));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"86400", "99999999999999999999", "9223372036854775807", "Fri, 27 Nov 2099 10:00:00 GMT"})
    void noPauseIsLongerThanTheLongest(String retryAfter) {
        assertThat(pauses(1).next(busy(retryAfter))).isLessThanOrEqualTo(Duration.ofSeconds(10));
    }
}
