package io.policyengine.worker.sink;

import io.policyengine.core.sink.LossReason;
import io.policyengine.core.sink.Sealing;
import io.policyengine.core.sink.SinkRecord;
import io.policyengine.core.sink.chain.Checkpoint.Reason;
import io.policyengine.core.time.Ticker;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Writes records, one per line, to a stream that may block, such as a pipe without a reader. A line is lost if it
 * cannot be written.
 */
final class StreamDelivery implements Delivery {
    private static final Duration PAUSE = Duration.ofSeconds(1);

    /** Maximum number of records that are written to a stream at once. */
    private static final int MAX_RECORDS = 100;

    /** Maximum size of several records that are written to a stream at once, in bytes. */
    private static final int MAX_BYTES = 64 << 10;

    private final OutputStream out;
    private final Sealer sealer;

    StreamDelivery(OutputStream out, InstantSource clock, Ticker ticker) {
        this.out = out;
        this.sealer = new Sealer(clock, ticker);
    }

    @Override
    public void runBlocking(Feed feed) {
        while (!feed.isOver()) {
            List<QueuedRecord> batch = feed.take(MAX_RECORDS, MAX_BYTES);
            if (!batch.isEmpty()) {
                batch.forEach(queued -> deliverBlocking(feed, queued));
            } else if (feed.isClosing()) {
                break;
            } else {
                writeBlocking(sealer.due());
                feed.restBlocking(PAUSE);
            }
        }
        writeBlocking(sealer.ending(Reason.END));
    }

    private void deliverBlocking(Feed feed, QueuedRecord queued) {
        Optional<Sealing> sealing = queued.settings().sealing();
        List<SinkRecord> lines = new ArrayList<>();
        if (sealing.isPresent()) {
            lines.addAll(
                    sealer.seal(queued.record(), sealing.get(), feed.losses().takeUnsealed()));
        } else {
            lines.add(queued.record());
        }
        if (writeBlocking(lines)) {
            feed.release(queued);
            feed.delivered(1);
            feed.well();
        } else {
            feed.lost(queued, LossReason.REFUSED);
            feed.failing("the stream cannot be written to");
        }
    }

    private boolean writeBlocking(List<SinkRecord> lines) {
        Buffer all = Buffer.buffer();
        lines.forEach(line -> Lines.append(all, line.json()));
        try {
            out.write(all.getBytes());
            out.flush();
            return true;
        } catch (IOException notTaken) {
            return false;
        }
    }
}
