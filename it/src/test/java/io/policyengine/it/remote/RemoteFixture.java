package io.policyengine.it.remote;

import static io.policyengine.it.engine.TestWorker.chain;
import static io.policyengine.it.engine.TestWorker.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.policyengine.core.worker.ChainSpec;
import io.policyengine.core.worker.WorkerException;
import io.policyengine.core.worker.WorkerException.Kind;
import io.policyengine.it.engine.TestWorker;
import io.policyengine.proto.worker.v1.CallContext;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** A worker behind a socket, which is closed after each test. */
abstract class RemoteFixture {
    static final ChainSpec NEVER = chain(1, entry("never", "{}"));
    static final ChainSpec QUICK = chain(2, entry("setHeader", "{\"value\": \"a\"}"));

    @TempDir
    Path directory;

    @Nullable
    TestWorker open;

    @AfterEach
    void stop() {
        if (open != null) {
            open.close();
        }
    }

    TestWorker started() {
        TestWorker worker = TestWorker.start(TestWorker.Form.REMOTE, directory, options -> options);
        open = worker;
        return worker;
    }

    TestWorker elsewhere() {
        TestWorker worker = TestWorker.elsewhere(directory);
        open = worker;
        return worker;
    }

    static void assertFails(TestWorker worker, Kind kind, ChainSpec chain) {
        Supplier<Object> run = () -> worker.run(chain);
        assertThatThrownBy(run::get)
                .isInstanceOfSatisfying(
                        WorkerException.class,
                        failure -> assertThat(failure.kind())
                                .as(failure.getMessage())
                                .isEqualTo(kind));
    }

    static io.policyengine.proto.worker.v1.RequestCall call(long chain, String metadata) {
        return io.policyengine.proto.worker.v1.RequestCall.newBuilder()
                .setContext(CallContext.newBuilder()
                        .setDeadlineMs(2000)
                        .setChainId(chain)
                        .putMetadata("k", metadata))
                .build();
    }
}
