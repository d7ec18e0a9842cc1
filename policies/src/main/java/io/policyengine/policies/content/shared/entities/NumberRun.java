package io.policyengine.policies.content.shared.entities;

/** Digits in groups, with one to three spaces, hyphens, full stops, slashes or underscores between groups. */
final class NumberRun {
    /**
     * Maximum number of digits that are read. The longest valid number has one digit fewer, so that 20 digits show that
     * a number is too long.
     */
    static final int MAX_DIGITS = 20;

    /** The value that represents several separators before a group. */
    static final char SEVERAL = '*';

    /** Maximum number of separators between two groups of digits in a number. */
    private static final int MAX_SEPARATORS = 3;

    /** Maximum number of characters that are read of a number in groups. */
    static final int LONGEST = (MAX_DIGITS + 1) * (1 + MAX_SEPARATORS);

    static final NumberRun NONE = new NumberRun();

    private final byte[] digits = new byte[MAX_DIGITS];
    private final int[] ends = new int[MAX_DIGITS + 1];
    private final int[] positions = new int[MAX_DIGITS + 1];
    private final char[] separators = new char[MAX_DIGITS + 1];
    private int count;
    private int groups;
    private boolean whole;

    private NumberRun() {}

    /** Reads the run that begins with the digit at a position. */
    static NumberRun read(Window text, int start) {
        NumberRun run = new NumberRun();
        run.whole = run.readsAll(text, start);
        return run;
    }

    private boolean readsAll(Window text, int start) {
        int at = start;
        while (true) {
            int c = text.at(at);
            while (Chars.isDigit(c) && count < MAX_DIGITS) {
                digits[count++] = (byte) (c - '0');
                c = text.at(++at);
            }
            if (Chars.isDigit(c)) {
                return false;
            }
            ends[groups] = count;
            positions[groups++] = at;
            int next = at;
            while (next - at < MAX_SEPARATORS && isSeparator(text.at(next))) {
                next++;
            }
            if (next == at || !Chars.isDigit(text.at(next))) {
                return true;
            }
            if (count == MAX_DIGITS) {
                return false;
            }
            separators[groups] = next == at + 1 ? (char) text.at(at) : SEVERAL;
            at = next;
        }
    }

    private static boolean isSeparator(int c) {
        return c == ' ' || c == '-' || c == '.' || c == '/' || c == '_';
    }

    byte[] digits() {
        return digits;
    }

    /** Returns the number of groups that were read completely. */
    int groups() {
        return groups;
    }

    /** Returns whether all digits of the run were read. */
    boolean isWhole() {
        return whole;
    }

    int digitsTo(int group) {
        return ends[group];
    }

    /** Returns the end of a group in the text. */
    int positionOf(int group) {
        return positions[group];
    }

    /** Returns the separator before a group other than the first, or {@link #SEVERAL}. */
    char separatorOf(int group) {
        return separators[group];
    }

    int size(int group) {
        return group == 0 ? ends[0] : ends[group] - ends[group - 1];
    }

    /**
     * Returns whether the groups have exactly the given sizes.
     *
     * @param number number of groups to compare
     */
    boolean hasSizes(int number, int... sizes) {
        if (number != sizes.length) {
            return false;
        }
        for (int i = 0; i < number; i++) {
            if (size(i) != sizes[i]) {
                return false;
            }
        }
        return true;
    }

    /** Returns whether the same single separator is between all of the first {@code number} groups. */
    boolean isUniform(int number) {
        for (int i = 1; i < number; i++) {
            if (separators[i] == SEVERAL || separators[i] != separators[1]) {
                return false;
            }
        }
        return true;
    }

    /**
     * Returns whether a number may end after a group. Either the run ends there, or a space, a slash or several
     * separators follow. In a number of several groups, that separator must differ from the one after the first group.
     *
     * @param number of groups up to the end
     */
    boolean mayEndAfter(int number) {
        if (groups < number) {
            return false;
        }
        if (groups == number && whole) {
            return true;
        }
        char next = separators[number];
        return next != '-' && next != '.' && next != '_' && (number == 1 || next != separators[1]);
    }

    /** Returns the value of the digits from index {@code from} (inclusive) to {@code to} (exclusive). */
    int value(int from, int to) {
        int value = 0;
        for (int i = from; i < to; i++) {
            value = 10 * value + digits[i];
        }
        return value;
    }

    /**
     * Returns whether the position is inside of a number: a digit precedes it, possibly with one full stop, hyphen,
     * slash or comma in between.
     */
    static boolean isInside(Window text, int start) {
        int before = text.at(start - 1);
        return Chars.isDigit(before)
                || ((before == '.' || before == '-' || before == '/' || before == ',')
                        && Chars.isDigit(text.at(start - 2)));
    }
}
