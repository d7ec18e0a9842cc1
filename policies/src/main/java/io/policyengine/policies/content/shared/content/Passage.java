package io.policyengine.policies.content.shared.content;

import io.vertx.core.buffer.Buffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * The octets of a body that have come and not gone on, with what is to stand in place of some of them. A position is the number of
 * octets of the body before it.
 */
final class Passage {
    /** Bytes of memory for a character of an event that is not whole: two lists of characters with their places. */
    private static final int A_CHARACTER_OF_AN_EVENT = 40;

    private byte[] octets = {};
    private int head;
    private int tail;
    /** The position of the first octet that is there. */
    private long base;

    private final List<Edit> edits = new ArrayList<>();
    private final Deque<Long> breaks = new ArrayDeque<>();
    private boolean inPieces;
    private long decided;

    /** Octets that stand in place of those from {@code start} to before {@code end}. */
    private record Edit(long start, long end, Buffer with, int level) {}

    /** Adds what has come. */
    void append(byte[] bytes) {
        if (octets.length - tail < bytes.length) {
            int held = held();
            byte[] larger = held + bytes.length <= octets.length && head > octets.length / 2
                    ? octets
                    : new byte[Math.max(held + bytes.length, held * 2)];
            System.arraycopy(octets, head, larger, 0, held);
            octets = larger;
            head = 0;
            tail = held;
        }
        System.arraycopy(bytes, 0, octets, tail, bytes.length);
        tail += bytes.length;
    }

    /** Number of octets that are there. */
    int held() {
        return tail - head;
    }

    /** Bytes of memory for the octets, and by estimate for the event that they begin, where the body is one of events. */
    long heldBytes() {
        return octets.length + (inPieces ? (long) A_CHARACTER_OF_AN_EVENT * held() : 0);
    }

    /** The octets that are there. */
    Buffer heldOctets() {
        return Buffer.buffer(held()).appendBytes(octets, head, held());
    }

    /** The position after the last octet that has come. */
    long end() {
        return base + held();
    }

    /** Lets the body go on only up to a place where it may break off. */
    void goesOnInPieces() {
        inPieces = true;
    }

    /**
     * The body may break off at this position.
     *
     * @param undecided the first octet before it that is not decided, or a later one
     */
    void mayBreakAt(long position, long undecided) {
        breaks.addLast(position);
        decided = Math.min(position, undecided);
    }

    /** Lets go on what had been decided when the body might break off last. */
    Buffer releaseDecided() {
        return release(Math.max(base, decided), false);
    }

    /**
     * Lets other octets stand in place of some. Those that have others already keep them, unless the same octets are replaced at a deeper level
     * of structure, which knows better how that is written.
     */
    void replace(long start, long end, Buffer with, int level) {
        int at = edits.size();
        while (at > 0 && edits.get(at - 1).start >= end) {
            at--;
        }
        long from = start;
        long to = end;
        while (at > 0 && edits.get(at - 1).end > from) {
            Edit other = edits.get(at - 1);
            if (other.start <= from && other.end >= to) {
                if (other.start == start && other.end == end && other.level < level) {
                    edits.set(at - 1, new Edit(start, end, with, level));
                }
                return;
            }
            if (other.start <= from) {
                from = other.end;
            } else if (other.end >= to) {
                to = other.start;
                at--;
            } else {
                // It lies within: what is new goes around it.
                edits.add(at, new Edit(other.end, to, Buffer.buffer(), level));
                to = other.start;
                at--;
            }
        }
        if (from < to) {
            edits.add(at, new Edit(from, to, with, level));
        }
    }

    /** True if something stands in place of octets that are there. */
    boolean isEdited() {
        return !edits.isEmpty();
    }

    /** Lets go on what lies before the position; what it gives is no longer there. */
    Buffer release(long upTo, boolean last) {
        long limit = last ? upTo : pieces(upTo);
        for (Edit edit : edits) {
            if (edit.start < limit && edit.end > limit) {
                limit = edit.start;
            }
        }
        Buffer gone = Buffer.buffer((int) (limit - base));
        int done = 0;
        while (done < edits.size() && edits.get(done).start < limit) {
            Edit edit = edits.get(done++);
            move(edit.start, gone);
            gone.appendBuffer(edit.with);
            head += (int) (edit.end - base);
            base = edit.end;
        }
        edits.subList(0, done).clear();
        move(limit, gone);
        return gone;
    }

    private long pieces(long upTo) {
        if (!inPieces) {
            return upTo;
        }
        long limit = base;
        while (!breaks.isEmpty() && breaks.getFirst() <= upTo) {
            limit = Math.max(limit, breaks.removeFirst());
        }
        return limit;
    }

    private void move(long to, Buffer gone) {
        int length = (int) (to - base);
        gone.appendBytes(octets, head, length);
        head += length;
        base = to;
    }
}
