package io.policyengine.worker.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.policyengine.core.capacity.Capacity;
import io.policyengine.core.config.SinkConfig;
import io.policyengine.core.metrics.WorkerMetric;
import io.policyengine.core.sink.LossReason;
import io.policyengine.core.sink.Sealing;
import io.policyengine.core.sink.SinkRecord;
import io.policyengine.core.time.Ticker;
import io.policyengine.worker.sink.file.Spool;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Records on a disk that has no room for more. */
class SpoolBacklogTest {
    private static final Settings SEALED = new Settings(
            SinkConfig.Rotation.USUAL, false, Optional.of(new Sealing(Optional.empty(), 100_000, Duration.ofHours(1))));
    private static final int ALL = 1_000;

    private final Path directory;

    SpoolBacklogTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @Test
    void whatIsLostWhileThereIsNoRoomIsToldInTheChain() throws Exception {
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        Feed feed = new Feed(
                "all",
                4 << 20,
                new Capacity(4 << 20),
                Ticker.SYSTEM,
                WorkerMetric.SINK_SENT.counter(meters, "all"),
                new Losses("all", Ticker.SYSTEM, meters));
        Spool spool = new Spool(directory, new SinkConfig.Spool(directory.toString(), 1 << 20), false);
        SpoolBacklog backlog = new SpoolBacklog(spool, new Sealer(InstantSource.system(), Ticker.SYSTEM));
        for (int i = 0; i < 110; i++) {
            assertThat(feed.offer(new QueuedRecord(SinkRig.record(i, "x".repeat(10_000)), SEALED)))
                    .isTrue();
        }
        backlog.fillBlocking(feed);
        assertThat(feed.heldBytes()).isPositive();

        feed.losses().count(LossReason.FULL, 3);
        backlog.fillBlocking(feed);
        feed.losses().count(LossReason.FULL, 4);
        backlog.fillBlocking(feed);
        backlog.removeBlocking(feed, backlog.peekBlocking(ALL, 4 << 20).size());
        backlog.fillBlocking(feed);

        assertThat(feed.heldBytes()).isZero();
        List<SinkRecord> left = backlog.peekBlocking(ALL, 4 << 20);
        assertThat(left.getFirst().json().toString()).contains("\"reason\":\"lost\"", "\"count\":7");
        assertThat(left.subList(1, left.size()))
                .allSatisfy(record -> assertThat(record.json().toString()).doesNotContain("\"reason\":\"lost\""));
        backlog.closeBlocking(feed);
    }
}
