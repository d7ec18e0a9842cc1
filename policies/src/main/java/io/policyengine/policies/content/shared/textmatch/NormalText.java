package io.policyengine.policies.content.shared.textmatch;

import io.policyengine.policies.content.shared.texts.LogicalText;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.OptionalInt;

/**
 * The normal form (Unicode's NFKC) of a text that may arrive in pieces. It has no invisible characters, and the digits
 * of any script are ASCII. Each character has its position in the original text, and is added once no further combining
 * mark can belong to it. Holds 18 bytes for each character that has not been {@linkplain #drop dropped}.
 */
public final class NormalText implements CharSequence {
    /** Maximum code points that are normalized together: a character with its combining marks. */
    private static final int MAX_CLUSTER = 32;

    /** Number of characters for which memory is kept even if it is unused. */
    private static final int ROOM = 256;

    private static final int FIRST_MARK = 0x300;
    private static final char BROKEN = '\uFFFD';

    private char[] characters = new char[8];
    private long[] froms = new long[8];
    private long[] tos = new long[8];
    private int length;
    private boolean pauses;

    /** The current character and its combining marks. */
    private final StringBuilder cluster = new StringBuilder();

    private int inCluster;
    private long clusterFrom;
    private long clusterTo;
    private long taken;

    /** Reads the part of a text that has arrived since the last call. */
    public void read(LogicalText text) {
        long first = text.position();
        for (int i = (int) (taken - first); i < text.length(); i++) {
            take(text.codePointAt(i), first + i);
        }
        pauses = first + text.length() - taken < LogicalText.STEP;
        taken = first + text.length();
        if (text.isEnded()) {
            endCluster();
        }
    }

    private void take(int codePoint, long place) {
        if (CharacterKinds.isInvisible(codePoint) && codePoint >= 0) {
            return;
        }
        if (inCluster > 0 && (!joins(codePoint) || inCluster == MAX_CLUSTER)) {
            endCluster();
        }
        if (inCluster == 0) {
            clusterFrom = place;
        }
        if (codePoint < 0) {
            cluster.append(BROKEN);
        } else {
            append(codePoint);
        }
        inCluster++;
        clusterTo = place + 1;
    }

    private void append(int codePoint) {
        if (codePoint >= 0x80 && Character.getType(codePoint) == Character.DECIMAL_DIGIT_NUMBER) {
            cluster.append(Character.forDigit(Character.digit(codePoint, 10), 10));
        } else {
            cluster.appendCodePoint(codePoint);
        }
    }

    /** Returns whether the code point may combine with the preceding ones to form one character. */
    private static boolean joins(int codePoint) {
        return codePoint >= FIRST_MARK
                && (CharacterKinds.isMark(codePoint)
                        || (codePoint >= 0x1160 && codePoint <= 0x11FF)
                        || (codePoint >= 0xFF9E && codePoint <= 0xFFDC));
    }

    private void endCluster() {
        if (inCluster == 0) {
            return;
        }
        if (cluster.length() == 1 && cluster.charAt(0) < 0x80) {
            add(cluster.charAt(0));
        } else {
            String normal = Normalizer.normalize(cluster, Normalizer.Form.NFKC);
            for (int i = 0; i < normal.length(); i++) {
                add(normal.charAt(i));
            }
        }
        cluster.setLength(0);
        inCluster = 0;
    }

    private void add(char character) {
        if (length == characters.length) {
            resize(length * 2);
        }
        characters[length] = character;
        froms[length] = clusterFrom;
        tos[length] = clusterTo;
        length++;
    }

    private void resize(int room) {
        characters = Arrays.copyOf(characters, room);
        froms = Arrays.copyOf(froms, room);
        tos = Arrays.copyOf(tos, room);
    }

    @Override
    public int length() {
        return length;
    }

    @Override
    public char charAt(int index) {
        return characters[index];
    }

    /** Returns the position of the first code point from which the character was formed. */
    public long from(int index) {
        return froms[index];
    }

    /** Returns the position after the last code point from which the character was formed. */
    public long to(int index) {
        return tos[index];
    }

    /**
     * Returns the position at which a character begins; for an index at the end, where the next character will begin.
     */
    public long place(int index) {
        if (index < length) {
            return froms[index];
        }
        return inCluster > 0 ? clusterFrom : taken;
    }

    /**
     * Returns the last character if it is ASCII and has not been added yet because combining marks may follow.
     */
    public OptionalInt waiting() {
        return inCluster == 1 && cluster.charAt(0) < 0x80 ? OptionalInt.of(cluster.charAt(0)) : OptionalInt.empty();
    }

    /** Returns the position after the text read so far. */
    public long taken() {
        return taken;
    }

    /** Removes the first {@code count} characters. The index of each remaining character decreases by {@code count}. */
    public void drop(int count) {
        System.arraycopy(characters, count, characters, 0, length - count);
        System.arraycopy(froms, count, froms, 0, length - count);
        System.arraycopy(tos, count, tos, 0, length - count);
        length -= count;
        if (pauses && characters.length > ROOM && length < characters.length / 4) {
            resize(Math.max(ROOM, length * 2));
        }
    }

    @Override
    public CharSequence subSequence(int start, int end) {
        return new String(characters, start, end - start);
    }

    @Override
    public String toString() {
        return new String(characters, 0, length);
    }
}
