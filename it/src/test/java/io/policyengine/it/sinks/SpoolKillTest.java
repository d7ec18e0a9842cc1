package io.policyengine.it.sinks;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.testkit.process.ChildJvm;
import io.policyengine.testkit.time.Await;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** A process with a spool is killed again and again, while the server fails and comes back. */
@Tag("nightly")
class SpoolKillTest {
    private static final int KILLS = 5;
    private static final int BATCH = 50;

    private final Vertx vertx = Vertx.vertx();
    private final Map<Integer, AtomicInteger> taken = new ConcurrentHashMap<>();
    private final Random random = new Random(17);
    private volatile boolean isWell;

    @AfterEach
    void stop() {
        Await.result(vertx.close());
    }

    private void answer(HttpServerRequest request) {
        request.body().onSuccess(body -> {
            int chance = isWell ? 0 : random.nextInt(6);
            if (chance == 5) {
                return; // no answer at all
            }
            if (chance >= 3) {
                request.response().setStatusCode(503).end();
                return;
            }
            JsonMapper.shared()
                    .readTree(body.getBytes())
                    .forEach(record -> taken.computeIfAbsent(
                                    record.path("number").asInt(), _ -> new AtomicInteger())
                            .incrementAndGet());
            request.response().setStatusCode(204).end();
        });
    }

    @Test
    void nothingThatWasSpooledIsLostAndOnlyABatchWithoutAnAnswerComesTwice(@TempDir Path directory) throws Exception {
        HttpServer server = Await.result(
                vertx.createHttpServer().requestHandler(this::answer).listen(0, "127.0.0.1"));
        String sink = "{ type: http, target: 'http://127.0.0.1:" + server.actualPort()
                + "/', spool: { directory: spool }, batch: { max_records: " + BATCH
                + ", linger_ms: 1 }, retry: { backoff_ms: 1, max_backoff_ms: 10 } }";
        List<Integer> spooled = new ArrayList<>();
        int first = 0;
        for (int kill = 0; kill < KILLS; kill++) {
            int last = runUntilKilled(sink, directory, first, 5 + random.nextInt(30));
            IntStream.range(first, last).forEach(spooled::add);
            first += 1_000_000;
        }

        isWell = true;
        int end = first;
        try (SinkProcess.Rig rig = new SinkProcess.Rig(directory, sink)) {
            rig.sink.offer(SinkProcess.record(end));
            Await.until(() -> taken.containsKey(end));
        }

        assertThat(spooled).hasSizeGreaterThan(KILLS * 100);
        assertThat(taken.keySet()).containsAll(spooled);
        long twice = taken.values().stream().filter(times -> times.get() > 1).count();
        assertThat(twice).isLessThanOrEqualTo(KILLS * BATCH);
        assertThat(taken.values()).allSatisfy(times -> assertThat(times.get()).isLessThanOrEqualTo(1 + KILLS));
    }

    /** The number of records that were spooled for certain. */
    private static int runUntilKilled(String sink, Path directory, int first, int reports) throws IOException {
        Process process = ChildJvm.startBlocking(
                SinkProcess.class,
                List.of("-Xmx128m", "-XX:TieredStopAtLevel=1"),
                List.of(sink, directory.toString(), String.valueOf(first)));
        int last = first;
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            for (int i = 0; i < reports; ) {
                String line = output.readLine();
                assertThat(line).as("the process goes on").isNotNull();
                if (!line.isEmpty() && line.chars().allMatch(Character::isDigit)) {
                    last = Integer.parseInt(line);
                    i++;
                }
            }
        } finally {
            process.destroyForcibly();
        }
        Await.until(() -> !process.isAlive());
        return last;
    }
}
