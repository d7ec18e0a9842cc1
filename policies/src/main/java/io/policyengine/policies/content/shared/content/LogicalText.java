package io.policyengine.policies.content.shared.content;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A text as whoever reads the body in the end sees it: escapes and encodings undone, and pieces that are put together there joined. What
 * of it is not decided yet is here, as code points; places in it are counted from the first of them.
 *
 * <p>The code points are as they were written: {@code policies.textmatch} looks at them in normal forms. One that no character of Unicode
 * stands for, since octets were damaged, is {@link #BROKEN}. Holds 20 bytes for each code point that is not decided.
 */
public final class LogicalText {
    /** Stands for octets that are no character. */
    public static final int BROKEN = -1;

    /** Code points that are gathered before the reader is asked. */
    public static final int STEP = 2048;

    /** Code points that there is room for, however little is held. */
    private static final int ROOM = 256;

    private static final int FIRST_ROOM = 16;

    /** Bytes of a code point with its places. */
    private static final int A_CODE_POINT = 20;

    /** Bytes of a reader and of the text itself, without the code points. */
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
    /** True if it is ASCII that is seen, so far. */
    private boolean plain = true;

    /** All of it, once one of several searches has asked; it has ended then, and does not change. */
    private @Nullable String whole;

    LogicalText(TextPlace place, TextReader reader, Spelling spelling, int level, Passage passage, Room room) {
        this.place = place;
        this.reader = reader;
        this.spelling = spelling;
        this.level = level;
        this.passage = passage;
        this.codePoints = room.codePoints;
        this.starts = room.starts;
        this.ends = room.ends;
    }

    /** The memory of a text. One that has ended leaves it to the next. */
    static final class Room {
        private final int[] codePoints;
        private final long[] starts;
        private final long[] ends;

        private Room(int[] codePoints, long[] starts, long[] ends) {
            this.codePoints = codePoints;
            this.starts = starts;
            this.ends = ends;
        }

        Room() {
            this(new int[FIRST_ROOM], new long[FIRST_ROOM], new long[FIRST_ROOM]);
        }

        /** True if it is no larger than what a text keeps that holds little. */
        boolean isUsual() {
            return codePoints.length <= ROOM;
        }
    }

    /** Returns the memory that the text had, once it has ended. */
    Room leaves() {
        return new Room(codePoints, starts, ends);
    }

    /** Where it stands. */
    public TextPlace place() {
        return place;
    }

    /** Number of code points that are not decided. */
    public int length() {
        return tail - head;
    }

    /** A code point that is not decided. */
    public int codePointAt(int index) {
        return codePoints[head + index];
    }

    /** The first code point that the reader has not been shown before. */
    public int fresh() {
        return fresh - head;
    }

    /** True if nothing more comes. */
    public boolean isEnded() {
        return ended;
    }

    /**
     * All of it, if it came at once and is plain: letters, digits, signs and blanks of ASCII, which are their own normal form. Most strings
     * of most bodies are.
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

    /** Number of code points that are decided: those before the first that is here. */
    public long position() {
        return position;
    }

    /** The code point before the first that is not decided, {@link #BROKEN} at the beginning. */
    public int before() {
        return before;
    }

    /**
     * Lets another text stand in place of the code points from {@code from} to before {@code to}, written as the place demands. Where they
     * stand apart in the body, it comes in place of the first of them.
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

    /** Decides about all before {@code upTo}: it may go on, as it came or replaced. */
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

    /** The body is not to go on. */
    public void deny() {
        denied = true;
    }

    /** Adds what comes next. */
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

    /** Shows the reader what has come. The next may be long in coming, so only what is held keeps its room. */
    void flush() throws ContentException {
        if (tail > fresh && !ended) {
            show();
        }
        if (codePoints.length > ROOM && length() < codePoints.length / 4) {
            resize(Math.max(ROOM, length() * 2));
        }
    }

    /** Bytes of memory, by estimate: those of the code points, and what a reader keeps of a short text. */
    long heldBytes() {
        return A_READER + (long) A_CODE_POINT * codePoints.length;
    }

    /** Code points that there is room for. */
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

    /** Nothing more comes. */
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

    /** The first octet that stands for what is not decided; the greatest number if all is. */
    long undecidedFrom() {
        return head == tail ? Long.MAX_VALUE : starts[head];
    }
}
