package io.policyengine.policies.content.shared.textmatch;

import io.policyengine.policies.format.search.WordAutomaton;
import java.util.ArrayList;
import java.util.List;

/**
 * Words that are searched for together. ASCII words are found in any spelling: in compatibility forms, with accents, or
 * in similar letters of other scripts. Other words are found in each of their normal forms. Invisible characters are
 * ignored, and consecutive blanks count as one.
 *
 * <p>ASCII words and other words have separate automata, each with a table of at most 8 Mi numbers. The search takes
 * one step for each character, regardless of the number of words.
 */
public final class WordList {
    private final Words ascii;
    private final Words others;
    private final boolean ignoreCase;
    private final boolean wholeWords;

    private final int size;

    /**
     * Words that one automaton searches for.
     *
     * @param ids the indices of the words in the list, in the order of the automaton
     */
    record Words(WordAutomaton automaton, List<Integer> ids) {
        static Words of(List<int[]> words, List<Integer> ids) {
            return new Words(WordAutomaton.inTable(words), List.copyOf(ids));
        }

        /** Returns the index of the word that ends in a state of the automaton; the first index if words are equal. */
        int endingIn(int state) {
            return ids.get(automaton.words(state)[0]);
        }
    }

    private WordList(int size, Words ascii, Words others, boolean ignoreCase, boolean wholeWords) {
        this.size = size;
        this.ascii = ascii;
        this.others = others;
        this.ignoreCase = ignoreCase;
        this.wholeWords = wholeWords;
    }

    /**
     * Creates a list.
     *
     * @param wholeWords true if a word counts only where no letter or digit precedes or follows it
     * @throws IllegalArgumentException if a word has no visible character, or there are too many words; the message
     *     says which
     */
    public static WordList of(List<String> words, boolean ignoreCase, boolean wholeWords) {
        List<int[]> ascii = new ArrayList<>();
        List<Integer> idsOfAscii = new ArrayList<>();
        List<int[]> others = new ArrayList<>();
        List<Integer> idsOfOthers = new ArrayList<>();
        for (int i = 0; i < words.size(); i++) {
            int[] seen = Folding.of(words.get(i), false, ignoreCase);
            if (seen.length == 0) {
                throw new IllegalArgumentException("word " + (i + 1) + " has no visible character");
            }
            boolean plain = true;
            for (int codePoint : seen) {
                plain &= codePoint < 0x80;
            }
            (plain ? ascii : others).add(seen);
            (plain ? idsOfAscii : idsOfOthers).add(i);
        }
        return new WordList(
                words.size(), Words.of(ascii, idsOfAscii), Words.of(others, idsOfOthers), ignoreCase, wholeWords);
    }

    public int size() {
        return size;
    }

    /** Starts a search in one text. */
    public TextScan scan() {
        WordScan plain = new WordScan(ascii, new Folding(true, ignoreCase), wholeWords, false);
        if (others.automaton().isEmpty()) {
            return plain;
        }
        // A mark changes the character before it.
        WordScan exact = new WordScan(others, new Folding(false, ignoreCase), wholeWords, true);
        return ascii.automaton().isEmpty() ? exact : new BothScans(plain, exact);
    }
}
