package io.policyengine.policies.content.shared.textmatch;

import java.util.Arrays;
import java.util.List;

/**
 * An automaton that finds words in one pass (Aho and Corasick, 1975), with all its steps in one table: rows are what the text ends with,
 * columns the characters that are in any word. Immutable.
 */
final class Automaton {
    /** Most cells of the table, of 4 bytes. */
    static final int MAX_CELLS = 8 << 20;

    private static final int NONE = -1;
    private static final int ASCII = 0x80;

    /** Of each character of ASCII its column; 0 for those in no word. */
    private final int[] asciiColumns;
    /** The other characters of the words in order; their columns follow. */
    private final int[] characters;

    private final int firstColumn;
    private final int columns;
    private final int[] next;
    private final int[] depths;
    /** Of each row the longest word that the text ends with, or none. */
    private final int[] words;

    private final int[] lengths;
    /** Of each row the one of the next shorter word that the text ends with; 0 if there is none. */
    private final int[] shorter;

    private final int longest;

    /** A word. */
    static final class Word {
        private final int id;
        private final int[] characters;

        /**
         * A word.
         *
         * @param id by which it is told when it is found
         */
        Word(int id, int[] characters) {
            this.id = id;
            this.characters = characters;
        }
    }

    private Automaton(int[] asciiColumns, int[] characters, int firstColumn, int columns, Rows rows, int longest) {
        this.asciiColumns = asciiColumns;
        this.characters = characters;
        this.firstColumn = firstColumn;
        this.columns = columns;
        this.next = rows.next;
        this.depths = rows.depths;
        this.words = rows.words;
        this.lengths = rows.lengths;
        this.shorter = rows.shorter;
        this.longest = longest;
    }

    /**
     * That of some words.
     *
     * @throws IllegalArgumentException if they are too many
     */
    static Automaton of(List<Word> words) {
        int[] all = words.stream()
                .flatMapToInt(word -> Arrays.stream(word.characters))
                .sorted()
                .distinct()
                .toArray();
        int[] asciiColumns = new int[ASCII];
        int columns = 1;
        int ascii = 0;
        while (ascii < all.length && all[ascii] < ASCII) {
            asciiColumns[all[ascii++]] = columns++;
        }
        int[] characters = Arrays.copyOfRange(all, ascii, all.length);
        int firstColumn = columns;
        columns += characters.length;
        long most = 1 + words.stream().mapToLong(word -> word.characters.length).sum();
        if (most * columns > MAX_CELLS) {
            throw new IllegalArgumentException("the words are too many: they have " + (most - 1) + " characters, "
                    + all.length + " different ones; the product must not be more than " + MAX_CELLS);
        }
        Automaton empty = new Automaton(
                asciiColumns, characters, firstColumn, columns, new Rows((int) most, columns), longest(words));
        Rows rows = new Rows((int) most, columns);
        words.forEach(word -> rows.add(word, empty));
        rows.link();
        return new Automaton(asciiColumns, characters, firstColumn, columns, rows, empty.longest);
    }

    private static int longest(List<Word> words) {
        return words.stream().mapToInt(word -> word.characters.length).max().orElse(0);
    }

    /** True if there are no words. */
    boolean isEmpty() {
        return longest == 0;
    }

    /** Length of the longest word. */
    int longest() {
        return longest;
    }

    /** The row after this character. */
    int step(int row, int character) {
        return next[row * columns + column(character)];
    }

    /** Number of characters at the end of the text with which a word may begin. */
    int depth(int row) {
        return depths[row];
    }

    /** The longest word that the text ends with; negative if it ends with none. */
    int word(int row) {
        return words[row];
    }

    /** Its length; 0 if the text ends with none. */
    int wordLength(int row) {
        return lengths[row];
    }

    /** The row of the next shorter word that the text ends with; 0 if there is none. */
    int shorter(int row) {
        return shorter[row];
    }

    private int column(int character) {
        if (character >= 0 && character < ASCII) {
            return asciiColumns[character];
        }
        int at = Arrays.binarySearch(characters, character);
        return at < 0 ? 0 : firstColumn + at;
    }

    /** The rows while they are made. */
    private static final class Rows {
        private final int columns;
        private int[] next;
        private int[] depths;
        private int[] words;
        private int[] lengths;
        private int[] shorter;
        private int count = 1;

        Rows(int most, int columns) {
            this.columns = columns;
            this.next = new int[most * columns];
            this.depths = new int[most];
            this.words = new int[most];
            this.lengths = new int[most];
            this.shorter = new int[most];
            words[0] = NONE;
        }

        void add(Word word, Automaton columnsOf) {
            int row = 0;
            for (int character : word.characters) {
                int cell = row * columns + columnsOf.column(character);
                if (next[cell] == 0) {
                    next[cell] = count;
                    depths[count] = depths[row] + 1;
                    words[count] = NONE;
                    count++;
                }
                row = next[cell];
            }
            if (words[row] == NONE) {
                words[row] = word.id;
                lengths[row] = word.characters.length;
            }
        }

        /** Row by row from the beginning: where no word goes on, the text goes on as its longest end that begins a word. */
        void link() {
            int[] ends = new int[count];
            int[] order = new int[count];
            int known = 1;
            for (int i = 0; i < known; i++) {
                int row = order[i];
                for (int column = 0; column < columns; column++) {
                    int cell = row * columns + column;
                    int fallback = row == 0 ? 0 : next[ends[row] * columns + column];
                    if (next[cell] == 0 || column == 0) {
                        next[cell] = column == 0 ? 0 : fallback;
                    } else {
                        int child = next[cell];
                        ends[child] = fallback;
                        inherit(child, fallback);
                        order[known++] = child;
                    }
                }
            }
            shrink();
        }

        /** The text ends in each longer row with the same words as well. */
        private void inherit(int child, int fallback) {
            if (words[child] == NONE) {
                words[child] = words[fallback];
                lengths[child] = lengths[fallback];
                shorter[child] = shorter[fallback];
            } else {
                shorter[child] = words[fallback] == NONE ? 0 : fallback;
            }
        }

        private void shrink() {
            next = Arrays.copyOf(next, count * columns);
            depths = Arrays.copyOf(depths, count);
            words = Arrays.copyOf(words, count);
            lengths = Arrays.copyOf(lengths, count);
            shorter = Arrays.copyOf(shorter, count);
        }
    }
}
