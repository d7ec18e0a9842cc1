package io.policyengine.policies.content.shared.textmatch;

import io.policyengine.policies.content.shared.content.LogicalText;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.OptionalInt;

/**
 * A text in Unicode's normal form NFKC as it comes, without what is invisible, with digits of all scripts as those of ASCII; each of its
 * characters knows the place that it is made of. A character is here once no mark can follow that belongs to it. Holds 18 bytes for each, from
 * the last that was {@linkplain #drop dropped} on.
 */
public final class NormalText implements CharSequence {
    /** Most code points that are taken for one character and its marks. */
    private static final int MAX_CLUSTER = 32;

    /** Characters that there is room for once there has been more, however few are here. */
    private static final int ROOM = 256;

    private static final int FIRST_MARK = 0x300;
    private static final char BROKEN = '\uFFFD';

    private char[] characters = new char[8];
    private long[] froms = new long[8];
    private long[] tos = new long[8];
    private int length;
    private boolean pauses;

    /** A character and its marks, as they have come. */
    private final StringBuilder cluster = new StringBuilder();

    private int inCluster;
    private long clusterFrom;
    private long clusterTo;
    private long taken;

    /** Reads what has come of a text since the last time. */
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
        if (Characters.isInvisible(codePoint) && codePoint >= 0) {
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

    /** True if it may become one character with those before it. */
    private static boolean joins(int codePoint) {
        return codePoint >= FIRST_MARK
                && (Characters.isMark(codePoint)
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

    /** Number of characters that are here. */
    @Override
    public int length() {
        return length;
    }

    /** A character that is here. */
    @Override
    public char charAt(int index) {
        return characters[index];
    }

    /** The place of the first code point of the text that the character is made of. */
    public long from(int index) {
        return froms[index];
    }

    /** The place after the last code point of the text that the character is made of. */
    public long to(int index) {
        return tos[index];
    }

    /** The place from which on a character stands here, or is still to come. */
    public long place(int index) {
        if (index < length) {
            return froms[index];
        }
        return inCluster > 0 ? clusterFrom : taken;
    }

    /** The character of ASCII that has come last, if marks that follow would still belong to it. */
    public OptionalInt waiting() {
        return inCluster == 1 && cluster.charAt(0) < 0x80 ? OptionalInt.of(cluster.charAt(0)) : OptionalInt.empty();
    }

    /** The place after all that has come. */
    public long taken() {
        return taken;
    }

    /** Gives up the first characters: those that stay are counted from 0 again. */
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

    /** The characters that are here. */
    @Override
    public String toString() {
        return new String(characters, 0, length);
    }
}
