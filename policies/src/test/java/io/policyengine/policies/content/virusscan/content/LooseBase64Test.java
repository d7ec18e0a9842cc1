package io.policyengine.policies.content.virusscan.content;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class LooseBase64Test {
    /** A text of paddings takes no more memory than its readings, however many they are. */
    @Test
    void paddingAnywhereIsReadInEachWay() {
        int times = 100_000;

        LooseBase64.Readings readings = LooseBase64.of("QUJD=".repeat(times) + "QQ==");

        assertThat(readings.isExact()).isFalse();
        List<String> texts = readings.contents().stream().map(Buffer::toString).toList();
        assertThat(texts).containsExactly("ABC".repeat(times) + "A", "ABC", "ABC".repeat(times) + "A", "");
    }

    @Test
    void anExactTextHasOneReading() {
        LooseBase64.Readings readings = LooseBase64.of("QUJD".repeat(100));

        assertThat(readings.isExact()).isTrue();
        assertThat(readings.contents()).containsExactly(Buffer.buffer("ABC".repeat(100)));
    }
}
