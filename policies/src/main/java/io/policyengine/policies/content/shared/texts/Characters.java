package io.policyengine.policies.content.shared.texts;

import java.util.Arrays;

/**
 * A list of characters with the positions of their octets, which must lie within 2 GiB. Takes 12 bytes for each
 * character.
 */
final class Characters implements CharacterSink {
    /** Maximum number of characters for which a list keeps its memory when it is cleared. */
    private static final int MAX_KEPT = 4096;

    private int[] codePoints;
    /** Positions of the first octets of characters, relative to {@code base}. */
    private int[] starts;

    private int[] ends;
    private long base;
    private int length;

    Characters(int room) {
        codePoints = new int[room];
        starts = new int[room];
        ends = new int[room];
    }

    int length() {
        return length;
    }

    int codePointAt(int index) {
        return codePoints[index];
    }

    long startAt(int index) {
        return base + starts[index];
    }

    long endAt(int index) {
        return base + ends[index];
    }

    /** Clears the list, and releases memory beyond {@link #MAX_KEPT} characters. */
    void clear() {
        length = 0;
        if (codePoints.length > MAX_KEPT) {
            codePoints = new int[MAX_KEPT];
            starts = new int[MAX_KEPT];
            ends = new int[MAX_KEPT];
        }
    }

    boolean startsWith(String ascii, int from) {
        if (length - from < ascii.length()) {
            return false;
        }
        for (int i = 0; i < ascii.length(); i++) {
            if (codePoints[from + i] != ascii.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    boolean is(String ascii) {
        return length == ascii.length() && startsWith(ascii, 0);
    }

    /** Returns the first characters, at most {@code max} of them. */
    String asString(int max) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < Math.min(max, length); i++) {
            text.appendCodePoint(Math.max(0, codePoints[i]));
        }
        return text.toString();
    }

    @Override
    public void take(int codePoint, long start, long end) {
        if (length == codePoints.length) {
            codePoints = Arrays.copyOf(codePoints, length * 2);
            starts = Arrays.copyOf(starts, length * 2);
            ends = Arrays.copyOf(ends, length * 2);
        }
        if (length == 0) {
            base = start;
        }
        codePoints[length] = codePoint;
        starts[length] = (int) (start - base);
        ends[length] = (int) (end - base);
        length++;
    }

    @Override
    public void end() {}

    void giveTo(CharacterSink sink, int from) throws ContentException {
        for (int i = from; i < length; i++) {
            sink.take(codePoints[i], base + starts[i], base + ends[i]);
        }
    }
}
