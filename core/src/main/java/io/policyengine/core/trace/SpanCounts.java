package io.policyengine.core.trace;

import java.util.concurrent.atomic.LongAdder;

/** The numbers of spans that a process has sent and dropped, over all changes of its settings. */
public final class SpanCounts {
    private final LongAdder exported = new LongAdder();
    private final LongAdder full = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder ended = new LongAdder();

    /** Spans that a receiver has taken. */
    public long exported() {
        return exported.sum();
    }

    /** Spans for which there was no room in the queue. */
    public long droppedForRoom() {
        return full.sum();
    }

    /** Spans whose export failed. */
    public long droppedByFailure() {
        return failed.sum();
    }

    /** Spans that came or waited when the export ended. */
    public long droppedAtTheEnd() {
        return ended.sum();
    }

    void exported(int spans) {
        exported.add(spans);
    }

    void failed(int spans) {
        failed.add(spans);
    }

    void noRoom() {
        full.increment();
    }

    void ended(int spans) {
        ended.add(spans);
    }
}
