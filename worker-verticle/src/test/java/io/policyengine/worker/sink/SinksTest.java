package io.policyengine.worker.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.policyengine.core.capacity.Capacity;
import io.policyengine.core.config.SinkConfig;
import io.policyengine.core.metrics.WorkerMetric;
import io.policyengine.core.params.ParamProblem;
import io.policyengine.core.policy.InvalidParamsException;
import io.policyengine.core.sink.LossReason;
import io.policyengine.core.time.Ticker;
import io.policyengine.testkit.time.Await;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SinksTest {
    private final Path directory;

    SinksTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "audti | '' | no sink is named 'audti' in worker_core.sinks of the worker, did you mean 'audit'?",
                "{ type: file } | '' | a sink of type 'file' needs 'path'",
                "{ type: stdout, path: a } | /path | a sink of type 'stdout' does not support 'path'",
                "{ type: http, target: nowhere } | '' | no target is named 'nowhere'",
                "{ type: http, target: 'http://a.example', spool: { directory: a } } | /spool | only a sink in worker_core.sinks",
            })
    void aSinkThatIsNoneIsRefusedWithItsPlace(String sink, String pointer, String message) throws Exception {
        try (SinkRig rig = new SinkRig(directory, "{ audit: { type: stdout } }")) {
            assertThatExceptionOfType(InvalidParamsException.class)
                    .isThrownBy(() -> rig.use(sink))
                    .satisfies(refused -> assertThat(refused.problems())
                            .singleElement()
                            .satisfies((ParamProblem problem) -> {
                                assertThat(problem.pointer()).isEqualTo(pointer);
                                assertThat(problem.message()).contains(message);
                            }));
            assertThat(rig.sinks.size()).isZero();
        }
    }

    @Test
    void sinksAreBounded() throws Exception {
        try (SinkRig rig = new SinkRig(directory, "{}")) {
            for (int i = 0; i < Sinks.MAX_SINKS; i++) {
                rig.use("{ type: file, path: file-" + i + " }");
            }

            assertThatExceptionOfType(InvalidParamsException.class)
                    .isThrownBy(() -> rig.use("{ type: file, path: one-more }"))
                    .withMessageContaining("more than 32 sinks are in use");
            assertThat(rig.use("{ type: file, path: file-7 }").sink().name()).isEqualTo("file-7");
        }
    }

    /** A pipe that nobody reads. */
    private static final class Standing extends OutputStream {
        private final CountDownLatch read = new CountDownLatch(1);
        private final ByteArrayOutputStream written = new ByteArrayOutputStream();

        @Override
        public void write(int octet) throws IOException {
            write(new byte[] {(byte) octet});
        }

        @Override
        public void write(byte[] octets) throws IOException {
            try {
                read.await();
            } catch (InterruptedException interrupted) {
                throw new IOException(interrupted);
            }
            written.writeBytes(octets);
        }
    }

    @Test
    void aPipeThatNobodyReadsHoldsNobodyUp() throws Exception {
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        Standing pipe = new Standing();
        Feed feed = new Feed(
                "out",
                65_536,
                new Capacity(1 << 20),
                Ticker.SYSTEM,
                WorkerMetric.SINK_SENT.counter(meters, "out"),
                new Losses("out", Ticker.SYSTEM, meters));
        OpenSink sink = new OpenSink("out", feed, new StreamDelivery(pipe, InstantSource.system(), Ticker.SYSTEM));
        Settings settings = new Settings(SinkConfig.Rotation.USUAL, false, Optional.empty());
        int taken = 0;

        for (int i = 0; i < 1_000; i++) {
            taken += sink.offer(new QueuedRecord(SinkRig.record(i, "x".repeat(500)), settings)) ? 1 : 0;
        }

        assertThat(taken).isBetween(10, 200);
        assertThat(WorkerMetric.SINK_LOST
                        .counter(meters, "out", LossReason.FULL.label())
                        .count())
                .isEqualTo(1_000 - taken);
        pipe.read.countDown();
        Await.result(sink.close(Duration.ofSeconds(20)));
        assertThat(pipe.written.toString(StandardCharsets.UTF_8).lines()).hasSize(taken);
    }
}
