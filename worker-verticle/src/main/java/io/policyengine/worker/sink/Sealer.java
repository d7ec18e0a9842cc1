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
 * Adds the records of one sink to an audit chain in the order of delivery, with checkpoints between them. Entries that
 * could not be written can be withdrawn. Confined to the sink's thread.
 */
final class Sealer {
    private static final String CHECKPOINT = "io.policyengine.checkpoint";

    private final InstantSource clock;
    private final Ticker ticker;
    private State state = new State(null, 0, 0);
    private @Nullable Sealing last;

    /**
     * The state of the sealer: the end of the audit chain, and the entries since the last checkpoint.
     *
     * @param head null before the first entry
     * @param since number of entries after the last checkpoint
     * @param sinceNanos time of the first entry after the last checkpoint
     */
    record State(@Nullable ChainHead head, int since, long sinceNanos) {}

    Sealer(InstantSource clock, Ticker ticker) {
        this.clock = clock;
        this.ticker = ticker;
    }

    State state() {
        return state;
    }

    /** Withdraws all entries that were added since this state. */
    void returnTo(State before) {
        state = before;
    }

    boolean isBegun() {
        return state.head() != null;
    }

    /**
     * Begins a new audit chain if {@code head} is null; otherwise continues the audit chain that ends at {@code head}.
     */
    List<SinkRecord> begin(@Nullable ChainHead head, Sealing sealing, Reason reason, long count) {
        last = sealing;
        state = new State(head == null ? ChainHead.of(UUID.randomUUID().toString()) : head, 0, 0);
        return List.of(checkpoint(sealing, reason, count));
    }

    /**
     * Adds a record to the audit chain, with checkpoints that are due. If {@code lost} is positive, a checkpoint
     * records this number of lost records.
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

    /** Returns a checkpoint if the time for one has come, otherwise an empty list. */
    List<SinkRecord> due() {
        Sealing sealing = last;
        return sealing != null
                        && state.since() > 0
                        && ticker.nanoTime() - state.sinceNanos()
                                >= sealing.interval().toNanos()
                ? List.of(checkpoint(sealing, Reason.PERIODIC, 0))
                : List.of();
    }

    /**
     * Adds a checkpoint with this reason to the audit chain, and returns it. Returns an empty list if there is no audit
     * chain.
     */
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
