package io.policyengine.worker.sink;

import io.micrometer.core.instrument.Counter;
import io.policyengine.core.capacity.Capacity;
import io.policyengine.core.log.LogFields;
import io.policyengine.core.sink.LossReason;
import io.policyengine.core.sink.SinkRecord;
import io.policyengine.core.time.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The queue of records for a sink's thread. Any thread adds records, without blocking; one thread takes them. The queue
 * is bounded in bytes by the sink's own limit and the budget of all sinks. The bytes of a record are counted until it
 * is delivered or lost.
 */
final class Feed {
    private static final Logger LOG = LoggerFactory.getLogger(Feed.class);

    private final String sink;
    /** The bytes of the sink's records that wait in memory. */
    private final Capacity own;

    private final Capacity all;
    private final Ticker ticker;
    private final Counter sent;
    private final Losses losses;
    private final Queue<QueuedRecord> queue = new ConcurrentLinkedQueue<>();
    private volatile @Nullable Thread taker;
    private volatile boolean isResting;
    private volatile boolean isClosing;
    private volatile boolean isEnded;
    private volatile long deadline;
    private volatile @Nullable String failure;

    Feed(String sink, long max, Capacity all, Ticker ticker, Counter sent, Losses losses) {
        this.sink = sink;
        this.own = new Capacity(max);
        this.all = all;
        this.ticker = ticker;
        this.sent = sent;
        this.losses = losses;
    }

    // ---- for producers

    /**
     * Adds a record. Returns false if the record is lost, because the queue is full or has ended, or the record is too
     * large.
     */
    boolean offer(QueuedRecord queued) {
        if (isEnded) {
            losses.count(LossReason.CLOSED, 1);
            return false;
        }
        if (queued.record().json().length() > SinkRecord.MAX_BYTES) {
            losses.count(LossReason.TOO_LARGE, 1);
            return false;
        }
        if (!takeRoom(queued.size())) {
            losses.count(LossReason.FULL, 1);
            return false;
        }
        queue.add(queued);
        // Waking a thread costs a system call, which is needed only if the thread rests.
        if (isResting) {
            LockSupport.unpark(taker);
        }
        if (isEnded) {
            loseAll();
        }
        return true;
    }

    private boolean takeRoom(long bytes) {
        if (!own.tryTake(bytes)) {
            return false;
        }
        if (!all.tryTake(bytes)) {
            own.give(bytes);
            return false;
        }
        return true;
    }

    /** Closes the feed to new records. Queued records that are not delivered within this time are lost. */
    void close(Duration within) {
        deadline = ticker.nanoTime() + within.toNanos();
        isClosing = true;
        LockSupport.unpark(taker);
    }

    long heldBytes() {
        return own.taken();
    }

    /** Returns the reason why records cannot be delivered now, for users, or null. */
    @Nullable
    String failure() {
        return failure;
    }

    // ---- for the thread that delivers

    void begin() {
        taker = Thread.currentThread();
    }

    /** Returns the thread that takes the records; null until this thread has started. */
    @Nullable
    Thread taker() {
        return taker;
    }

    /** Ends the feed. Queued records, and records added later, are lost. */
    void end() {
        isEnded = true;
        loseAll();
        losses.tellNow();
    }

    private void loseAll() {
        for (QueuedRecord left = queue.poll(); left != null; left = queue.poll()) {
            lost(left, LossReason.CLOSED);
        }
    }

    boolean isClosing() {
        return isClosing;
    }

    /** Returns whether the feed is closed and the time for its last deliveries has passed. */
    boolean isOver() {
        return isClosing && ticker.nanoTime() - deadline >= 0;
    }

    @Nullable
    QueuedRecord peek() {
        return queue.peek();
    }

    /** Removes and returns the next records in order. The feed counts their bytes until they are delivered or lost. */
    List<QueuedRecord> take(int maxRecords, int maxBytes) {
        List<QueuedRecord> taken = new ArrayList<>();
        long bytes = 0;
        for (QueuedRecord next = queue.peek(); next != null && taken.size() < maxRecords; next = queue.peek()) {
            bytes += next.size();
            if (bytes > maxBytes && !taken.isEmpty()) {
                break;
            }
            taken.add(next);
            queue.remove();
        }
        return taken;
    }

    /** Waits until a record is queued or the feed is closed, but at most this time. May return early. */
    void restBlocking(Duration atMost) {
        losses.tell();
        isResting = true;
        if (queue.isEmpty() && !isClosing) {
            LockSupport.parkNanos(this, atMost.toNanos());
        }
        isResting = false;
    }

    /** Waits for this time, or until the time for deliveries is over. */
    void pauseBlocking(Duration time) {
        long until = ticker.nanoTime() + time.toNanos();
        for (long left = time.toNanos(); left > 0 && !isOver(); left = until - ticker.nanoTime()) {
            long most = isClosing ? Math.min(left, Math.max(1, deadline - ticker.nanoTime())) : left;
            LockSupport.parkNanos(this, most);
        }
    }

    /** Stops counting a record, because it was delivered, lost, or stored elsewhere. */
    void release(QueuedRecord queued) {
        own.give(queued.size());
        all.give(queued.size());
    }

    void delivered(int records) {
        sent.increment(records);
    }

    void lost(QueuedRecord queued, LossReason reason) {
        release(queued);
        losses.count(reason, 1);
    }

    Losses losses() {
        return losses;
    }

    /** Records that delivery fails, and logs the first of consecutive failures. */
    void failing(String why) {
        if (failure == null) {
            LOG.atWarn()
                    .addKeyValue(LogFields.SINK, sink)
                    .addKeyValue(LogFields.REASON, why)
                    .log("a sink cannot deliver records; the records wait in its queue");
        }
        failure = why;
    }

    /** Records that delivery succeeds, and logs this if delivery failed before. */
    void well() {
        if (failure != null) {
            LOG.atInfo().addKeyValue(LogFields.SINK, sink).log("a sink delivers records again");
            failure = null;
        }
    }
}
