package io.policyengine.policies.ai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.policyengine.core.work.StoppedException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TextMeterTest {
    private final TextMeter tokens = TextMeter.tokens(() -> false);

    @ParameterizedTest
    @CsvSource(
            ignoreLeadingAndTrailingWhitespace = false,
            value = {"'',0", "hello world,2", "antidisestablishmentarianism,6", "2 + 2 = 4,7", "お誕生日おめでとう,9"})
    void countsTheTokensThatOpenAiPublishesForTheEncoding(String text, long count) {
        assertThat(tokens.sizeOf(text)).isEqualTo(count);
    }

    @Test
    void namesOfSpecialTokensAreTextLikeAnyOther() {
        assertThat(tokens.sizeOf("<|endoftext|>")).isGreaterThan(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "A", " ", "\n", "=", "1", "\u00e9", "\u4e00", "\ud83d\ude00", "\ud800", "a ", " \n"})
    void longTextsOfOneKindHaveATokenAtMostForEachOctet(String unit) {
        String text = unit.repeat(1 << 16);

        assertThat(tokens.sizeOf(text))
                .isBetween(text.length() / 256L, (long) text.getBytes(StandardCharsets.UTF_8).length);
    }

    @Test
    void wordsOfALongTextAreNotCut() {
        assertThat(tokens.sizeOf(" hello".repeat(10_000))).isEqualTo(10_000);
    }

    @Test
    void countingEndsWhereNobodyWantsTheResult() {
        assertThatExceptionOfType(StoppedException.class)
                .isThrownBy(() -> TextMeter.tokens(() -> true).sizeOf("text"));
    }

    @ParameterizedTest
    @CsvSource({"abc,3", "é,2", "一,3", "😀,4"})
    void octetsAreThoseOfUtf8(String text, long count) {
        assertThat(TextMeter.OCTETS.sizeOf(text)).isEqualTo(count);
    }
}
