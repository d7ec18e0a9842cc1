package io.policyengine.policies.format.search;

import java.util.List;

/**
 * An automaton that finds words in one pass (Aho and Corasick, 1975). A state represents the longest suffix of the text
 * that is the beginning of a word. The initial state is 0. Immutable.
 *
 * <p>With a table, a step takes one lookup. With hashing, a step takes a few lookups on average over a text.
 */
public final class WordAutomaton {
    /** The value that means "no state". */
    public static final int NONE = -1;

    private final Steps steps;
    private final int[] depths;
    /**
     * The state of the longest word with which a state's text ends, for each state; {@link #NONE} if there is none.
     */
    private final int[] endings;
    /**
     * The state of the longest word that is a proper suffix of a state's text, for each state; {@link #NONE} if there
     * is none.
     */
    private final int[] shorter;
    /** The positions, in the list, of the words that equal each state. */
    private final int[][] words;

    private final int longest;

    sealed interface Steps permits DenseSteps, SparseSteps {
        int step(int state, int character);
    }

    private WordAutomaton(Trie trie, Steps steps, int[] fallbacks, int[] depths) {
        int states = trie.size();
        this.steps = steps;
        this.depths = depths;
        this.words = new int[states][];
        this.endings = new int[states];
        this.shorter = new int[states];
        int deepest = 0;
        for (int state : trie.byDepth()) {
            words[state] = trie.words(state);
            shorter[state] = state == 0 ? NONE : endings[fallbacks[state]];
            endings[state] = words[state].length > 0 ? state : shorter[state];
            deepest = Math.max(deepest, depths[state]);
        }
        this.longest = deepest;
    }

    /**
     * Creates an automaton with a table, for words in few scripts. The table has a row for each state and a column for
     * each character of the words.
     *
     * @param words identified by their positions in the list
     * @throws IllegalArgumentException if the table would be too large
     */
    public static WordAutomaton inTable(List<int[]> words) {
        Trie trie = Trie.of(words);
        int[] depths = new int[trie.size()];
        int[] fallbacks = trie.link(depths);
        return new WordAutomaton(trie, new DenseSteps(trie, fallbacks, DenseSteps.columns(words)), fallbacks, depths);
    }

    /**
     * Creates an automaton with hashed steps, for words in many scripts. A table for them would be almost empty.
     *
     * @param words identified by their positions in the list
     */
    public static WordAutomaton hashed(List<int[]> words) {
        Trie trie = Trie.of(words);
        int[] depths = new int[trie.size()];
        int[] fallbacks = trie.link(depths);
        return new WordAutomaton(trie, new SparseSteps(trie, fallbacks, depths), fallbacks, depths);
    }

    public boolean isEmpty() {
        return longest == 0;
    }

    /** Returns the length of the longest word, in characters. */
    public int longest() {
        return longest;
    }

    /** Returns the state that a character leads to from a state. */
    public int step(int state, int character) {
        return steps.step(state, character);
    }

    /** Returns the length of the suffix that a state represents, in characters. */
    public int depth(int state) {
        return depths[state];
    }

    /** Returns the state of the longest word with which the text ends, or {@link #NONE}. */
    public int ending(int state) {
        return endings[state];
    }

    /** Returns the state of the next shorter word with which the text ends, or {@link #NONE}. */
    public int shorter(int state) {
        return shorter[state];
    }

    /**
     * Returns the positions, in the list, of the words that equal a state: several if words are equal. The array must
     * not be changed.
     */
    public int[] words(int state) {
        return words[state];
    }
}
