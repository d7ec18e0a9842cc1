package io.policyengine.policies.format.search;

import java.util.Arrays;
import java.util.List;

/**
 * Steps of a word automaton in one table with a row for each state. Each character of the words has a column, and all
 * other characters share one column.
 */
final class DenseSteps implements WordAutomaton.Steps {
    /** Maximum cells of a word automaton's table, of 4 bytes each. */
    private static final int MAX_CELLS = 8 << 20;

    private static final int ASCII = 0x80;

    /** The column of each ASCII character; 0 for characters that occur in no word. */
    private final int[] asciiColumns = new int[ASCII];
    /** The non-ASCII characters of the words, in order. Their columns follow those of ASCII characters. */
    private final int[] characters;

    private final int firstColumn;
    private final int columns;
    private final int[] next;

    /**
     * Creates the table.
     *
     * @param all the characters of the words, in order
     */
    DenseSteps(Trie trie, int[] fallbacks, int[] all) {
        int column = 1;
        int ascii = 0;
        while (ascii < all.length && all[ascii] < ASCII) {
            asciiColumns[all[ascii++]] = column++;
        }
        characters = Arrays.copyOfRange(all, ascii, all.length);
        firstColumn = column;
        columns = column + characters.length;
        next = new int[trie.size() * columns];
        for (int state : trie.byDepth()) {
            // A character with which no word continues leads to the same state as from the fallback.
            System.arraycopy(next, fallbacks[state] * columns, next, state * columns, columns);
            for (int child = trie.firstChild(state); child != 0; child = trie.nextSibling(child)) {
                next[state * columns + column(trie.character(child))] = child;
            }
        }
    }

    /**
     * Returns the distinct characters of the words, in order.
     *
     * @throws IllegalArgumentException if the table would be too large
     */
    static int[] columns(List<int[]> words) {
        int[] all =
                words.stream().flatMapToInt(Arrays::stream).sorted().distinct().toArray();
        long length = words.stream().mapToLong(word -> word.length).sum();
        if ((1 + length) * (1 + all.length) > MAX_CELLS) {
            throw new IllegalArgumentException("there are too many words: they have " + length + " characters, "
                    + all.length + " different ones; the product of both must be at most " + MAX_CELLS);
        }
        return all;
    }

    @Override
    public int step(int state, int character) {
        return next[state * columns + column(character)];
    }

    private int column(int character) {
        if (character >= 0 && character < ASCII) {
            return asciiColumns[character];
        }
        int at = Arrays.binarySearch(characters, character);
        return at < 0 ? 0 : firstColumn + at;
    }
}
