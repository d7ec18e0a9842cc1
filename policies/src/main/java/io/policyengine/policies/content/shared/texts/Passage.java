package io.policyengine.policies.content.shared.texts;

import io.vertx.core.buffer.Buffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * The octets of a body that have not passed yet, and their replacements. The position of an octet is the number of
 * preceding octets in the body.
 */
final class Passage {
    /** Bytes of memory for a character of an incomplete event. Two lists hold the character with its position. */
    private static final int A_CHARACTER_OF_AN_EVENT = 40;

    private byte[] octets = {};
    private int head;
    private int tail;
    /** The position of the first held octet. */
    private long base;

    private final List<Edit> edits = new ArrayList<>();
    private final Deque<Long> breaks = new ArrayDeque<>();
    private boolean inPieces;
    private long decided;

    /** The replacement of the octets from {@code start} (inclusive) to {@code end} (exclusive). */
    private record Edit(long start, long end, Buffer with, int level) {}

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

    int held() {
        return tail - head;
    }

    /**
     * Returns the bytes of memory for the octets and, in a stream of events, the estimated bytes for the incomplete
     * event.
     */
    long heldBytes() {
        return octets.length + (inPieces ? (long) A_CHARACTER_OF_AN_EVENT * held() : 0);
    }

    Buffer heldOctets() {
        return Buffer.buffer(held()).appendBytes(octets, head, held());
    }

    /** Returns the position after the last octet that has arrived. */
    long end() {
        return base + held();
    }

    /** Restricts passing: octets pass only up to the positions that {@link #mayBreakAt} adds. */
    void goesOnInPieces() {
        inPieces = true;
    }

    /**
     * Adds a position after which the body may end early.
     *
     * @param undecided the position of the first undecided octet, or {@link Long#MAX_VALUE} if all are decided
     */
    void mayBreakAt(long position, long undecided) {
        breaks.addLast(position);
        decided = Math.min(position, undecided);
    }

    /** Releases the octets that were decided when {@link #mayBreakAt} last added a position. */
    Buffer releaseDecided() {
        return release(Math.max(base, decided), false);
    }

    /**
     * Replaces octets. Octets that have a replacement keep it. Exception: a deeper level of structure may replace
     * exactly the same octets again, since it encodes the text correctly.
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
                // The older edit lies within, so the new one is split around it.
                edits.add(at, new Edit(other.end, to, Buffer.buffer(), level));
                to = other.start;
                at--;
            }
        }
        if (from < to) {
            edits.add(at, new Edit(from, to, with, level));
        }
    }

    boolean isEdited() {
        return !edits.isEmpty();
    }

    /** Removes and returns the octets before {@code upTo} that may pass, with their replacements. */
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
