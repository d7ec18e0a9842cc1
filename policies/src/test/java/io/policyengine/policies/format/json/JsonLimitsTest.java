package io.policyengine.policies.format.json;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The memory that a scan is said to hold. */
class JsonLimitsTest {
    private static JsonLimits limits(boolean duplicates) {
        return new JsonLimits(32, 1_000, 10_000, 1 << 20, 256, 64, duplicates);
    }

    @Test
    void aShortTextHoldsWhatItsBytesMayName() {
        assertThat(limits(false).heapBytes(1_000)).isEqualTo(8_000);
    }

    @Test
    void aLongTextHoldsNoMoreNamesThanTheLimitsLet() {
        assertThat(limits(false).heapBytes(1L << 30)).isEqualTo(32 * (48 * 1_000 + 256));
    }

    @Test
    void noNameIsHeldWhereEachMayStandTwice() {
        assertThat(limits(true).heapBytes(1L << 30)).isEqualTo(32 * 256);
    }
}
