package io.policyengine.it.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.policyengine.core.worker.WorkerException;
import io.policyengine.it.engine.TestWorker;
import io.vertx.core.Future;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.JsonNodeFactory;

/** A worker in one of its two forms, which are the same to a kernel. */
abstract class WorkerContract {
    static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    final TestWorker.Form form;

    @TempDir
    Path directory;

    TestWorker worker;

    @SuppressWarnings("NullAway.Init") // before each test
    WorkerContract(TestWorker.Form form) {
        this.form = form;
    }

    @BeforeEach
    void start() {
        worker = TestWorker.start(
                form, directory, options -> options.with(changed -> changed.maxConcurrentRequests(20)));
    }

    @AfterEach
    void stop() {
        worker.close();
    }

    void assertFails(WorkerException.Kind kind, java.util.function.Supplier<? extends Future<?>> call) {
        assertThatThrownBy(() -> worker.await(() -> call.get().mapEmpty()))
                .isInstanceOfSatisfying(
                        WorkerException.class,
                        failure -> assertThat(failure.kind())
                                .as(failure.getMessage())
                                .isEqualTo(kind));
    }
}
