package io.policyengine.policies.format.search;

import java.util.List;

/**
 * An automaton that finds words in one pass (Aho and Corasick, 1975). A state is what the text ends with, as far as a word begins so; the first
 * is 0. Immutable.
 *
 * <p>A step takes constant time: one look into a table, or some few into a hashed one, on average over a text.
 */
public final class WordAutomaton {
    /** Stands for no state. */
    public static final int NONE = -1;

    private final Steps steps;
    private final int[] depths;
    /** The longest state in which the text of each state ends with a word: itself, or one that is shorter. */
    private final int[] endings;
    /** The next shorter state in which the text of each state ends with a word. */
    private final int[] shorter;
    /** The words that end in each state, by their numbers. */
    private final int[][] words;

    private final int longest;

    /** The next states. */
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
     * Creates an automaton with a table of its steps: states are its rows, and the characters of the words its columns. For words of few scripts.
     *
     * @param words which are told by their places in the list
     * @throws IllegalArgumentException if they are too many
     */
    public static WordAutomaton inTable(List<int[]> words) {
        Trie trie = Trie.of(words);
        int[] depths = new int[trie.size()];
        int[] fallbacks = trie.link(depths);
        return new WordAutomaton(trie, new DenseSteps(trie, fallbacks, DenseSteps.columns(words)), fallbacks, depths);
    }

    /**
     * Creates an automaton with its steps hashed. For words of many scripts, of which a table would be almost empty.
     *
     * @param words which are told by their places in the list
     */
    public static WordAutomaton hashed(List<int[]> words) {
        Trie trie = Trie.of(words);
        int[] depths = new int[trie.size()];
        int[] fallbacks = trie.link(depths);
        return new WordAutomaton(trie, new SparseSteps(trie, fallbacks, depths), fallbacks, depths);
    }

    /** True if there are no words. */
    public boolean isEmpty() {
        return longest == 0;
    }

    /** Length of the longest word. */
    public int longest() {
        return longest;
    }

    /** The state after this character. */
    public int step(int state, int character) {
        return steps.step(state, character);
    }

    /** Number of characters at the end of the text with which a word may begin; in a state in which a word ends, its length. */
    public int depth(int state) {
        return depths[state];
    }

    /** The state of the longest word that the text ends with; {@link #NONE} if it ends with none. */
    public int ending(int state) {
        return endings[state];
    }

    /** The state of the next shorter word that the text ends with; {@link #NONE} if there is none. */
    public int shorter(int state) {
        return shorter[state];
    }

    /** The words that end in a state, by their places in the list: equal ones in order. Not to be changed. */
    public int[] words(int state) {
        return words[state];
    }
}
