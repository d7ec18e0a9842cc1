package io.policyengine.e2e.observability;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.e2e.harness.Command;
import io.policyengine.e2e.harness.Eventually;
import io.policyengine.e2e.harness.Installation;
import io.policyengine.e2e.harness.Installation.EnvoyVersion;
import io.policyengine.e2e.harness.Load;
import io.policyengine.e2e.harness.OsProcess;
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
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Clients that make an engine log, scrapers that ask without an end, and texts that nobody should print: no exchange notices. */
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

    @Test
    void textsOfClientsReachNoTerminalAsTheyAre() throws IOException {
        String trace = "00-" + "a".repeat(8 * 1024) + "-b-01";
        // Envoy refuses some of them, or ends the connection; what reaches the engine is denied by its policy.
        assertThat(send("x-request-id: id\u001b[2J\u0007\u009b1m")).doesNotStartWith("HTTP/1.1 2");
        assertThat(send("traceparent: " + trace + "\r\ntracestate: k=\u001b]0;title\u0007"))
                .doesNotStartWith("HTTP/1.1 2");
        assertThat(send("traceparent: " + trace + "\r\nb3: " + trace)).startsWith("HTTP/1.1 401");

        Command said = Eventually.get("a denied exchange", () -> {
            Command last = explain("--last-denied", "--route", "/locked");
            return last.exitCode() == 0 ? last : null;
        });

        assertThat(said.output()).doesNotContainPattern("[\\x00-\\x09\\x0b-\\x1f\\x7f]");
        assertThat(stack.kernel().process().output()).doesNotContainPattern("[\\x00-\\x09\\x0b-\\x1f\\x7f]");
        assertThat(stack.worker().process().output()).doesNotContainPattern("[\\x00-\\x09\\x0b-\\x1f\\x7f]");
        assertThat(Web.get(stack.kernel().metricsPort(), "/exchanges?route=/locked")
                        .body())
                .doesNotContainPattern("[\\x00-\\x09\\x0b-\\x1f\\x7f]");
        assertThat(stack.get("/both").status()).isEqualTo(200);
    }

    /** Sends a request with these fields as they are, and reads the answer, whatever it is. */
    private static String send(String fields) throws IOException {
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), stack.envoy().port())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream()
                    .write(("GET /locked HTTP/1.1\r\nhost: a\r\nconnection: close\r\n" + fields + "\r\n\r\n")
                            .getBytes(ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
        }
    }

    private static Command explain(String... arguments) {
        List<String> all = new ArrayList<>(List.of("explain"));
        all.addAll(List.of(arguments));
        all.addAll(List.of("--admin", "127.0.0.1:" + stack.kernel().metricsPort()));
        return Command.run(all.toArray(String[]::new));
    }

    @Test
    void explainFollowsUntilItIsEnded() {
        List<String> command = Installation.engine(
                "explain",
                "--follow",
                "--route",
                "/locked",
                "--admin",
                "127.0.0.1:" + stack.kernel().metricsPort());
        try (OsProcess follower = OsProcess.start("explain", command, Map.of())) {
            // What is kept before it looks for the first time is not told.
            Eventually.isTrue("lines of what is denied", () -> {
                stack.get("/locked");
                return follower.lines().size() >= 3;
            });

            assertThat(follower.lines())
                    .allSatisfy(line -> assertThat(line).contains("/locked", "401"))
                    .doesNotHaveDuplicates();
            assertThat(follower.isAlive()).isTrue();
            follower.signal("INT");
            assertThat(follower.exitCodeWithin(20)).isEqualTo(130);
        }
    }
}
