package io.policyengine.policies.ai.shared.modelapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

import io.policyengine.core.policy.InvalidParamsException;
import io.policyengine.core.work.StoppedException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TextMeterTest {
    private static final Set<String> GPT_4 = Set.of("gpt-4");
    private static final Set<String> GPT_4O = Set.of("gpt-4o");

    private final TextMeter older = TextMeter.tokens(GPT_4, () -> false);
    private final TextMeter newer = TextMeter.tokens(GPT_4O, () -> false);

    @ParameterizedTest
    @CsvSource(
            ignoreLeadingAndTrailingWhitespace = false,
            value = {"'',0,0", "hello world,2,2", "antidisestablishmentarianism,6,6", "2 + 2 = 4,7,7", "お誕生日おめでとう,9,8"})
    void countsTheTokensThatOpenAiPublishesForTheEncodings(String text, long inOlder, long inNewer) {
        assertThat(older.sizeOf(text)).isEqualTo(inOlder);
        assertThat(newer.sizeOf(text)).isEqualTo(inNewer);
    }

    @ParameterizedTest
    @CsvSource({
        "gpt-4o-mini,8",
        "GPT-5.1,8",
        "o3,8",
        "o4-mini-2025-04-16,8",
        "openai/gpt-4.1,8",
        "ft:gpt-4o-2024-08-06:org::id,8",
        "openai.gpt-oss-120b-1:0,8",
        "gpt-4,9",
        "gpt-4-turbo,9",
        "gpt-3.5-turbo,9",
        "claude-opus-4,9",
        "models/gemini-2.5-pro,9",
        "'',9"
    })
    void modelsAreCountedInTheirOwnEncoding(String model, long tokens) {
        assertThat(TextMeter.tokens(Set.of(model), () -> false).sizeOf("お誕生日おめでとう"))
                .isEqualTo(tokens);
    }

    @Test
    void ofSeveralModelsTheOneThatCountsMostCounts() {
        assertThat(TextMeter.tokens(Set.of("gpt-4o", "gpt-4"), () -> false).sizeOf("お誕生日おめでとう"))
                .isEqualTo(9);
        assertThat(TextMeter.tokens(Set.of(), () -> false).sizeOf("お誕生日おめでとう")).isEqualTo(9);
    }

    @Test
    void aHeapWithoutRoomForTheVocabulariesIsToldBeforeTheyAreRead() {
        assertThatExceptionOfType(InvalidParamsException.class)
                .isThrownBy(() -> TokenEncoding.requireRoom(118L << 20))
                .withMessageContaining("/estimate")
                .withMessageContaining("more than a 5th of the heap, which is 118 MiB")
                .withMessageContaining("chars_per_token");
        assertThatNoException().isThrownBy(() -> TokenEncoding.requireRoom(235L << 20));
    }

    @Test
    void namesOfSpecialTokensAreTextLikeAnyOther() {
        assertThat(older.sizeOf("<|endoftext|>")).isGreaterThan(1);
        assertThat(newer.sizeOf("<|endoftext|>")).isGreaterThan(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "A", " ", "\n", "=", "1", "\u00e9", "\u4e00", "\ud83d\ude00", "\ud800", "a ", " \n"})
    void longTextsOfOneKindHaveATokenAtMostForEachOctet(String unit) {
        String text = unit.repeat(1 << 16);

        long octets = text.getBytes(StandardCharsets.UTF_8).length;

        assertThat(older.sizeOf(text)).isBetween(text.length() / 256L, octets);
        assertThat(newer.sizeOf(text)).isBetween(text.length() / 256L, octets);
    }

    @Test
    void wordsOfALongTextAreNotCut() {
        assertThat(older.sizeOf(" hello".repeat(10_000))).isEqualTo(10_000);
        assertThat(newer.sizeOf(" hello".repeat(10_000))).isEqualTo(10_000);
    }

    @Test
    void countingEndsWhereNobodyWantsTheResult() {
        assertThatExceptionOfType(StoppedException.class)
                .isThrownBy(() -> TextMeter.tokens(GPT_4, () -> true).sizeOf("text"));
    }

    @ParameterizedTest
    @CsvSource({"abc,3", "é,2", "一,3", "😀,4"})
    void octetsAreThoseOfUtf8(String text, long count) {
        assertThat(TextMeter.OCTETS.sizeOf(text)).isEqualTo(count);
    }
}
