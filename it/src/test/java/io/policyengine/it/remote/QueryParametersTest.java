package io.policyengine.it.remote;

import static io.policyengine.it.engine.TestWorker.chain;
import static io.policyengine.it.engine.TestWorker.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.policyengine.core.policy.Metadata;
import io.policyengine.core.worker.ChainSpec;
import io.policyengine.core.worker.RequestCall;
import io.policyengine.core.worker.WorkerException;
import io.policyengine.it.engine.TestWorker;
import io.policyengine.proto.worker.v1.ProtocolVersion;
import io.policyengine.proto.worker.v1.QueryParam;
import io.policyengine.proto.worker.v1.WorkerConfig;
import io.policyengine.testkit.worker.FakeWorker;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SPEC §6: the parameters of the query are part of what a worker in another language is told of a request. */
class QueryParametersTest {
    private static final ChainSpec CHAIN = chain(1, entry("any", "{}"));

    @TempDir
    private Path directory;

    private @Nullable TestWorker kernel;
    private @Nullable FakeWorker worker;

    @AfterEach
    void stop() {
        TestWorker open = kernel;
        FakeWorker other = worker;
        if (open != null && other != null) {
            open.await(other::stop);
            open.close();
        }
    }

    @Test
    void areToldInOrderDecodedToOctets() {
        FakeWorker told = start(WorkerConfig.newBuilder().setProtocolVersion(version(2)));

        call("/p?b=%ff&a=1&b=x+y");

        assertThat(told.recording().requestCalls().getFirst().getRequest().getQueryList())
                .containsExactly(
                        parameter("b", new byte[] {(byte) 0xff}),
                        parameter("a", new byte[] {'1'}),
                        parameter("b", new byte[] {'x', ' ', 'y'}));
    }

    @Test
    void areLeftOutForAWorkerThatReadsThemByItself() {
        FakeWorker told =
                start(WorkerConfig.newBuilder().setProtocolVersion(version(2)).setParsesQuery(true));

        call("/p?a=1");

        assertThat(told.recording().requestCalls().getFirst().getRequest().getQueryList())
                .isEmpty();
    }

    @Test
    void areLeftOutForAWorkerWhoseProtocolDoesNotKnowThem() {
        FakeWorker told = start(WorkerConfig.newBuilder().setProtocolVersion(version(1)));

        call("/p?a=1");

        assertThat(told.recording().requestCalls().getFirst().getRequest().getQueryList())
                .isEmpty();
    }

    @Test
    void failTheCallWhereThereAreTooMany() {
        FakeWorker told = start(WorkerConfig.newBuilder().setProtocolVersion(version(2)));

        call("/p?" + "a&".repeat(999));
        assertThatThrownBy(() -> call("/p?" + "a&".repeat(1000)))
                .isInstanceOf(WorkerException.class)
                .hasMessage("the query has more than 1000 parameters");

        assertThat(told.recording().requestCalls()).hasSize(1);
        assertThat(told.recording().requestCalls().getFirst().getRequest().getQueryCount())
                .isEqualTo(999);
    }

    private FakeWorker start(WorkerConfig.Builder config) {
        TestWorker open = TestWorker.elsewhere(directory);
        FakeWorker scripted = FakeWorker.at(open.vertx, Path.of(open.socket))
                .config(config.setName("tests")
                        .setMaxBodySizeBytes(1 << 20)
                        .setMaxStateSizeBytes(1 << 16)
                        .build());
        kernel = open;
        worker = scripted;
        open.await(scripted::start);
        open.prepare(CHAIN);
        return scripted;
    }

    private void call(String path) {
        TestWorker open = Objects.requireNonNull(kernel);
        RequestCall call =
                open.requestCall(1, CHAIN.entries().size(), TestWorker.request().withRawPath(path), Metadata.empty());
        open.await(() -> open.link().execute(call));
    }

    private static ProtocolVersion version(int minor) {
        return ProtocolVersion.newBuilder().setMajor(1).setMinor(minor).build();
    }

    private static QueryParam parameter(String name, byte[] value) {
        return QueryParam.newBuilder()
                .setName(ByteString.copyFromUtf8(name))
                .setValue(ByteString.copyFrom(value))
                .build();
    }
}
