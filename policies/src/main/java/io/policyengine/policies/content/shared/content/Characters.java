package io.policyengine.policies.content.shared.content;

import java.util.Arrays;

/** Characters that are gathered, each with the octets that stand for it: 12 bytes each. They stand for octets less than 2 GiB apart. */
final class Characters implements CharacterSink {
    private static final int MAX_KEPT = 4096;

    private int[] codePoints;
    /** Counted from the first. */
    private int[] starts;

    private int[] ends;
    private long base;
    private int length;

    /** Creates an empty list with room for so many. */
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

    /** Forgets them; what they took beyond what is usual is given back. */
    void clear() {
        length = 0;
        if (codePoints.length > MAX_KEPT) {
            codePoints = new int[MAX_KEPT];
            starts = new int[MAX_KEPT];
            ends = new int[MAX_KEPT];
        }
    }

    /** True if the characters from {@code from} on are these. */
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

    /** True if these are all. */
    boolean is(String ascii) {
        return length == ascii.length() && startsWith(ascii, 0);
    }

    /** The characters as a string, up to a number of them. */
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

    /** Gives them to another from {@code from} on. */
    void giveTo(CharacterSink sink, int from) throws ContentException {
        for (int i = from; i < length; i++) {
            sink.take(codePoints[i], base + starts[i], base + ends[i]);
        }
    }
}
