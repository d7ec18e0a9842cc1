package io.policyengine.admin.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.admin.access.AuditLog;
import io.policyengine.admin.harness.Answer;
import io.policyengine.testkit.log.CapturedLog;
import io.policyengine.testkit.time.Await;
import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Threads, heap dumps and recordings by the management API. */
class DiagnosisApiTest extends ManagedKernel {
    private final CapturedLog log = CapturedLog.of(AuditLog.LOGGER);

    @TempDir
    private Path temporary;

    @AfterEach
    void endLog() {
        log.close();
    }

    private Path startWithState() {
        kernel.start(WORKERS, FIRST);
        Path state = temporary.resolve("state");
        kernel.restart(state);
        return state;
    }

    @Test
    void showsThreadsToOperatorsOnly() {
        kernel.start(WORKERS, FIRST);

        Answer threads = call(HttpMethod.GET, "/threads");
        Answer refused = call(HttpMethod.GET, "/threads", null, Answer.WITHOUT_TOKEN);
        Answer unknown = call(HttpMethod.GET, "/threads?locks=true");
        Answer unknownOfChange = call(HttpMethod.POST, "/heap:dump?live=true");
        Answer method = call(HttpMethod.PUT, "/threads");

        assertThat(threads.status()).isEqualTo(200);
        assertThat(threads.body().path("thread_count").asInt()).isPositive();
        assertThat(threads.body().path("threads").toString()).contains("ThreadDump");
        assertThat(refused.status()).isEqualTo(401);
        assertThat(unknown.status()).isEqualTo(400);
        assertThat(unknownOfChange.status()).isEqualTo(400);
        assertThat(method.status()).isEqualTo(405);
    }

    @Test
    void writesAHeapDumpThatOnlyItsOwnerMayRead() throws IOException {
        Path state = startWithState();

        Answer first = call(HttpMethod.POST, "/heap:dump");
        Answer second = call(HttpMethod.POST, "/heap:dump");

        assertThat(first.status()).as(first.body().toString()).isEqualTo(200);
        assertThat(second.status()).isEqualTo(200);
        Path dump = Path.of(second.text("/path"));
        assertThat(dump).hasSize(second.body().path("bytes").asLong());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(dump)))
                .isEqualTo("rw-------");
        try (var files = Files.list(state.resolve("dumps"))) {
            assertThat(files).containsExactly(dump);
        }
    }

    @Test
    void writesNothingWithoutAStateDirectoryOrThroughALink() throws IOException {
        kernel.start(WORKERS, FIRST);
        assertThat(call(HttpMethod.POST, "/heap:dump").text("/code")).isEqualTo("no_state_directory");
        Path state = temporary.resolve("state");
        kernel.restart(state);
        Path elsewhere = Files.createDirectory(temporary.resolve("elsewhere"));
        Files.createSymbolicLink(state.resolve("dumps"), elsewhere);

        Answer answer = call(HttpMethod.POST, "/heap:dump");

        assertThat(answer.status()).isEqualTo(500);
        assertThat(elsewhere).isEmptyDirectory();
    }

    @Test
    void oneRecordingRunsAtATimeAndItsFileComesWhenItHasEnded() {
        startWithState();

        Answer bad = call(HttpMethod.POST, "/profile:start", "{\"for_ms\": 600001}", Map.of());
        Answer started = call(HttpMethod.POST, "/profile:start", "{\"for_ms\": 1000}", Map.of());
        Answer second = call(HttpMethod.POST, "/profile:start");
        Answer early = call(HttpMethod.GET, "/profile/file");

        assertThat(bad.text("/code")).isEqualTo("invalid_body");
        assertThat(started.text("/state")).as(started.body().toString()).isEqualTo("running");
        assertThat(second.status()).isEqualTo(409);
        assertThat(second.text("/code")).isEqualTo("already_running");
        assertThat(early.status()).isEqualTo(404);
        Await.until(() -> call(HttpMethod.GET, "/profile").text("/state").equals("ended"));
        assertThat(call(HttpMethod.GET, "/profile/file").status()).isEqualTo(200);
    }
}
