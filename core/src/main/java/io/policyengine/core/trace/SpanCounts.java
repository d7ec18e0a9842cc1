package io.policyengine.core.trace;

import java.util.concurrent.atomic.LongAdder;

/**
 * Counts the spans that a process has exported and dropped. A change of the tracing settings does not reset the counts.
 */
public final class SpanCounts {
    private final LongAdder exported = new LongAdder();
    private final LongAdder full = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder ended = new LongAdder();

    /** The number of spans accepted by a receiver. */
    public long exported() {
        return exported.sum();
    }

    /** The number of spans dropped because the queue was full. */
    public long droppedForRoom() {
        return full.sum();
    }

    /** The number of spans whose export failed. */
    public long droppedByFailure() {
        return failed.sum();
    }

    /** The number of spans that were not sent before the export ended, or were created afterwards. */
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
