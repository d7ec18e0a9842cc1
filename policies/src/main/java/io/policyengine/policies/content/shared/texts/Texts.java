package io.policyengine.policies.content.shared.texts;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** The texts of one body that have begun but have not ended. */
final class Texts {
    /** Maximum number of texts of one body that are open at once. */
    static final int MAX_OPEN = 256;

    /** Maximum number of ended texts of one body whose memory is kept for reuse. */
    private static final int MAX_SPARE = 4;

    private final TextReader.Factory readers;
    private final Passage passage;
    private final List<LogicalText> open = new ArrayList<>();
    private final Deque<LogicalText.Buffers> spare = new ArrayDeque<>(MAX_SPARE);
    private long ofReaders;

    Texts(TextReader.Factory readers, Passage passage) {
        this.readers = readers;
        this.passage = passage;
    }

    /**
     * Begins a text.
     *
     * @param level number of structures around the text
     */
    LogicalText begin(TextPlace place, Spelling spelling, int level) throws ContentException {
        if (open.size() == MAX_OPEN) {
            throw ContentException.of(ContentFault.TOO_COMPLEX);
        }
        LogicalText text = new LogicalText(place, readers.open(place), spelling, level, passage, room());
        open.add(text);
        return text;
    }

    private LogicalText.Buffers room() {
        LogicalText.Buffers left = spare.pollLast();
        return left == null ? new LogicalText.Buffers() : left;
    }

    void end(LogicalText text) throws ContentException {
        // The text that began last usually ends first.
        open.remove(open.lastIndexOf(text));
        text.end();
        LogicalText.Buffers left = text.leaves();
        if (spare.size() < MAX_SPARE && left.isUsual()) {
            spare.addLast(left);
        }
    }

    void flush() throws ContentException {
        for (int i = 0; i < open.size(); i++) {
            open.get(i).flush();
        }
    }

    long undecidedFrom() {
        long first = Long.MAX_VALUE;
        for (int i = 0; i < open.size(); i++) {
            first = Math.min(first, open.get(i).undecidedFrom());
        }
        return first;
    }

    /** Adds {@code more} to the bytes of memory that the readers of structures, such as JSON, hold. */
    void holds(long more) {
        ofReaders += more;
    }

    long heldBytes() {
        long all = ofReaders;
        for (int i = 0; i < open.size(); i++) {
            all += open.get(i).heldBytes();
        }
        return all;
    }

    Passage passage() {
        return passage;
    }
}
