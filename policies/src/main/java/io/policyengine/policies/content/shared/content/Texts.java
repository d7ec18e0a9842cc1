package io.policyengine.policies.content.shared.content;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** The texts of one body that have begun and not ended. */
final class Texts {
    /** Most texts that are open at once. */
    static final int MAX_OPEN = 256;

    /** As many as end before others begin, in most bodies. */
    private static final int MAX_SPARE = 4;

    private final TextReader.Factory readers;
    private final Passage passage;
    private final List<LogicalText> open = new ArrayList<>();
    private final Deque<LogicalText.Room> spare = new ArrayDeque<>(MAX_SPARE);
    private long ofReaders;

    Texts(TextReader.Factory readers, Passage passage) {
        this.readers = readers;
        this.passage = passage;
    }

    /**
     * Begins a text.
     *
     * @param level number of structures around it
     */
    LogicalText begin(TextPlace place, Spelling spelling, int level) throws ContentException {
        if (open.size() == MAX_OPEN) {
            throw ContentException.of(ContentFault.TOO_COMPLEX);
        }
        LogicalText text = new LogicalText(place, readers.open(place), spelling, level, passage, room());
        open.add(text);
        return text;
    }

    private LogicalText.Room room() {
        LogicalText.Room left = spare.pollLast();
        return left == null ? new LogicalText.Room() : left;
    }

    /** Ends a text. */
    void end(LogicalText text) throws ContentException {
        // The one that began last ends first, as a rule.
        open.remove(open.lastIndexOf(text));
        text.end();
        LogicalText.Room left = text.leaves();
        if (spare.size() < MAX_SPARE && left.isUsual()) {
            spare.addLast(left);
        }
    }

    /** Shows all readers what has come. */
    void flush() throws ContentException {
        for (int i = 0; i < open.size(); i++) {
            open.get(i).flush();
        }
    }

    /** The first octet that stands for what is not decided. */
    long undecidedFrom() {
        long first = Long.MAX_VALUE;
        for (int i = 0; i < open.size(); i++) {
            first = Math.min(first, open.get(i).undecidedFrom());
        }
        return first;
    }

    /** Readers hold so many bytes more. */
    void holds(long more) {
        ofReaders += more;
    }

    /** Bytes of memory of the open texts, by estimate. */
    long heldBytes() {
        long all = ofReaders;
        for (int i = 0; i < open.size(); i++) {
            all += open.get(i).heldBytes();
        }
        return all;
    }

    /** The octets that have come. */
    Passage passage() {
        return passage;
    }
}
