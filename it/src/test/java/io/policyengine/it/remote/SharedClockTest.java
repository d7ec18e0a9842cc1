package io.policyengine.it.remote;

import static io.policyengine.it.engine.TestWorker.chain;
import static io.policyengine.it.engine.TestWorker.entry;
import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.policy.Metadata;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.time.ClockReading;
import io.policyengine.core.time.Ticker;
import io.policyengine.core.worker.ChainSpec;
import io.policyengine.core.worker.RequestCall;
import io.policyengine.it.engine.TestPolicies;
import io.policyengine.it.engine.TestWorker;
import io.policyengine.proto.worker.v1.MonotonicClock;
import io.policyengine.proto.worker.v1.ProtocolVersion;
import io.policyengine.proto.worker.v1.WorkerConfig;
import io.policyengine.testkit.worker.FakeWorker;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The deadlines of calls are instants of a clock that kernel and worker share, or else remaining times. */
class SharedClockTest {
    private static final ChainSpec CHAIN = chain(1, entry("seeing", "{}"));

    /** The part of a long call's time that the kernel leaves for the answer. */
    private static final Duration MARGIN = Duration.ofMillis(100);

    private final AtomicLong deadline = new AtomicLong();

    @TempDir
    private Path directory;

    @Test
    void aWorkerOnTheSameHostHasTheKernelsDeadlineToTheNanosecond() {
        try (TestWorker worker = TestWorker.start(
                TestWorker.Form.REMOTE, directory, List.of(TestPolicies.request("seeing", (_, _) -> this::see)))) {
            worker.prepare(CHAIN);
            RequestCall call = call(worker);

            worker.await(() -> worker.link().execute(call));

            assertThat(deadline).hasValue(call.call().deadlineNanos() - MARGIN.toNanos());
        }
    }

    @Test
    void noInstantIsSentToAWorkerThatTellsNoClock() {
        assertNoInstant(WorkerConfig.newBuilder());
    }

    @Test
    void noInstantIsSentToAWorkerOfAnotherHost() {
        assertNoInstant(WorkerConfig.newBuilder()
                .setClock(MonotonicClock.newBuilder().setBootId("another").setNanos(Ticker.SYSTEM.nanoTime())));
    }

    @Test
    void noInstantIsSentToAWorkerOfAnotherTimeNamespace() {
        ClockReading here = Objects.requireNonNull(ClockReading.of(Ticker.SYSTEM));

        assertNoInstant(WorkerConfig.newBuilder()
                .setClock(MonotonicClock.newBuilder()
                        .setBootId(here.bootId())
                        .setNanos(here.nanos() + Duration.ofDays(1).toNanos())));
    }

    private void assertNoInstant(WorkerConfig.Builder config) {
        try (TestWorker kernel = TestWorker.elsewhere(directory)) {
            FakeWorker worker = FakeWorker.at(kernel.vertx, Path.of(kernel.socket))
                    .config(config.setName("tests")
                            .setProtocolVersion(
                                    ProtocolVersion.newBuilder().setMajor(1).setMinor(9))
                            .setMaxBodySizeBytes(1 << 20)
                            .setMaxStateSizeBytes(1 << 16)
                            .build());
            kernel.await(worker::start);
            kernel.prepare(CHAIN);

            kernel.await(() -> kernel.link().execute(call(kernel)));

            assertThat(worker.recording().requestCalls()).singleElement().satisfies(sent -> {
                assertThat(sent.getContext().getDeadlineNanos()).isZero();
                assertThat(sent.getContext().getDeadlineMs()).isPositive();
            });
            kernel.await(worker::stop);
        }
    }

    private static RequestCall call(TestWorker worker) {
        return new RequestCall(
                worker.call(Duration.ofSeconds(4), new Cancellation()),
                1,
                0,
                1,
                TestWorker.request(),
                Metadata.empty());
    }

    private Future<RequestOutcome> see(RequestContext context) {
        deadline.set(context.call().deadlineNanos());
        return RequestOutcome.unchanged();
    }
}
