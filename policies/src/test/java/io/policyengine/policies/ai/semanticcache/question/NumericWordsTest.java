package io.policyengine.policies.ai.semanticcache.question;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class NumericWordsTest {
    @Test
    void wordsWithDigitsAreFigures() {
        assertThat(NumericWords.in("Pay 1,250.50 EUR by 2026-01-31, order #A-17 (v2.1)."))
                .containsExactly("1,250.50", "2026-01-31", "a-17", "v2.1");
    }

    @Test
    void digitsOfOtherScriptsAndFractionsCount() {
        assertThat(NumericWords.in("\u0663 apples, \u00bd a pound, 5\u00b2"))
                .containsExactly("\u0663", "\u00bd", "5\u00b2");
    }

    @Test
    void aTextWithoutThemHasNone() {
        assertThat(NumericWords.in("what is the capital of France? - I don't know..."))
                .isEmpty();
        assertThat(NumericWords.in("")).isEmpty();
    }

    @Test
    void charactersBeyondTheBasicPlaneAreWhole() {
        assertThat(NumericWords.in("\ud83d\ude00 7\ud83d\ude00 \ud835\udfcf")).containsExactly("7", "\ud835\udfcf");
    }

    @Test
    void punctuationAtTheEdgesIsNoPart() {
        assertThat(NumericWords.in("7. 7, '7' -7- 7")).containsExactly("7", "7", "7", "7", "7");
    }
}
