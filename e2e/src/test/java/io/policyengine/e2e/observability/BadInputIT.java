package io.policyengine.e2e.observability;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.e2e.harness.Eventually;
import io.policyengine.e2e.harness.Installation.EnvoyVersion;
import io.policyengine.e2e.harness.Load;
import io.policyengine.e2e.harness.PluginJar;
import io.policyengine.e2e.harness.Stack;
import io.policyengine.e2e.harness.Stack.Setup;
import io.policyengine.e2e.harness.Stack.Shape;
import io.policyengine.e2e.harness.TestConf;
import io.policyengine.e2e.harness.Web;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Clients that make an engine log without an end, and scrapers that ask without one: no exchange notices. */
@Tag("nightly")
class BadInputIT {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String NOISE = "a request has come";
    private static final int REQUESTS = 2_000;
    /** Of a kind of line, in each ten seconds. */
    private static final int LINES = 100;

    private static final int SECONDS = 10;
    private static final int SCRAPERS = 24;

    private static Stack stack;

    @BeforeAll
    static void start() {
        TestConf conf = TestConf.ofTests();
        conf.withPlugin(PluginJar.of(
                        conf.folder().resolve("noisy.jar"),
                        "noisy",
                        "org.slf4j.LoggerFactory.getLogger(\"noisy\").warn(\"" + NOISE
                                + ": {}\", System.nanoTime()); return RequestOutcome.unchanged();"))
                .with("routes/noisy.yaml", """
                        route_policies:
                          - route_name: /noisy
                            request_flow:
                              policy_chain: [{ policy: noisy }, { policy: transformHeaders, params: { set: { X-Processed: "yes" } } }]
                        """);
        stack = Stack.start(new Setup(EnvoyVersion.V1_40, Shape.TWO_PROCESSES), conf);
    }

    @AfterAll
    static void stop() {
        stack.close();
    }

    private static List<JsonNode> noise() {
        return stack.worker().process().lines().stream()
                .filter(line -> line.contains(NOISE))
                .map(JSON::readTree)
                .toList();
    }

    private static long leftOut(JsonNode line) {
        return line.at("/metadata/left_out").asLong(0);
    }

    @Test
    void aFloodOfLinesIsLimitedAndCountedAndEachExchangeIsAnswered() {
        long begun = System.nanoTime();

        Load.Tally tally;
        try (Load load = new Load(stack.envoy().port())) {
            tally = Load.await(load.send("/noisy", REQUESTS, 8));
        }

        assertThat(tally.statuses()).isEqualTo(Map.of(200, REQUESTS));
        assertThat(tally.unprocessed()).isZero();
        int[] more = {0};
        // The first line after ten seconds says how many were left out in them; the flood itself may take longer.
        Eventually.isTrue("lines that count all", () -> {
            stack.get("/noisy");
            more[0]++;
            List<JsonNode> lines = noise();
            return counted(lines) >= REQUESTS && counted(lines) > lines.size();
        });
        List<JsonNode> said = noise();
        long intervals = 2 + (System.nanoTime() - begun) / 1_000_000_000L / SECONDS;
        assertThat(said).hasSizeLessThanOrEqualTo(Math.toIntExact(intervals * LINES));
        assertThat(counted(said)).isBetween((long) REQUESTS, (long) REQUESTS + more[0]);
    }

    /** Lines that were written or left out. */
    private static long counted(List<JsonNode> lines) {
        return lines.size() + lines.stream().mapToLong(BadInputIT::leftOut).sum();
    }

    @Test
    void scrapersWithoutAnEndHoldUpNoProbeAndNoExchange() throws Exception {
        int admin = stack.kernel().metricsPort();
        AtomicBoolean isOver = new AtomicBoolean();
        List<Socket> slow = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
                Load load = new Load(stack.envoy().port())) {
            List<Future<Integer>> scrapers = new ArrayList<>();
            for (int i = 0; i < SCRAPERS; i++) {
                slow.add(slowScraper(admin));
                scrapers.add(threads.submit(() -> {
                    int answered = 0;
                    while (!isOver.get()) {
                        answered += Web.get(admin, "/metrics").status() == 200 ? 1 : 0;
                    }
                    return answered;
                }));
            }

            Load.Tally tally = Load.await(load.send("/both", REQUESTS, 8));
            for (int i = 0; i < 100; i++) {
                assertThat(Web.get(admin, "/health/live").status()).isEqualTo(200);
            }

            isOver.set(true);
            assertThat(tally.statuses()).isEqualTo(Map.of(200, REQUESTS));
            assertThat(tally.unprocessed()).isZero();
            int answered = 0;
            for (Future<Integer> scraper : scrapers) {
                answered += scraper.get();
            }
            assertThat(answered).isPositive();
        } finally {
            isOver.set(true);
            for (Socket socket : slow) {
                socket.close();
            }
        }
    }

    /** Asks for metrics again and again, and reads nothing. */
    private static Socket slowScraper(int port) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(2_048);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        socket.getOutputStream()
                .write("GET /metrics HTTP/1.1\r\nhost: a\r\n\r\n".repeat(20).getBytes(ISO_8859_1));
        return socket;
    }
}
