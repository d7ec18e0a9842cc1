package io.policyengine.it.remote;

import static io.policyengine.it.engine.TestWorker.chain;
import static io.policyengine.it.engine.TestWorker.entry;
import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.policy.Metadata;
import io.policyengine.core.policy.TraceParent;
import io.policyengine.core.worker.ChainSpec;
import io.policyengine.core.worker.ProtocolVersion;
import io.policyengine.core.worker.RequestCall;
import io.policyengine.it.engine.TestWorker;
import io.policyengine.proto.worker.v1.CallContext;
import io.policyengine.proto.worker.v1.WorkerConfig;
import io.policyengine.testkit.worker.FakeWorker;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SPEC §9: a worker in another language can join the trace of its calls. */
class TracedCallsTest {
    private static final ChainSpec CHAIN = chain(1, entry("any", "{}"));

    @TempDir
    private Path directory;

    @Test
    void isToldInTheFormOfTraceContextWhereSpansAreKeptForSure() {
        CallContext told = called(new TraceParent("4bf92f3577b34da6a3ce929d0e0e4736", 7, "vendor=1"));

        assertThat(told.getTraceparent()).isEqualTo("00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000007-01");
        assertThat(told.getTracestate()).isEqualTo("vendor=1");
    }

    @Test
    void isEmptyElsewhere() {
        CallContext told = called(null);

        assertThat(told.getTraceparent()).isEmpty();
        assertThat(told.getTracestate()).isEmpty();
    }

    private CallContext called(@Nullable TraceParent trace) {
        try (TestWorker kernel = TestWorker.elsewhere(directory)) {
            FakeWorker worker = FakeWorker.at(kernel.vertx, Path.of(kernel.socket))
                    .config(WorkerConfig.newBuilder()
                            .setName("tests")
                            .setProtocolVersion(io.policyengine.proto.worker.v1.ProtocolVersion.newBuilder()
                                    .setMajor(ProtocolVersion.CURRENT.major())
                                    .setMinor(ProtocolVersion.CURRENT.minor()))
                            .setMaxBodySizeBytes(1 << 20)
                            .setMaxStateSizeBytes(1 << 16)
                            .build());
            kernel.await(worker::start);
            kernel.prepare(CHAIN);
            Call plain = kernel.call(Duration.ofSeconds(10), new Cancellation());
            Call call = new Call(
                    plain.requestId(), plain.exchangeId(), plain.deadlineNanos(), plain.cancellation(), false, trace);

            kernel.await(() ->
                    kernel.link().execute(new RequestCall(call, 1, 0, 1, TestWorker.request(), Metadata.empty())));
            kernel.await(worker::stop);
            return worker.recording().requestCalls().getFirst().getContext();
        }
    }
}
