package io.policyengine.policies.content.shared.textmatch;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.re2j.Pattern;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PatternListTest {
    private static List<String> find(String text, int window, long seed, String... patterns) {
        List<Pattern> compiled =
                List.of(patterns).stream().map(Pattern::compile).toList();
        return Matches.in(text, PatternList.of(compiled, window).scan(0), new Random(seed));
    }

    @Test
    void findsTheSameInAnyPieces() {
        String[] patterns = {"a+b", "\\bab", "ab$", "^b", "(a|b)*c", "b.*?c", "[^a]b", "ab|abc{2,9}"};
        for (int seed = 0; seed < 2_000; seed++) {
            Random random = new Random(seed);
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < 20 + random.nextInt(200); i++) {
                text.append("aabbc -\nü".charAt(random.nextInt(9)));
            }
            String pattern = patterns[random.nextInt(patterns.length)];
            List<String> whole = find(text.toString(), 16, -1, pattern);

            assertThat(find(text.toString(), 16, seed, pattern))
                    .as("seed %d: %s in %s", seed, pattern, text)
                    .isEqualTo(whole);
        }
    }

    @Test
    void aMatchIsShorterThanTheWindow() {
        assertThat(find("x" + "a".repeat(15) + "b" + " ".repeat(50), 16, 1, "a+b"))
                .containsExactly("2-17");
        assertThat(find("x" + "a".repeat(15) + "b", 32, 1, "a+b")).containsExactly("1-17");
    }

    @Test
    void placesAreThoseOfTheTextAsItWasWritten() {
        assertThat(find("ab \u00ADｃ\u200Bａ\u0301\u0302f\u00E9 ٣٤", 16, 3, "cá̂fé", "34"))
                .containsExactly("4-11", "12-14");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            value = {
                "abc~abc",
                "(?i)AbC~abc",
                "a?bcd*efg~efg",
                "ab+cd~ab",
                "a|b~``",
                "(a|b)cd(ef)?g~cd",
                "[a-z]+@example\\.com~@example.com",
                "[]x]ab~ab",
                "[[:alpha:]]ab~``",
                "\\bkey-\\d{4}x~key-",
                "a{0,3}xyz{2}q~xy",
                "\\x41bc~``",
                "\\Qabc~``",
                "über~ber",
            })
    void aTextThatEveryMatchHolds(String pattern, String required) {
        assertThat(RequiredText.of(pattern).letters()).isEqualTo(required);
    }
}
