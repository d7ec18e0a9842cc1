package io.policyengine.policies.traffic.shared.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

/** Rates of buckets, and numbers that do not fit. */
class BucketTest {
    private static final long SECOND = 1_000_000;

    @Test
    void ratesAreExactToAMillionth() {
        for (long requests : new long[] {1, 3, 7, 1_000, 700_000, 1_000_000, 1_000_000_000}) {
            for (long seconds : new long[] {1, 90, 86_400}) {
                double micros = (double) seconds * SECOND / requests;
                Bucket bucket = Bucket.of(micros, Math.min(requests, 1_000_000_000));
                double rate = (double) bucket.leak() / bucket.unit();
                assertThat(rate * micros).as("%d in %d s", requests, seconds).isBetween(0.998, 1.0);
                assertThat(2 * bucket.capacity()).isLessThan(1L << 53);
                assertThat(bucket.windowSeconds())
                        .as("%d in %d s", requests, seconds)
                        .isEqualTo(seconds);
            }
        }
    }

    @Test
    void numbersThatWouldNotFitAreRefused() {
        Bucket longest = Bucket.of(1e9, 1_000_000);
        assertThat(longest.requests()).isEqualTo(1_000_000);
        assertThat(2 * longest.capacity()).isLessThan(1L << 53);
        assertThatIllegalArgumentException().isThrownBy(() -> Bucket.of(86_400e6, 1_000_000));
    }
}
