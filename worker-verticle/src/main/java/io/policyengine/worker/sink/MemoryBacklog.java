package io.policyengine.worker.sink;

import io.policyengine.core.sink.LossReason;
import io.policyengine.core.sink.Sealing;
import io.policyengine.core.sink.SinkRecord;
import io.policyengine.core.sink.chain.Checkpoint.Reason;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A backlog in memory. The feed counts the bytes of its records until they are removed. */
final class MemoryBacklog implements Backlog {
    /** Maximum number of records that wait in memory for delivery to a server. */
    private static final int MAX_RECORDS = 20_000;

    private final Sealer sealer;
    private final Deque<Waiting> waiting = new ArrayDeque<>();

    /** A record in the backlog, with its counterpart in the feed; null for a checkpoint. */
    private record Waiting(SinkRecord record, @Nullable QueuedRecord queued) {}

    MemoryBacklog(Sealer sealer) {
        this.sealer = sealer;
    }

    @Override
    public void fillBlocking(Feed feed) {
        int room = MAX_RECORDS - waiting.size();
        for (QueuedRecord queued : feed.take(Math.max(0, room), Integer.MAX_VALUE)) {
            Optional<Sealing> sealing = queued.settings().sealing();
            if (sealing.isEmpty()) {
                waiting.add(new Waiting(queued.record(), queued));
                continue;
            }
            List<SinkRecord> sealed =
                    sealer.seal(queued.record(), sealing.get(), feed.losses().takeUnsealed());
            sealed.forEach(each -> waiting.add(
                    new Waiting(each, each.id().equals(queued.record().id()) ? queued : null)));
        }
    }

    @Override
    public List<SinkRecord> peekBlocking(int maxRecords, int maxBytes) {
        List<SinkRecord> first = new ArrayList<>();
        long bytes = 0;
        for (Waiting each : waiting) {
            bytes += each.record().json().length();
            if (first.size() == maxRecords || (bytes > maxBytes && !first.isEmpty())) {
                break;
            }
            first.add(each.record());
        }
        return first;
    }

    @Override
    public void removeBlocking(Feed feed, int records) {
        for (int i = 0; i < records; i++) {
            QueuedRecord queued = waiting.remove().queued();
            if (queued != null) {
                feed.release(queued);
            }
        }
    }

    @Override
    public long size() {
        return waiting.size();
    }

    @Override
    public void sealBlocking(boolean isEnd) {
        List<SinkRecord> own = isEnd ? sealer.ending(Reason.END) : sealer.due();
        own.forEach(checkpoint -> waiting.add(new Waiting(checkpoint, null)));
    }

    @Override
    public long spooledBytes() {
        return 0;
    }

    @Override
    public boolean isKept() {
        return false;
    }

    @Override
    public void closeBlocking(Feed feed) {
        for (Waiting left : waiting) {
            QueuedRecord queued = left.queued();
            if (queued != null) {
                feed.lost(queued, LossReason.CLOSED);
            }
        }
        waiting.clear();
    }
}
