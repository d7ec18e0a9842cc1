package io.policyengine.it.sinks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import io.policyengine.core.sink.SinkRecord;
import io.policyengine.testkit.time.Await;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** Sinks whose disk is full: a small one that is mounted for the test, for which it has to be root. */
@Tag("nightly")
class FullDiskTest {
    private static final String FILLING = "x".repeat(1_000);
    private static final int DISK = 512 << 10;

    private final Vertx vertx = Vertx.vertx();
    private final ConcurrentLinkedQueue<Integer> taken = new ConcurrentLinkedQueue<>();
    private volatile boolean isWell;

    @TempDir
    Path disk;

    @BeforeEach
    void mount() throws Exception {
        if (run("mount", "-t", "tmpfs", "-o", "mode=0700,size=" + DISK, "tmpfs", disk.toString()) == 0) {
            return;
        }
        if ("true".equals(System.getenv("CI"))) {
            throw new IllegalStateException("no disk can be mounted: the test has to be root");
        }
        abort("no disk can be mounted: only root may");
    }

    @AfterEach
    void unmount() throws Exception {
        Await.result(vertx.close());
        run("umount", disk.toString());
    }

    private static int run(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }

    private static SinkRecord record(int number) {
        return new SinkRecord(
                "id-" + number,
                "io.policyengine.test",
                Instant.EPOCH,
                Buffer.buffer("{\"number\":" + number + ",\"filling\":\"" + FILLING + "\"}"),
                false);
    }

    /** Begins a server that takes nothing until it is well; gives its URL. */
    private String server() {
        HttpServer server = Await.result(
                vertx.createHttpServer().requestHandler(this::answer).listen(0, "127.0.0.1"));
        return "http://127.0.0.1:" + server.actualPort() + "/";
    }

    private void answer(HttpServerRequest request) {
        request.body().onSuccess(body -> {
            if (isWell) {
                JsonMapper.shared()
                        .readTree(body.getBytes())
                        .forEach(record -> taken.add(record.path("number").asInt()));
            }
            request.response().setStatusCode(isWell ? 204 : 503).end();
        });
    }

    private String spooling(String more) {
        return "{ type: http, target: '" + server() + "', spool: { directory: spool }, " + more
                + " batch: { max_records: 50, linger_ms: 1 }, retry: { backoff_ms: 1, max_backoff_ms: 10 } }";
    }

    private static long sizeOf(Path folder) {
        try (var files = Files.list(folder)) {
            return files.mapToLong(file -> file.toFile().length()).sum();
        } catch (IOException notYet) {
            return 0;
        }
    }

    private List<Integer> takenOnce() {
        Set<Integer> once = new LinkedHashSet<>(taken);
        return new ArrayList<>(once);
    }

    @Test
    void whatTheSpoolsDiskHasNoRoomForWaitsInMemoryAndNothingIsLost() {
        int records = 2_000;
        try (SinkProcess.Rig rig = new SinkProcess.Rig(disk, spooling(""))) {
            for (int i = 0; i < records; i++) {
                assertThat(rig.sink.offer(record(i))).isTrue();
            }
            Await.until("the disk is full", () -> sizeOf(disk.resolve("spool")) > DISK / 2);
            Await.until(
                    "the sink says so",
                    () -> String.valueOf(rig.use.unwellBecause()).contains("the spool cannot be written"));
            assertThat(rig.queued()).isPositive();

            isWell = true;
            Await.until("all are taken", () -> rig.sent() >= records);

            assertThat(rig.lost()).isZero();
            assertThat(takenOnce())
                    .containsExactlyElementsOf(
                            IntStream.range(0, records).boxed().toList());
        }
    }

    @Test
    void whatNeitherDiskNorQueueHasRoomForIsLostAndCounted() {
        int records = 2_000;
        try (SinkProcess.Rig rig = new SinkProcess.Rig(disk, spooling("queue_bytes: 262144,"))) {
            List<Integer> accepted = new ArrayList<>();
            for (int i = 0; i < records; i++) {
                if (rig.sink.offer(record(i))) {
                    accepted.add(i);
                }
            }
            assertThat(rig.lost()).isEqualTo(records - accepted.size()).isPositive();

            isWell = true;
            Await.until("all others are taken", () -> rig.sent() >= accepted.size());

            assertThat(takenOnce()).isEqualTo(accepted);
        }
    }

    @Test
    void linesWaitForRoomAndAreWhole() throws IOException {
        int records = 300;
        Path ballast = Files.write(disk.resolve("ballast"), new byte[DISK - (64 << 10)]);
        try (SinkProcess.Rig rig = new SinkProcess.Rig(disk, "{ type: file, path: records.log }")) {
            for (int i = 0; i < records; i++) {
                assertThat(rig.sink.offer(record(i))).isTrue();
            }
            Await.until("the sink says that the disk is full", () -> rig.use.unwellBecause() != null);
            assertThat(rig.queued()).isPositive();

            Files.delete(ballast);
            Await.until("all are written", () -> rig.sent() == records);

            assertThat(rig.lost()).isZero();
            assertThat(Files.readAllLines(disk.resolve("records.log")))
                    .extracting(line ->
                            JsonMapper.shared().readTree(line).path("number").asInt())
                    .containsExactlyElementsOf(
                            IntStream.range(0, records).boxed().toList());
        }
    }
}
