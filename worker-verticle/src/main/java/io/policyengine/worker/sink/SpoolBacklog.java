package io.policyengine.worker.sink;

import io.policyengine.core.sink.LossReason;
import io.policyengine.core.sink.Sealing;
import io.policyengine.core.sink.SinkRecord;
import io.policyengine.core.sink.chain.Checkpoint.Reason;
import io.policyengine.worker.sink.file.Spool;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A backlog on disk. If the disk is full, one batch waits in memory, and all later records stay in the feed. */
final class SpoolBacklog implements Backlog {
    private static final Logger LOG = LoggerFactory.getLogger(SpoolBacklog.class);

    /** Maximum number of records that are spooled at once. */
    private static final int MAX_RECORDS = 1_000;

    /** Maximum size of several records that are spooled at once, in bytes. */
    private static final int MAX_BYTES = 256 << 10;

    private final Spool spool;
    private final Sealer sealer;
    private List<QueuedRecord> pending = List.of();

    /** The number of lost records that no checkpoint of the sealed chain states yet. */
    private long untold;

    SpoolBacklog(Spool spool, Sealer sealer) {
        this.spool = spool;
        this.sealer = sealer;
    }

    @Override
    public void fillBlocking(Feed feed) throws IOException {
        if (!spool.isOpen()) {
            spool.openBlocking();
            int damaged = spool.takeDamaged();
            if (damaged > 0) {
                feed.losses().count(LossReason.DAMAGED, damaged);
            }
        }
        do {
            if (pending.isEmpty()) {
                pending = feed.take(MAX_RECORDS, MAX_BYTES);
            }
        } while (!pending.isEmpty() && spoolBlocking(feed));
    }

    /** Writes the pending records to disk. Returns false if the spool is full. */
    private boolean spoolBlocking(Feed feed) throws IOException {
        untold += feed.losses().takeUnsealed();
        Sealer.State before = sealer.state();
        boolean isDone = appendBlocking(sealed(), before);
        if (isDone) {
            untold = sealer.state().equals(before) ? untold : 0;
            pending.forEach(feed::release);
            pending = List.of();
        }
        return isDone;
    }

    /** Writes records to disk. If that fails, restores the previous state of the audit chain. */
    private boolean appendBlocking(List<SinkRecord> records, Sealer.State before) throws IOException {
        boolean isDone = false;
        try {
            isDone = spool.appendBlocking(records);
        } finally {
            if (!isDone) {
                sealer.returnTo(before);
            }
        }
        return isDone;
    }

    private List<SinkRecord> sealed() {
        List<SinkRecord> records = new ArrayList<>(pending.size());
        long toTell = untold;
        for (QueuedRecord queued : pending) {
            Optional<Sealing> sealing = queued.settings().sealing();
            if (sealing.isPresent()) {
                records.addAll(sealer.seal(queued.record(), sealing.get(), toTell));
                toTell = 0;
            } else {
                records.add(queued.record());
            }
        }
        return records;
    }

    @Override
    public List<SinkRecord> peekBlocking(int maxRecords, int maxBytes) throws IOException {
        return spool.peekBlocking(maxRecords, maxBytes);
    }

    @Override
    public void removeBlocking(Feed feed, int records) {
        try {
            spool.removeBlocking(records);
        } catch (IOException notNoted) {
            LOG.atWarn()
                    .setCause(notNoted)
                    .log("the delivery of records could not be recorded; after a restart they would be sent again");
        }
    }

    @Override
    public long size() {
        return spool.records();
    }

    @Override
    public void sealBlocking(boolean isEnd) throws IOException {
        Sealer.State before = sealer.state();
        List<SinkRecord> own = isEnd ? sealer.ending(Reason.END) : sealer.due();
        if (!own.isEmpty()) {
            appendBlocking(own, before);
        }
    }

    @Override
    public long spooledBytes() {
        return spool.bytes();
    }

    @Override
    public boolean isKept() {
        return true;
    }

    @Override
    public void closeBlocking(Feed feed) {
        pending.forEach(queued -> feed.lost(queued, LossReason.CLOSED));
        pending = List.of();
        try {
            spool.closeBlocking();
        } catch (IOException unimportant) {
            LOG.atDebug().setCause(unimportant).log("a spool could not be closed cleanly; its records are written");
        }
    }
}
