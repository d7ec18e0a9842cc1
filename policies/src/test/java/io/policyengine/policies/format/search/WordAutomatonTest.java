package io.policyengine.policies.format.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Both kinds of steps find each word at each place where it ends. */
class WordAutomatonTest {
    private static final String LETTERS = "abcé語\uD83D\uDE00";

    private static int[] random(Random random, int length) {
        int[] letters = LETTERS.codePoints().toArray();
        return IntStream.range(0, length)
                .map(_ -> letters[random.nextInt(letters.length)])
                .toArray();
    }

    private static List<String> found(WordAutomaton automaton, int[] text) {
        List<String> found = new ArrayList<>();
        int state = 0;
        for (int i = 0; i < text.length; i++) {
            state = automaton.step(state, text[i]);
            for (int ending = automaton.ending(state); ending >= 0; ending = automaton.shorter(ending)) {
                for (int word : automaton.words(ending)) {
                    found.add(word + " of " + automaton.depth(ending) + " before " + (i + 1));
                }
            }
        }
        return found;
    }

    private static List<String> compared(List<int[]> words, int[] text) {
        List<String> found = new ArrayList<>();
        for (int end = 1; end <= text.length; end++) {
            int to = end;
            for (int length = end; length > 0; length--) {
                int from = to - length;
                for (int word = 0; word < words.size(); word++) {
                    int[] sought = words.get(word);
                    if (sought.length == length
                            && IntStream.range(0, length).allMatch(i -> text[from + i] == sought[i])) {
                        found.add(word + " of " + length + " before " + to);
                    }
                }
            }
        }
        return found;
    }

    @Test
    void findsEachWordWhereItEnds() {
        for (int seed = 0; seed < 2_000; seed++) {
            Random random = new Random(seed);
            List<int[]> words = new ArrayList<>();
            for (int i = random.nextInt(8); i >= 0; i--) {
                words.add(random(random, 1 + random.nextInt(4)));
            }
            int[] text = random(random, random.nextInt(30));
            List<String> expected = compared(words, text);

            assertThat(found(WordAutomaton.inTable(words), text))
                    .as("seed " + seed)
                    .isEqualTo(expected);
            assertThat(found(WordAutomaton.hashed(words), text))
                    .as("seed " + seed)
                    .isEqualTo(expected);
        }
    }

    @Test
    void whatIsNoCharacterStartsAgain() {
        List<int[]> words = List.of(new int[] {'a', 'b'});

        for (WordAutomaton automaton : List.of(WordAutomaton.inTable(words), WordAutomaton.hashed(words))) {
            assertThat(automaton.step(automaton.step(0, 'a'), -1)).isZero();
        }
    }

    @Test
    void isEmptyWithoutWords() {
        assertThat(WordAutomaton.inTable(List.of()).isEmpty()).isTrue();
        assertThat(WordAutomaton.hashed(List.of()).isEmpty()).isTrue();
    }

    @Test
    void aTableIsBounded() {
        List<int[]> words =
                IntStream.range(0, 3_000).mapToObj(i -> new int[] {0x4E00 + i}).toList();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> WordAutomaton.inTable(words))
                .withMessageContaining("too many");
        assertThat(WordAutomaton.hashed(words).isEmpty()).isFalse();
    }
}
