package io.policyengine.policies.content.shared.textmatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class WordListTest {
    private static String random(Random random, int length) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append("abcdж".charAt(random.nextInt(5)));
        }
        return text.toString();
    }

    /** The longest word that ends at each place, found by looking for each. */
    private static List<String> expected(List<String> words, String text, boolean whole) {
        List<String> found = new ArrayList<>();
        for (int end = 1; end <= text.length(); end++) {
            String longest = "";
            for (String word : words) {
                int start = end - word.length();
                boolean fits = start >= 0
                        && text.startsWith(word, start)
                        && (!whole
                                || ((start == 0 || text.charAt(start - 1) == '-')
                                        && (end == text.length() || text.charAt(end) == '-')));
                if (fits && word.length() > longest.length()) {
                    longest = word;
                }
            }
            if (!longest.isEmpty()) {
                found.add((end - longest.length()) + "-" + end);
            }
        }
        return found;
    }

    @Test
    void findsWhatLookingForEachWordFinds() {
        for (int seed = 0; seed < 500; seed++) {
            Random random = new Random(seed);
            boolean whole = random.nextBoolean();
            List<String> words = IntStream.range(0, 1 + random.nextInt(20))
                    .mapToObj(_ -> random(random, 1 + random.nextInt(5)).replace("ж", ""))
                    .filter(word -> !word.isEmpty())
                    .toList();
            String text = random(random, 60).replace("ж", whole ? "-" : "");
            if (words.isEmpty()) {
                continue;
            }
            List<String> found =
                    Matches.in(text, WordList.of(words, false, whole).scan(), random);

            assertThat(found).as("seed %d: %s in %s", seed, words, text).isEqualTo(expected(words, text, whole));
        }
    }

    @Test
    void findsFiveHundredWordsInOnePass() {
        List<String> words =
                IntStream.range(0, 500).mapToObj(i -> "word-number-" + i + "!").toList();

        assertThat(Matches.in(
                        "a word-number-499! b", WordList.of(words, true, false).scan(), new Random(1)))
                .containsExactly("2-18");
    }

    @Test
    void aMarkMakesAnotherCharacterOfAWordThatIsNotAscii() {
        WordList words = WordList.of(List.of("же"), true, false);

        assertThat(Matches.in("даже", words.scan(), new Random(1))).containsExactly("2-4");
        assertThat(Matches.in("же\u0308", words.scan(), new Random(1))).isEmpty();
        assertThat(Matches.in("жё", words.scan(), new Random(1))).isEmpty();
    }

    @Test
    void refusesMoreThanATableHolds() {
        List<String> words = IntStream.range(0, 3_000)
                .mapToObj(i -> Character.toString(0x4E00 + i) + i)
                .toList();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> WordList.of(words, true, false))
                .withMessageContaining("there are too many words");
    }
}
