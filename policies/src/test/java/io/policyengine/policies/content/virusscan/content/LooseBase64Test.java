package io.policyengine.policies.content.virusscan.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.policyengine.core.work.StoppedException;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LooseBase64Test {
    /** A text of paddings takes no more memory than its readings, however many they are. */
    @Test
    void paddingAnywhereIsReadInEachWay() {
        int times = 100_000;

        LooseBase64.Readings readings = LooseBase64.of("QUJD=".repeat(times) + "QQ==", () -> false);

        assertThat(readings.isExact()).isFalse();
        List<String> texts = readings.contents().stream().map(Buffer::toString).toList();
        assertThat(texts).containsExactly("ABC".repeat(times) + "A", "ABC", "ABC".repeat(times) + "A", "");
    }

    /** Half of the looks are at the text, the other half at its paddings. */
    @Test
    void looksWhetherItIsStillNeededAsItReadsAndAsItDecodes() {
        String text = "QUJD=".repeat(100_000);
        AtomicInteger looks = new AtomicInteger();

        LooseBase64.of(text, () -> looks.incrementAndGet() < 0);

        assertThat(looks).hasValue(2 * 8);
        for (int look = 1; look <= looks.get(); look++) {
            AtomicInteger left = new AtomicInteger(look);
            assertThatExceptionOfType(StoppedException.class)
                    .isThrownBy(() -> LooseBase64.of(text, () -> left.decrementAndGet() == 0));
        }
    }

    @Test
    void anExactTextHasOneReading() {
        LooseBase64.Readings readings = LooseBase64.of("QUJD".repeat(100), () -> false);

        assertThat(readings.isExact()).isTrue();
        assertThat(readings.contents()).containsExactly(Buffer.buffer("ABC".repeat(100)));
    }
}
