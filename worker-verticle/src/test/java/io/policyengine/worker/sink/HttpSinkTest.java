package io.policyengine.worker.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.policy.Sink;
import io.policyengine.core.sink.LossReason;
import io.policyengine.testkit.time.Await;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class HttpSinkTest {
    private static final JsonMapper JSON = JsonMapper.shared();

    private final Path directory;
    private final Vertx vertx = Vertx.vertx();
    private final Queue<JsonNode> taken = new ConcurrentLinkedQueue<>();
    private final Queue<String> types = new ConcurrentLinkedQueue<>();
    private volatile Judge judge = _ -> 204;
    private final AtomicInteger asked = new AtomicInteger();
    private HttpServer server;

    /** Says the status for a batch; 0 for none. */
    private interface Judge {
        int of(JsonNode batch);
    }

    @SuppressWarnings("NullAway.Init") // before each test
    HttpSinkTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @BeforeEach
    void listen() throws Exception {
        server = listen(0);
    }

    private HttpServer listen(int port) throws Exception {
        return Await.result(vertx.createHttpServer()
                .requestHandler(request -> request.body().onSuccess(body -> {
                    types.add(request.getHeader("content-type"));
                    answer(JSON.readTree(body.getBytes()), request.response());
                }))
                .listen(port, "127.0.0.1"));
    }

    private void answer(JsonNode batch, HttpServerResponse response) {
        asked.incrementAndGet();
        int status = judge.of(batch);
        if (status / 100 == 2) {
            taken.add(batch);
        }
        if (status > 0) {
            response.putHeader("retry-after", "0").setStatusCode(status).end();
        }
    }

    @AfterEach
    void stop() throws Exception {
        Await.result(vertx.close());
    }

    private SinkRig rig(String more) {
        return rig("", more);
    }

    private SinkRig rig(String ofRetry, String more) {
        return new SinkRig(
                directory,
                "{ all: { type: http, target: server, retry: { backoff_ms: 5, max_backoff_ms: 20" + ofRetry
                        + " }, batch: { linger_ms: 20, max_records: 10 }" + more + " } }",
                Map.of("server", SinkRig.patient("http://127.0.0.1:" + server.actualPort() + "/in")));
    }

    private static void offer(Sink sink, int from, int to) {
        IntStream.range(from, to)
                .forEach(i -> assertThat(sink.offer(SinkRig.record(i))).isTrue());
    }

    private List<Integer> numbers() {
        return taken.stream()
                .flatMap(JsonNode::valueStream)
                .map(each -> each.path("number").asInt())
                .toList();
    }

    private static List<Integer> upTo(int end) {
        return IntStream.range(0, end).boxed().toList();
    }

    @Test
    void postsBatchesOfJsonInTheirOrder() throws Exception {
        try (SinkRig rig = rig("")) {
            offer(rig.sink("all"), 0, 35);
            rig.awaitSent("all", 35);

            assertThat(numbers()).isEqualTo(upTo(35));
            assertThat(taken).allSatisfy(batch -> assertThat(batch.size()).isBetween(1, 10));
            assertThat(types).containsOnly("application/json");
        }
    }

    @Test
    void postsBatchesOfCloudEventsByChoice() throws Exception {
        try (SinkRig rig = rig(", format: cloudevents")) {
            offer(rig.sink("all"), 7, 8);
            rig.awaitSent("all", 1);

            assertThat(types).containsExactly("application/cloudevents-batch+json");
            assertThat(taken.remove().path(0)).isEqualTo(JSON.readTree("""
                    {"specversion":"1.0","id":"id-7","source":"policy-engine","type":"io.policyengine.test",
                     "time":"1970-01-01T00:00:00Z","datacontenttype":"application/json",
                     "data":{"number":7,"padding":""}}"""));
        }
    }

    @Test
    void sendsAgainWhatIsNotTaken() throws Exception {
        judge = _ -> asked.get() < 4 ? 503 : 200;
        try (SinkRig rig = rig("")) {
            Sinks.Use use = rig.use("all");
            offer(use.sink(), 0, 25);
            rig.awaitSent("all", 25);

            assertThat(numbers()).isEqualTo(upTo(25));
            assertThat(use.unwellBecause()).isNull();
            assertThat(rig.queued("all")).isZero();
        }
    }

    @Test
    void ofABatchThatIsRefusedOnlyTheRecordIsLostThatIsNotWanted() throws Exception {
        judge = batch ->
                batch.valueStream().anyMatch(each -> each.path("number").asInt() == 13) ? 400 : 200;
        try (SinkRig rig = rig("")) {
            offer(rig.sink("all"), 0, 30);
            rig.awaitSent("all", 29);

            assertThat(numbers())
                    .isEqualTo(upTo(30).stream().filter(number -> number != 13).toList());
            assertThat(rig.lost("all", LossReason.REFUSED)).isOne();
        }
    }

    @Test
    void givesUpAfterItsTime() throws Exception {
        judge = _ -> 503;
        try (SinkRig rig = rig(", give_up_ms: 50", "")) {
            offer(rig.sink("all"), 0, 3);

            Await.until(() -> rig.lost("all", LossReason.EXPIRED) == 3);
            assertThat(rig.queued("all")).isZero();
        }
    }

    @Test
    void aServerThatHangsHoldsNobodyUpAndWhatItIsNotGivenIsCounted() throws Exception {
        judge = _ -> 0;
        SinkRig rig = rig(", queue_bytes: 65536");
        Sink sink = rig.sink("all");
        int found = 0;

        for (int i = 0; i < 1_000; i++) {
            found += sink.offer(SinkRig.record(i, "x".repeat(500))) ? 1 : 0;
        }

        assertThat(rig.lost("all", LossReason.FULL)).isEqualTo(1_000 - found);
        assertThat(rig.queued("all")).isLessThanOrEqualTo(65_536);
        rig.close();
    }

    private String spool() {
        return ", spool: { directory: spool, max_bytes: 1048576 }";
    }

    @Test
    void whatWasSpooledIsSentByTheNextProcessOnce() throws Exception {
        judge = _ -> 503;
        try (SinkRig first = rig(spool())) {
            offer(first.sink("all"), 0, 200);
            Await.until(() -> first.queued("all") == 0);
        }
        assertThat(taken).isEmpty();

        judge = _ -> 200;
        try (SinkRig second = rig(spool())) {
            offer(second.sink("all"), 200, 250);
            second.awaitSent("all", 250);
        }
        try (SinkRig third = rig(spool())) {
            offer(third.sink("all"), 250, 260);
            third.awaitSent("all", 10);
        }

        assertThat(numbers()).isEqualTo(upTo(260));
    }

    @Test
    void theSpoolIsBoundedAndWhatFindsNoRoomWaitsInMemory() throws Exception {
        judge = _ -> 503;
        try (SinkRig rig = rig(spool() + ", queue_bytes: 65536")) {
            Sink sink = rig.sink("all");
            String padding = "x".repeat(10_000);
            int[] given = new int[1];

            Await.until(() -> {
                if (rig.queued("all") < 50_000) {
                    assertThat(sink.offer(SinkRig.record(given[0], padding))).isTrue();
                    given[0]++;
                }
                return spooled() > 900_000 && rig.queued("all") > 50_000;
            });
            int more = 0;
            while (sink.offer(SinkRig.record(-1, padding))) {
                more++;
            }

            assertThat(more).isLessThan(3);
            assertThat(rig.lost("all", LossReason.FULL)).isOne();
            assertThat(spooled()).isLessThanOrEqualTo(1_048_576);
            judge = _ -> 200;
            rig.awaitSent("all", given[0] + more);
            assertThat(numbers().subList(0, given[0])).isEqualTo(upTo(given[0]));
            assertThat(spooled()).isZero();
        }
    }

    @Test
    void aSpoolThatCannotBeOpenedIsNotUsedInPart() throws Exception {
        judge = _ -> 503;
        try (SinkRig first = rig(spool())) {
            offer(first.sink("all"), 0, 20);
            Await.until(() -> first.queued("all") == 0);
        }
        Path foreign = Files.createFile(
                directory.resolve("spool/-.segment"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));

        judge = _ -> 200;
        try (SinkRig second = rig(spool())) {
            offer(second.sink("all"), 20, 25);
            Sinks.Use use = second.use("all");
            Await.until(() -> use.unwellBecause() != null);
            Files.delete(foreign);
            second.awaitSent("all", 25);
        }

        assertThat(numbers()).isEqualTo(upTo(25));
    }

    private long spooled() throws Exception {
        if (!Files.exists(directory.resolve("spool"))) {
            return 0;
        }
        try (Stream<Path> files = Files.list(directory.resolve("spool"))) {
            return files.filter(file -> file.toString().endsWith(".segment"))
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        }
    }

    @Test
    void ofADamagedSegmentTheRestIsLostAndCountedAndWhatComesAfterItIsSent() throws Exception {
        judge = _ -> 503;
        try (SinkRig first = rig(spool())) {
            offer(first.sink("all"), 0, 20);
            Await.until(() -> first.queued("all") == 0);
        }
        Path segment = directory.resolve("spool/0000000000000000001.segment");
        byte[] bytes = Files.readAllBytes(segment);
        bytes[bytes.length / 2] ^= 1;
        Files.write(segment, bytes);

        judge = _ -> 200;
        try (SinkRig second = rig(spool())) {
            offer(second.sink("all"), 20, 25);
            Await.until(() -> numbers().contains(24));

            assertThat(second.lost("all", LossReason.DAMAGED)).isOne();
            assertThat(numbers()).doesNotHaveDuplicates().containsSubsequence(20, 21, 22, 23, 24);
        }
    }

    @Test
    void aPartOfARecordAtTheEndOfASegmentWasNeverSpooled() throws Exception {
        judge = _ -> 503;
        try (SinkRig first = rig(spool())) {
            offer(first.sink("all"), 0, 20);
            Await.until(() -> first.queued("all") == 0);
        }
        Path segment = directory.resolve("spool/0000000000000000001.segment");
        Buffer bytes = Buffer.buffer(Files.readAllBytes(segment));
        Files.write(segment, bytes.getBytes(0, bytes.length() - 5));

        judge = _ -> 200;
        try (SinkRig second = rig(spool())) {
            offer(second.sink("all"), 20, 22);
            Await.until(() -> numbers().contains(21));

            assertThat(second.lost("all", LossReason.DAMAGED)).isZero();
            assertThat(numbers())
                    .isEqualTo(upTo(22).stream().filter(number -> number != 19).toList());
        }
    }
}
