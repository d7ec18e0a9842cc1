package io.policyengine.kernel.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ParentSpanTest {
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String SPAN = "00f067aa0ba902b7";
    private static final String SAMPLED = "00-" + TRACE + "-" + SPAN + "-01";

    private final ParentSpan parent = new ParentSpan();

    @Test
    void readsTraceparent() {
        assertThat(parent.takeTraceparent(SAMPLED)).isTrue();

        isTheSpan();
        assertThat(parent.isDecided()).isTrue();
        assertThat(parent.isSampled()).isTrue();
    }

    @Test
    void readsThatTheParentIsNotKept() {
        assertThat(parent.takeTraceparent("00-" + TRACE + "-" + SPAN + "-02")).isTrue();

        assertThat(parent.isDecided()).isTrue();
        assertThat(parent.isSampled()).isFalse();
    }

    @Test
    void readsALaterVersionAsFarAsItIsKnown() {
        assertThat(parent.takeTraceparent("cc-" + TRACE + "-" + SPAN + "-09-what-the-future-will-be"))
                .isTrue();

        isTheSpan();
        assertThat(parent.isSampled()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "00",
                "00-" + TRACE + "-" + SPAN,
                "00-" + TRACE + "-" + SPAN + "-01-",
                "00-" + TRACE + "-" + SPAN + "-01-more",
                "00-" + TRACE + "-" + SPAN + "-0x",
                "00_" + TRACE + "-" + SPAN + "-01",
                "00-" + TRACE + "_" + SPAN + "-01",
                "00-" + TRACE + "-" + SPAN + "_01",
                " 00-" + TRACE + "-" + SPAN + "-01",
                "ff-" + TRACE + "-" + SPAN + "-01",
                "01-" + TRACE + "-" + SPAN + "-01.more",
                "0G-" + TRACE + "-" + SPAN + "-01",
                "00-4BF92F3577B34DA6A3CE929D0E0E4736-" + SPAN + "-01",
                "00-00000000000000000000000000000000-" + SPAN + "-01",
                "00-" + TRACE + "-0000000000000000-01",
                "00-4bf92f3577b34da6a3ce929d0e0e473-" + SPAN + "-011",
                "00-" + TRACE + "-" + SPAN + "-01, 00-" + TRACE + "-" + SPAN + "-01"
            })
    void takesNoMalformedTraceparent(String field) {
        assertThat(parent.takeTraceparent(field)).isFalse();

        assertThat(parent.span()).isZero();
        assertThat(parent.isDecided()).isFalse();
    }

    @Test
    void takesNoTraceparentOfEightKilobytes() {
        assertThat(parent.takeTraceparent("01" + SAMPLED.substring(2) + "-" + "a".repeat(8192)))
                .isFalse();
        assertThat(parent.takeTraceparent("a".repeat(8192))).isFalse();
        assertThat(parent.takeB3("a".repeat(8192))).isFalse();
        assertThat(parent.takeB3("a".repeat(8192), SPAN, null, null)).isFalse();
        assertThat(parent.takeB3(TRACE, "a".repeat(8192), null, null)).isFalse();
        assertThat(parent.span()).isZero();
    }

    @Test
    void readsB3InOneField() {
        assertThat(parent.takeB3(TRACE + "-" + SPAN + "-1-05e3ac9a4f6e3b90")).isTrue();

        isTheSpan();
        assertThat(parent.isSampled()).isTrue();

        assertThat(parent.takeB3(TRACE + "-" + SPAN + "-0")).isTrue();
        assertThat(parent.isDecided()).isTrue();
        assertThat(parent.isSampled()).isFalse();

        assertThat(parent.takeB3(TRACE + "-" + SPAN + "-d")).isTrue();
        assertThat(parent.isSampled()).isTrue();

        assertThat(parent.takeB3(TRACE + "-" + SPAN)).isTrue();
        assertThat(parent.isDecided()).isFalse();
    }

    @Test
    void readsB3WithAShortTraceId() {
        assertThat(parent.takeB3("a3ce929d0e0e4736-" + SPAN + "-1")).isTrue();

        assertThat(parent.traceHigh()).isZero();
        assertThat(parent.traceLow()).isEqualTo(0xa3ce929d0e0e4736L);
    }

    @Test
    void readsB3InSeveralFields() {
        assertThat(parent.takeB3(TRACE, SPAN, "1", null)).isTrue();

        isTheSpan();
        assertThat(parent.isSampled()).isTrue();

        assertThat(parent.takeB3(TRACE, SPAN, "false", null)).isTrue();
        assertThat(parent.isSampled()).isFalse();

        assertThat(parent.takeB3(TRACE, SPAN, "0", "1")).isTrue();
        assertThat(parent.isSampled()).isTrue();
    }

    @Test
    void readsThatNothingIsKeptWithoutIds() {
        assertThat(parent.takeB3("0")).isTrue();
        assertThat(parent.isDecided()).isTrue();
        assertThat(parent.isSampled()).isFalse();

        parent.clear();
        assertThat(parent.takeB3(null, null, "0", null)).isTrue();
        assertThat(parent.isDecided()).isTrue();
        assertThat(parent.span()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1",
                "",
                "-",
                TRACE,
                TRACE + "-",
                TRACE + "-" + SPAN + "-",
                TRACE + "-" + SPAN + "-2",
                TRACE + "-" + SPAN + "-1-",
                TRACE + "-" + SPAN + "-1-05e3ac9a4f6e3b9",
                TRACE + "-" + SPAN + "-1-05e3ac9a4f6e3b90-",
                TRACE + "-" + SPAN + "x1",
                TRACE + "-0f067aa0ba902b7-1",
                "4bf92f35-" + SPAN + "-1",
                TRACE + "-0000000000000000-1"
            })
    void takesNoMalformedB3(String field) {
        assertThat(parent.takeB3(field)).isFalse();

        assertThat(parent.span()).isZero();
    }

    @Test
    void takesNoMalformedB3Fields() {
        assertThat(parent.takeB3(TRACE, null, "1", null)).isFalse();
        assertThat(parent.takeB3(null, SPAN, "1", null)).isFalse();
        assertThat(parent.takeB3(TRACE, SPAN, "yes", null)).isFalse();
        assertThat(parent.takeB3(TRACE + "0", SPAN, "1", null)).isFalse();
        assertThat(parent.takeB3(null, null, "1", null)).isFalse();
    }

    @Test
    void anyTextIsReadOrIgnored() {
        var random = new SplittableRandom(1);
        String alphabet = "00112233aaffFF-- \u00ffx";
        for (int i = 0; i < 100_000; i++) {
            var text = new StringBuilder(random.nextBoolean() ? SAMPLED : TRACE + "-" + SPAN + "-1");
            for (int edits = random.nextInt(4); edits > 0; edits--) {
                int at = random.nextInt(text.length());
                switch (random.nextInt(3)) {
                    case 0 -> text.setCharAt(at, alphabet.charAt(random.nextInt(alphabet.length())));
                    case 1 -> text.insert(at, alphabet.charAt(random.nextInt(alphabet.length())));
                    default -> text.setLength(Math.max(1, at));
                }
            }
            parent.clear();

            boolean taken = parent.takeTraceparent(text.toString()) || parent.takeB3(text.toString());

            assertThat(parent.span() != 0 || parent.isDecided())
                    .as(text.toString())
                    .isEqualTo(taken);
        }
    }

    private void isTheSpan() {
        assertThat(parent.traceHigh()).isEqualTo(0x4bf92f3577b34da6L);
        assertThat(parent.traceLow()).isEqualTo(0xa3ce929d0e0e4736L);
        assertThat(parent.span()).isEqualTo(0x00f067aa0ba902b7L);
    }
}
