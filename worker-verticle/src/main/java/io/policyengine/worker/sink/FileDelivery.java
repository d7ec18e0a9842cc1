package io.policyengine.worker.sink;

import io.policyengine.core.log.LogFields;
import io.policyengine.core.sink.LossReason;
import io.policyengine.core.sink.Sealing;
import io.policyengine.core.sink.SinkRecord;
import io.policyengine.core.sink.chain.ChainHead;
import io.policyengine.core.sink.chain.Checkpoint.Reason;
import io.policyengine.core.time.Ticker;
import io.policyengine.worker.sink.file.HeadFile;
import io.policyengine.worker.sink.file.LastLine;
import io.policyengine.worker.sink.file.LogFile;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Appends records to a file, one per line. If records cannot be written, for example because the disk is full, writing
 * is retried every {@link #PAUSE}. At most one batch of records is outside of the queue.
 */
final class FileDelivery implements Delivery {
    private static final Logger LOG = LoggerFactory.getLogger(FileDelivery.class);
    private static final Duration PAUSE = Duration.ofMillis(500);
    private static final Duration REST_TIME = Duration.ofSeconds(1);

    /** Maximum number of records that are written to a file at once. */
    private static final int MAX_RECORDS = 1_000;

    /** Maximum size of several records that are written to a file at once, in bytes. */
    private static final int MAX_BYTES = 256 << 10;

    private final LogFile file;
    private final HeadFile head;
    private final Sealer sealer;

    /** The entry of the audit trail that must be written before the next record, or null. */
    private @Nullable Beginning owed;

    /** True if the end of the file must be examined before the next record is written. */
    private boolean isToResume;

    /**
     * The entry with which this process begins or resumes an audit trail.
     *
     * @param head the end of the audit chain that is continued, or null for a new audit chain
     * @param isAfterOthers whether the file already has lines that belong to no audit chain
     * @param missing number of entries missing at the end of the file
     */
    private record Beginning(@Nullable ChainHead head, boolean isAfterOthers, Reason reason, long missing) {}

    FileDelivery(Path path, InstantSource clock, Ticker ticker) {
        this.file = new LogFile(path, clock);
        this.head = new HeadFile(path);
        this.sealer = new Sealer(clock, ticker);
    }

    @Override
    public void runBlocking(Feed feed) {
        long lost = 0;
        while (!feed.isOver()) {
            List<QueuedRecord> batch = feed.take(MAX_RECORDS, MAX_BYTES);
            if (!batch.isEmpty()) {
                lost += feed.losses().takeUnsealed();
                lost = deliverBlocking(feed, batch, lost);
            } else if (feed.isClosing()) {
                break;
            } else {
                appendOwnBlocking(sealer::due);
                feed.restBlocking(REST_TIME);
            }
        }
        appendOwnBlocking(() -> sealer.ending(Reason.END));
        closeBlocking();
    }

    /**
     * Writes the batch, with retries until the time is over. Returns the number of lost records that no checkpoint of
     * the audit trail states yet.
     */
    private long deliverBlocking(Feed feed, List<QueuedRecord> batch, long lost) {
        while (true) {
            try {
                boolean told = writeBlocking(batch, lost);
                batch.forEach(feed::release);
                feed.delivered(batch.size());
                feed.well();
                return told ? 0 : lost;
            } catch (IOException notNow) {
                feed.failing(reasonOf(notNow));
                if (feed.isOver()) {
                    batch.forEach(queued -> feed.lost(queued, LossReason.CLOSED));
                    return lost;
                }
                feed.pauseBlocking(PAUSE);
            }
        }
    }

    /** Writes the batch. Returns whether a checkpoint of the audit trail now states the lost records. */
    private boolean writeBlocking(List<QueuedRecord> batch, long lost) throws IOException {
        Settings settings = batch.getFirst().settings();
        isToResume |= file.openBlocking();
        if (isToResume) {
            resumeBlocking();
            isToResume = false;
        }
        Beginning beginning = owed;
        boolean isSealed = settings.sealing().isPresent();
        if (file.isFullBlocking(settings.rotation()) || (isSealed && beginning != null && beginning.isAfterOthers())) {
            rotateBlocking(settings);
        }
        Sealer.State before = sealer.state();
        try {
            boolean told = appendBlocking(batch, lost);
            owed = isSealed ? null : owed;
            return told;
        } catch (IOException notWritten) {
            sealer.returnTo(before);
            throw notWritten;
        }
    }

    private boolean appendBlocking(List<QueuedRecord> batch, long lost) throws IOException {
        List<SinkRecord> lines = new ArrayList<>();
        Beginning beginning = owed;
        long untold = lost;
        for (QueuedRecord queued : batch) {
            Optional<Sealing> sealing = queued.settings().sealing();
            if (sealing.isEmpty()) {
                lines.add(queued.record());
                continue;
            }
            if (beginning != null) {
                ChainHead head = sealer.isBegun() ? sealer.state().head() : beginning.head();
                lines.addAll(sealer.begin(head, sealing.get(), beginning.reason(), beginning.missing()));
                beginning = null;
            }
            lines.addAll(sealer.seal(queued.record(), sealing.get(), untold));
            untold = 0;
        }
        appendBlocking(lines, batch.getFirst().settings().fsync());
        return untold == 0;
    }

    /** Prepares the file for appending: removes an incomplete last line, and finds the end of the audit chain. */
    private void resumeBlocking() throws IOException {
        LastLine last = LastLine.readBlocking(file.path());
        boolean isTorn = last.whole() < file.sizeBlocking();
        if (isTorn) {
            file.truncateBlocking(last.whole());
            LOG.atWarn()
                    .addKeyValue(LogFields.FILE, file.path())
                    .log("an incomplete last line of a file was removed: the process or the machine stopped during a"
                            + " write");
        }
        ChainHead there = ChainHead.ofLast(last.line());
        ChainHead written = head.readBlocking();
        long missing = there != null && written != null && there.chain().equals(written.chain())
                ? Math.max(0, written.sequence() - there.sequence())
                : 0;
        if (missing > 0) {
            LOG.atError()
                    .addKeyValue(LogFields.FILE, file.path())
                    .addKeyValue(LogFields.REASON, missing + " entries")
                    .log("the last entries of an audit trail are missing: they were removed, or the machine crashed. "
                            + "The next entry of the audit trail records the loss");
        }
        // The chain of a moved or emptied file continues; gaps in its numbers show what is missing.
        owed = new Beginning(
                there == null ? written : there,
                there == null && last.whole() > 0,
                isTorn || missing > 0 ? Reason.RECOVERED : Reason.BEGIN,
                missing);
    }

    private void rotateBlocking(Settings settings) throws IOException {
        Sealer.State before = sealer.state();
        List<SinkRecord> last = owed == null ? sealer.ending(Reason.ROTATED) : List.of();
        try {
            if (!last.isEmpty()) {
                appendBlocking(last, settings.fsync());
            }
        } catch (IOException notWritten) {
            sealer.returnTo(before);
            throw notWritten;
        }
        Beginning missed = owed;
        owed = missed != null && !missed.isAfterOthers()
                ? missed
                : new Beginning(missed == null ? sealer.state().head() : missed.head(), false, Reason.BEGIN, 0);
        file.rotateBlocking(settings.rotation());
    }

    /**
     * Appends entries that the sealer creates. If that fails, the entries are withdrawn, and become due again later.
     */
    private void appendOwnBlocking(Supplier<List<SinkRecord>> lines) {
        Sealer.State before = sealer.state();
        try {
            List<SinkRecord> own = new ArrayList<>(file.isEmptiedBlocking() ? afterEmptying() : List.of());
            own.addAll(lines.get());
            if (!own.isEmpty()) {
                appendBlocking(own, false);
            }
        } catch (IOException notNow) {
            sealer.returnTo(before);
            LOG.atWarn()
                    .addKeyValue(LogFields.FILE, file.path())
                    .addKeyValue(LogFields.REASON, reasonOf(notNow))
                    .log("a checkpoint could not be written: the audit trail's last entries have no checkpoint");
        }
    }

    /**
     * Returns the first entries of a file that another program has emptied. The file's old entries are lost unless that
     * program copied them.
     */
    private List<SinkRecord> afterEmptying() {
        ChainHead end = sealer.state().head();
        if (end != null) {
            LOG.atWarn()
                    .addKeyValue(LogFields.FILE, file.path())
                    .addKeyValue(LogFields.REASON, "entries up to " + end.sequence())
                    .log("another program has emptied the file of an audit trail: the entries are lost unless that"
                            + " program has copied them");
        }
        return sealer.ending(Reason.BEGIN);
    }

    private void appendBlocking(List<SinkRecord> lines, boolean fsync) throws IOException {
        Buffer all = Buffer.buffer();
        lines.forEach(line -> Lines.append(all, line.json()));
        file.appendBlocking(ByteBuffer.wrap(all.getBytes()), fsync);
        ChainHead end = sealer.state().head();
        if (end != null) {
            try {
                head.writeBlocking(end);
            } catch (IOException onlyTheHead) {
                // The lines are written, so they must not be tried again.
                LOG.atWarn()
                        .addKeyValue(LogFields.FILE, file.path())
                        .addKeyValue(LogFields.REASON, reasonOf(onlyTheHead))
                        .log("the head file of an audit trail could not be written: a truncation may go undetected");
            }
        }
    }

    private void closeBlocking() {
        try {
            head.closeBlocking();
            file.closeBlocking();
        } catch (IOException unimportant) {
            LOG.atDebug()
                    .setCause(unimportant)
                    .log("a file of records could not be closed cleanly; its records are written");
        }
    }

    private static String reasonOf(IOException failure) {
        String message = failure.getMessage();
        return failure.getClass() == IOException.class && message != null
                ? message
                : failure.getClass().getSimpleName() + ": " + message;
    }
}
