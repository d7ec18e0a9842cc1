package io.policyengine.policies.content.shared.promptinjection;

import java.util.Arrays;
import java.util.BitSet;

/**
 * A text in the form that is compared with expressions. Letters lose case and accents, and letters that look alike
 * become the same letter. Each run of characters other than letters and digits becomes one blank. Consecutive single
 * letters are joined to a word, and digits within words become the letters that they resemble.
 *
 * <p>Takes about 11 bytes for each character.
 */
final class FoldedText {
    /** Minimum number of consecutive single letters that are joined to a word. */
    private static final int SPELLED_APART = 5;

    /** Number of characters that the end of a sentence adds to the distance between two expressions. */
    private static final int SENTENCE = 6;

    private static final String SENTENCE_ENDS = ".!?;\n。！？।؟۔";
    private static final String DIGITS = "0123456789";
    private static final String LETTERS_LIKE_DIGITS = "oizeasgtbg";

    private char[] chars;
    private int[] sources;
    private int[] places;
    private int length;
    private int breaks;
    private final BitSet apart = new BitSet();

    private FoldedText(int capacity) {
        chars = new char[capacity];
        sources = new int[capacity];
        places = new int[capacity];
    }

    static FoldedText of(String text) {
        FoldedText folded = new FoldedText(text.length() + 8);
        int at = 0;
        while (at < text.length()) {
            int codePoint = text.codePointAt(at);
            folded.take(text, at, codePoint);
            at += Character.charCount(codePoint);
        }
        folded.readDigitsAsLetters();
        folded.join();
        return folded;
    }

    private void take(String text, int at, int codePoint) {
        if (codePoint < 0x80) {
            takeAscii(text, at, (char) codePoint);
        } else if (!Folds.isInvisible(codePoint)) {
            if (SENTENCE_ENDS.indexOf(codePoint) >= 0) {
                breaks++;
            }
            String fold = Folds.of(codePoint);
            for (int i = 0; i < fold.length(); i++) {
                char c = fold.charAt(i);
                append(Folds.isOfWord(c) ? c : ' ', at);
            }
            if (fold.isEmpty() && !Folds.isMark(codePoint)) {
                append(' ', at);
            }
        }
    }

    private void takeAscii(String text, int at, char c) {
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
            append(c, at);
        } else if (c >= 'A' && c <= 'Z') {
            append((char) (c + ('a' - 'A')), at);
        } else if (c != '\'' && c != '`') {
            char letter = isBetweenLetters(text, at) ? likeLetter(c) : ' ';
            if (letter == ' ' && SENTENCE_ENDS.indexOf(c) >= 0) {
                breaks++;
            }
            append(letter, at);
        }
    }

    private static boolean isBetweenLetters(String text, int at) {
        return at > 0
                && at + 1 < text.length()
                && Character.isLetterOrDigit(text.charAt(at - 1))
                && Character.isLetterOrDigit(text.charAt(at + 1));
    }

    private static char likeLetter(char c) {
        return switch (c) {
            case '@' -> 'a';
            case '$' -> 's';
            case '!' -> 'i';
            case '|' -> 'l';
            default -> ' ';
        };
    }

    private void append(char c, int source) {
        if (c == ' ' && (length == 0 || chars[length - 1] == ' ')) {
            return;
        }
        if (length == chars.length) {
            int larger = length * 2;
            chars = Arrays.copyOf(chars, larger);
            sources = Arrays.copyOf(sources, larger);
            places = Arrays.copyOf(places, larger);
        }
        chars[length] = c;
        sources[length] = source;
        places[length] = length + SENTENCE * breaks;
        length++;
    }

    /** Replaces digits in words that also contain letters, so that b4s364 is read as base64. */
    private void readDigitsAsLetters() {
        int at = 0;
        while (at < length) {
            int end = at;
            int letters = 0;
            int digits = 0;
            while (end < length && chars[end] != ' ' && chars[end] < 0x80) {
                if (Character.isDigit(chars[end])) {
                    digits++;
                } else {
                    letters++;
                }
                end++;
            }
            if (letters > 0 && digits > 0) {
                for (int i = at; i < end; i++) {
                    int digit = DIGITS.indexOf(chars[i]);
                    chars[i] = digit < 0 ? chars[i] : LETTERS_LIKE_DIGITS.charAt(digit);
                }
            }
            at = Math.max(end, at + 1);
        }
    }

    /** Removes the blanks between at least {@link #SPELLED_APART} consecutive single letters. */
    private void join() {
        int to = 0;
        int at = 0;
        while (at < length) {
            int end = endOfSingleLetters(at);
            boolean joins = (end - at) / 2 + 1 >= SPELLED_APART;
            int until = joins ? end : at + 1;
            for (int i = at; i < until; i++) {
                if (!joins || chars[i] != ' ' || isWide(i)) {
                    apart.set(to, joins);
                    chars[to] = chars[i];
                    sources[to] = sources[i];
                    places[to] = places[i] - (i - to);
                    to++;
                }
            }
            at = until;
        }
        length = to;
    }

    /**
     * Returns whether the blank represents more than one character. Such a blank separates words that are spelled in
     * single letters.
     */
    private boolean isWide(int blank) {
        return blank + 1 < length && sources[blank + 1] - sources[blank] > 1;
    }

    boolean isApart(int index) {
        return apart.get(index);
    }

    /**
     * Returns the end of the run of single letters that begins at {@code start}, or {@code start} if none begins there.
     */
    private int endOfSingleLetters(int start) {
        if (start > 0 && chars[start - 1] != ' ') {
            return start;
        }
        int at = start;
        while (at < length && chars[at] != ' ' && (at + 1 == length || chars[at + 1] == ' ')) {
            at += 2;
        }
        return at == start ? start : Math.min(length, at - 1);
    }

    int length() {
        return length;
    }

    char at(int index) {
        return chars[index];
    }

    /**
     * Returns the position in the original text of the character at {@code index}; {@code end} at the end of this text.
     */
    int source(int index, int end) {
        return index < length ? sources[index] : end;
    }

    /**
     * Converts an index to a position for measuring distances: the end of a sentence counts as several characters.
     */
    int place(int index) {
        return places[index];
    }

    /** Returns whether a word may begin or end at the index. */
    boolean isBorder(int index) {
        return index <= 0
                || index >= length
                || !Folds.isOfSpacedScript(chars[index - 1])
                || !Folds.isOfSpacedScript(chars[index])
                || apart.get(index)
                || apart.get(index - 1);
    }

    @Override
    public String toString() {
        int from = length > 0 && chars[0] == ' ' ? 1 : 0;
        int to = length > from && chars[length - 1] == ' ' ? length - 1 : length;
        return new String(chars, from, to - from);
    }
}
