package io.policyengine.policies.content.shared.texts;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A text as the final recipient of the body sees it: decoded, unescaped, and joined from its pieces. Contains only the
 * undecided code points; index 0 is the first of them.
 *
 * <p>The code points are not normalized; {@code content.shared.textmatch} does that. Invalid octets become {@link
 * #BROKEN}. Holds 20 bytes for each undecided code point.
 */
public final class LogicalText {
    /** The code point that represents invalid octets. */
    public static final int BROKEN = -1;

    /** Number of new code points after which the reader is called. */
    public static final int STEP = 2048;

    /** Number of code points for which memory is kept even if it is unused. */
    private static final int ROOM = 256;

    private static final int FIRST_ROOM = 16;

    /** Bytes of memory for a code point with its positions. */
    private static final int A_CODE_POINT = 20;

    /** Estimated bytes of memory for an open text and its reader, without the code points. */
    private static final int A_READER = 2 << 10;

    private final TextPlace place;
    private final TextReader reader;
    private final Spelling spelling;
    private final int level;
    private final Passage passage;

    private int[] codePoints;
    private long[] starts;
    private long[] ends;
    private int head;
    private int tail;
    private int fresh;
    private long position;
    private int before = BROKEN;
    private boolean ended;
    private boolean denied;
    private boolean notReplaceable;
    /** True if all characters so far are printable ASCII or ASCII blanks. */
    private boolean plain = true;

    /** The result of {@link #whole()}, kept after the first call. It stays valid, since the text has ended. */
    private @Nullable String whole;

    LogicalText(TextPlace place, TextReader reader, Spelling spelling, int level, Passage passage, Buffers room) {
        this.place = place;
        this.reader = reader;
        this.spelling = spelling;
        this.level = level;
        this.passage = passage;
        this.codePoints = room.codePoints;
        this.starts = room.starts;
        this.ends = room.ends;
    }

    /** The arrays of a text, which can be reused for a later text. */
    static final class Buffers {
        private final int[] codePoints;
        private final long[] starts;
        private final long[] ends;

        private Buffers(int[] codePoints, long[] starts, long[] ends) {
            this.codePoints = codePoints;
            this.starts = starts;
            this.ends = ends;
        }

        Buffers() {
            this(new int[FIRST_ROOM], new long[FIRST_ROOM], new long[FIRST_ROOM]);
        }

        /** Returns whether the arrays are small enough to keep for reuse. */
        boolean isUsual() {
            return codePoints.length <= ROOM;
        }
    }

    /** Returns the arrays of the text for reuse. The text must have ended. */
    Buffers leaves() {
        return new Buffers(codePoints, starts, ends);
    }

    public TextPlace place() {
        return place;
    }

    /** Returns the number of undecided code points. */
    public int length() {
        return tail - head;
    }

    /** Returns an undecided code point, or {@link #BROKEN}. */
    public int codePointAt(int index) {
        return codePoints[head + index];
    }

    /** Returns the index of the first code point that the reader has not seen. */
    public int fresh() {
        return fresh - head;
    }

    /** Returns whether the text is complete. */
    public boolean isEnded() {
        return ended;
    }

    /**
     * Returns the whole text if it arrived in one piece and is plain ASCII, which needs no normalization. Most strings
     * are plain ASCII.
     */
    public Optional<String> whole() {
        if (!plain || !ended || position > 0 || fresh > head) {
            return Optional.empty();
        }
        if (whole == null) {
            byte[] ascii = new byte[length()];
            for (int i = 0; i < ascii.length; i++) {
                ascii[i] = (byte) codePoints[head + i];
            }
            whole = new String(ascii, StandardCharsets.ISO_8859_1);
        }
        return Optional.of(whole);
    }

    /** Returns the number of decided code points, which precede index 0. */
    public long position() {
        return position;
    }

    /** Returns the last decided code point; {@link #BROKEN} at the beginning. */
    public int before() {
        return before;
    }

    /**
     * Replaces the code points from index {@code from} (inclusive) to {@code to} (exclusive). The replacement is
     * encoded as its place in the body requires. If the replaced octets are not contiguous, it replaces the first
     * contiguous run, and the other octets are removed.
     */
    public void replace(int from, int to, String with) {
        Optional<byte[]> octets = spelling.spell(with);
        if (octets.isEmpty()) {
            notReplaceable = true;
            return;
        }
        Buffer spelled = Buffer.buffer(octets.get());
        int at = head + from;
        while (at < head + to) {
            int end = at + 1;
            while (end < head + to && starts[end] <= ends[end - 1]) {
                end++;
            }
            passage.replace(starts[at], ends[end - 1], spelled, level);
            spelled = Buffer.buffer();
            at = end;
        }
    }

    /** Decides the code points before index {@code upTo}. They may then pass, unchanged or replaced. */
    public void decide(int upTo) {
        if (upTo > 0) {
            before = codePoints[head + upTo - 1];
            head += upTo;
            position += upTo;
            if (head == tail) {
                head = 0;
                tail = 0;
                fresh = 0;
            } else {
                fresh = Math.max(fresh, head);
            }
        }
    }

    /** Denies the body. */
    public void deny() {
        denied = true;
    }

    void add(int codePoint, long start, long end) throws ContentException {
        if (tail == codePoints.length) {
            makeRoom();
        }
        plain &=
                (codePoint >= ' ' && codePoint < 0x7F) || (codePoint >= '\t' && codePoint <= '\r' && codePoint != 0x0B);
        codePoints[tail] = codePoint;
        starts[tail] = start;
        ends[tail] = end;
        tail++;
        if (tail - fresh >= STEP && !ended) {
            show();
        }
    }

    private void makeRoom() {
        int length = length();
        if (length > codePoints.length / 2) {
            codePoints = Arrays.copyOf(codePoints, codePoints.length * 2);
            starts = Arrays.copyOf(starts, codePoints.length);
            ends = Arrays.copyOf(ends, codePoints.length);
        }
        if (head > 0) {
            System.arraycopy(codePoints, head, codePoints, 0, length);
            System.arraycopy(starts, head, starts, 0, length);
            System.arraycopy(ends, head, ends, 0, length);
            fresh -= head;
            tail = length;
            head = 0;
        }
    }

    /**
     * Passes new code points to the reader, and releases unused memory, since further code points may arrive much
     * later.
     */
    void flush() throws ContentException {
        if (tail > fresh && !ended) {
            show();
        }
        if (codePoints.length > ROOM && length() < codePoints.length / 4) {
            resize(Math.max(ROOM, length() * 2));
        }
    }

    /** Returns the estimated bytes of memory for the code points and the reader. */
    long heldBytes() {
        return A_READER + (long) A_CODE_POINT * codePoints.length;
    }

    /** Returns the number of code points for which there is memory. */
    int room() {
        return codePoints.length;
    }

    private void resize(int room) {
        int length = length();
        codePoints = Arrays.copyOf(Arrays.copyOfRange(codePoints, head, tail), room);
        starts = Arrays.copyOf(Arrays.copyOfRange(starts, head, tail), room);
        ends = Arrays.copyOf(Arrays.copyOfRange(ends, head, tail), room);
        fresh -= head;
        head = 0;
        tail = length;
    }

    void end() throws ContentException {
        if (!ended) {
            ended = true;
            show();
            decide(length());
        }
    }

    private void show() throws ContentException {
        reader.read(this);
        fresh = tail;
        if (denied) {
            throw ContentException.denied();
        }
        if (notReplaceable) {
            throw ContentException.of(ContentFault.NOT_REPLACEABLE);
        }
    }

    /**
     * Returns the position of the first undecided code point's first octet, or {@link Long#MAX_VALUE} if all are
     * decided.
     */
    long undecidedFrom() {
        return head == tail ? Long.MAX_VALUE : starts[head];
    }
}
