package io.policyengine.policies.format.search;

import java.util.Arrays;

/**
 * Steps of a word automaton in a hash table. A dense table is added for ASCII characters near the root, where most
 * steps begin.
 */
final class SparseSteps implements WordAutomaton.Steps {
    private static final int NONE = WordAutomaton.NONE;
    private static final int ASCII = 0x80;
    private static final int SHALLOW = 3;
    /** Bits of a key that hold the character. */
    private static final int CHARACTER = 21;

    /** The keys of the hash table, each a state and a character; {@link #targets} has the next states. */
    private final long[] keys;

    private final int[] targets;
    private final int mask;
    /** The row of each state in {@link #shallow}; {@link #NONE} if the state has no row. */
    private final int[] rows;

    private final int[] shallow;
    /** The state to try next if there is no step for a character, for each state. */
    private final int[] fallbacks;

    SparseSteps(Trie trie, int[] fallbacks, int[] depths) {
        this.fallbacks = fallbacks;
        int size = Integer.highestOneBit(Math.max(4, trie.size())) * 4;
        keys = new long[size];
        Arrays.fill(keys, NONE);
        targets = new int[size];
        mask = size - 1;
        int states = trie.size();
        for (int state = 0; state < states; state++) {
            for (int child = trie.firstChild(state); child != 0; child = trie.nextSibling(child)) {
                long key = key(state, trie.character(child));
                int at = slot(key);
                keys[at] = key;
                targets[at] = child;
            }
        }
        rows = new int[states];
        int count = 0;
        for (int state = 0; state < states; state++) {
            rows[state] = depths[state] <= SHALLOW ? count++ : NONE;
        }
        shallow = new int[count * ASCII];
        for (int state = 0; state < states; state++) {
            for (int character = 0; rows[state] != NONE && character < ASCII; character++) {
                shallow[rows[state] * ASCII + character] = hashed(state, character);
            }
        }
    }

    private static long key(int state, int character) {
        return ((long) state << CHARACTER) | character;
    }

    private int slot(long key) {
        int at = (int) ((key * 0x9E3779B97F4A7C15L) >>> 33) & mask;
        while (keys[at] != NONE && keys[at] != key) {
            at = (at + 1) & mask;
        }
        return at;
    }

    @Override
    public int step(int state, int character) {
        if (character < 0) {
            return 0;
        }
        return character < ASCII && rows[state] != NONE
                ? shallow[rows[state] * ASCII + character]
                : hashed(state, character);
    }

    private int hashed(int state, int character) {
        int from = state;
        while (true) {
            long key = key(from, character);
            int at = slot(key);
            if (keys[at] == key) {
                return targets[at];
            }
            if (from == 0) {
                return 0;
            }
            from = fallbacks[from];
        }
    }
}
