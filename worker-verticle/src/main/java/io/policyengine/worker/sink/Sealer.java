package io.policyengine.worker.sink;

import io.policyengine.core.sink.Sealing;
import io.policyengine.core.sink.SinkRecord;
import io.policyengine.core.sink.chain.ChainHead;
import io.policyengine.core.sink.chain.Checkpoint;
import io.policyengine.core.sink.chain.Checkpoint.Reason;
import io.policyengine.core.time.Ticker;
import io.vertx.core.buffer.Buffer;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Puts the records of one sink in a chain, in the order in which they are delivered, with checkpoints among them. What was sealed and then
 * not delivered is taken back. Belongs to the sink's thread.
 */
final class Sealer {
    private static final String CHECKPOINT = "io.policyengine.checkpoint";

    private final InstantSource clock;
    private final Ticker ticker;
    private State state = new State(null, 0, 0);
    private @Nullable Sealing last;

    /**
     * The end of the chain.
     *
     * @param head null before the first entry
     * @param since entries after the last checkpoint
     * @param sinceNanos when the first of them was written
     */
    record State(@Nullable ChainHead head, int since, long sinceNanos) {}

    Sealer(InstantSource clock, Ticker ticker) {
        this.clock = clock;
        this.ticker = ticker;
    }

    /** The end of the chain, to return to. */
    State state() {
        return state;
    }

    /** Takes back what was sealed since then. */
    void returnTo(State before) {
        state = before;
    }

    /** True if there is a chain. */
    boolean isBegun() {
        return state.head() != null;
    }

    /** Begins a chain, or goes on with one. */
    List<SinkRecord> begin(@Nullable ChainHead head, Sealing sealing, Reason reason, long count) {
        last = sealing;
        state = new State(head == null ? ChainHead.of(UUID.randomUUID().toString()) : head, 0, 0);
        return List.of(checkpoint(sealing, reason, count));
    }

    /**
     * A record as an entry, with the checkpoints that are due.
     *
     * @param lost records that never came so far
     */
    List<SinkRecord> seal(SinkRecord record, Sealing sealing, long lost) {
        List<SinkRecord> sealed = new ArrayList<>(2);
        if (!isBegun()) {
            sealed.addAll(begin(null, sealing, Reason.BEGIN, 0));
        }
        last = sealing;
        if (lost > 0) {
            sealed.add(checkpoint(sealing, Reason.LOST, lost));
        }
        byte[] line = headNow().entry(record.json().getBytes());
        state = new State(
                headNow().after(line), state.since() + 1, state.since() == 0 ? ticker.nanoTime() : state.sinceNanos());
        sealed.add(
                new SinkRecord(record.id(), record.type(), record.time(), Buffer.buffer(line), record.isCloudEvent()));
        if (state.since() >= sealing.entries()) {
            sealed.add(checkpoint(sealing, Reason.PERIODIC, 0));
        }
        return sealed;
    }

    /** The checkpoint that the time demands, if it does. */
    List<SinkRecord> due() {
        Sealing sealing = last;
        return sealing != null
                        && state.since() > 0
                        && ticker.nanoTime() - state.sinceNanos()
                                >= sealing.interval().toNanos()
                ? List.of(checkpoint(sealing, Reason.PERIODIC, 0))
                : List.of();
    }

    /** The checkpoint for this reason, if there is a chain. */
    List<SinkRecord> ending(Reason reason) {
        Sealing sealing = last;
        return sealing == null || !isBegun() ? List.of() : List.of(checkpoint(sealing, reason, 0));
    }

    private SinkRecord checkpoint(Sealing sealing, Reason reason, long count) {
        ChainHead head = headNow();
        Checkpoint checkpoint = new Checkpoint(reason, clock.instant(), count, sealing.entries());
        byte[] line = head.checkpoint(checkpoint, sealing.key());
        ChainHead next = head.after(line);
        state = new State(next, 0, 0);
        return new SinkRecord(
                next.chain() + ":" + next.sequence(), CHECKPOINT, checkpoint.time(), Buffer.buffer(line), false);
    }

    private ChainHead headNow() {
        ChainHead head = state.head();
        if (head == null) {
            throw new IllegalStateException("the chain has not begun");
        }
        return head;
    }
}
