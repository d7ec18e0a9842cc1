package io.policyengine.policies.content;

import java.util.Arrays;

/** Characters that are gathered, each with the octets that stand for it: 20 bytes each. */
final class Characters implements CharacterSink {
    private int[] codePoints = new int[64];
    private long[] starts = new long[64];
    private long[] ends = new long[64];
    private int length;

    int length() {
        return length;
    }

    int codePointAt(int index) {
        return codePoints[index];
    }

    long startAt(int index) {
        return starts[index];
    }

    long endAt(int index) {
        return ends[index];
    }

    void clear() {
        length = 0;
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
        codePoints[length] = codePoint;
        starts[length] = start;
        ends[length] = end;
        length++;
    }

    @Override
    public void end() {}

    /** Gives them to another from {@code from} on. */
    void giveTo(CharacterSink sink, int from) throws ContentException {
        for (int i = from; i < length; i++) {
            sink.take(codePoints[i], starts[i], ends[i]);
        }
    }
}
