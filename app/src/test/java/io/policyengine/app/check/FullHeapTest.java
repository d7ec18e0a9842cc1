package io.policyengine.app.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.app.start.Start;
import io.policyengine.core.memory.MemoryPlan;
import io.policyengine.testkit.net.FreePort;
import io.policyengine.testkit.process.ChildJvm;
import io.policyengine.testkit.time.Await;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The bounds that follow from a heap, all reached at the same time, in an engine of its own. */
@Tag("nightly")
class FullHeapTest {
    private static final int CALLERS = 4;
    private static final int ROUNDS = 3;
    private static final int VALUES_A_ROUTE = 17;
    private static final int VALUES_OF_OTHERS = 300;

    private final ByteArrayOutputStream output = new ByteArrayOutputStream();

    @ParameterizedTest
    @Timeout(300)
    @ValueSource(strings = {"64m", "128m", "256m"})
    void theLargestConfigurationIsEditedBesideAllThatExchangesHoldAndHaveDone(String heap) throws Exception {
        Path folder = Files.createTempDirectory("pe");
        int port = FreePort.next();
        int metrics = FreePort.next();
        Process engine = ChildJvm.startBlocking(
                FullHeapTest.class,
                List.of(
                        "-Xmx" + heap,
                        "-XX:+UseParallelGC",
                        "-XX:+UseCompactObjectHeaders",
                        "-XX:+ExitOnOutOfMemoryError",
                        "-XX:TieredStopAtLevel=1"),
                List.of(folder.toString(), Integer.toString(port), Integer.toString(metrics)));
        Thread.ofPlatform().daemon().start(() -> copy(engine));
        AdminSocket admin = new AdminSocket(folder.resolve("a.sock"));
        try (Flood flood = new Flood(port)) {
            Await.until(() -> !engine.isAlive()
                    || (admin.isThere() && admin.status("GET", "/config", "").equals("200")));
            assertThat(engine.isAlive()).as(output::toString).isTrue();
            fill(flood, metrics, MemoryPlan.ofHeap(Long.parseLong(heap.replace("m", "")) << 20));

            Map<String, Integer> answers = admin.edit(CALLERS * ROUNDS, CALLERS);

            assertThat(flood.passes("/good")).as(output::toString).isTrue();
            flood.end();
            assertThat(engine.isAlive()).as(output::toString).isTrue();
            assertThat(answers.keySet()).as(answers::toString).contains("200").isSubsetOf("200", "503");
        } finally {
            engine.destroyForcibly().waitFor();
        }
    }

    /** Takes all that exchanges may have: places, bytes, windows, and memory for work. */
    private static void fill(Flood flood, int metrics, MemoryPlan plan) throws IOException {
        int places = (int) gauge(metrics, "policy_kernel_max_exchanges");
        int bytes = (int) gauge(metrics, "policy_kernel_max_buffered_bytes");
        flood.keep(places * 5 / 8, "/fields", new byte[0], false, fields());
        int body = 64 << 10;
        flood.keep(bytes / 2 / body, "/whole", "x".repeat(body).getBytes(StandardCharsets.US_ASCII), false);
        flood.keep(8, "/coded", gzip("x".repeat(1 << 20)), false, "content-encoding", "gzip");
        // Twice of them take all of the memory for work.
        long work = plan.maxWorkBytes() * 9 / 20;
        flood.keep(6, "/json", json(Math.toIntExact(work / 338)), true, "content-type", "application/json");
        // Those that wait for room are refused now and then.
        Await.until(() -> gauge(metrics, "policy_kernel_open_exchanges") > places * 0.5
                && gauge(metrics, "policy_kernel_buffered_bytes") > bytes * 0.4);
    }

    /** The value of a gauge without labels; 0 if there is none. */
    private static double gauge(int metrics, String name) throws IOException {
        return lines(metrics)
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .findFirst()
                .orElse(0);
    }

    private static Stream<String> lines(int metrics) throws IOException {
        try (InputStream answer =
                URI.create("http://127.0.0.1:" + metrics + "/metrics").toURL().openStream()) {
            return new String(answer.readAllBytes(), StandardCharsets.UTF_8).lines();
        }
    }

    /** Less than what is counted of the fields of an exchange. */
    private static String[] fields() {
        return IntStream.range(0, 12)
                .boxed()
                .flatMap(i -> List.of("x-field-" + i, "v".repeat(130)).stream())
                .toArray(String[]::new);
    }

    private static byte[] gzip(String text) throws IOException {
        ByteArrayOutputStream coded = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(coded)) {
            gzip.write(text.getBytes(StandardCharsets.US_ASCII));
        }
        return coded.toByteArray();
    }

    private static byte[] json(int objects) {
        return ("[{}" + ",{}".repeat(objects - 1) + "]").getBytes(StandardCharsets.US_ASCII);
    }

    private void copy(Process engine) {
        try {
            engine.getInputStream().transferTo(output);
        } catch (IOException over) {
            // The engine has ended.
        }
    }

    /** An engine with the largest configuration, until it is ended. */
    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        write(folder.resolve("conf"), folder.resolve("a.sock"), arguments[1], arguments[2]);
        Start.main(new String[] {
            "run",
            "--embedded",
            "--conf",
            folder.resolve("conf").toString(),
            "--state",
            folder.resolve("state").toString()
        });
    }

    private static void write(Path conf, Path socket, String port, String metrics) throws IOException {
        Files.createDirectories(conf.resolve("routes"));
        Files.writeString(conf.resolve("kernel.yaml"), """
                policy_kernel:
                  server: { port: %s }
                  trusted_hops: 1
                  unknown_route: deny
                  open_routes: [ /good ]
                  envoy: { message_timeout_ms: 60000 }
                  limits: { phase_timeout_ms: 50000, body_timeout_ms: 240000, body_idle_timeout_ms: 240000, adaptive: { enabled: false } }
                  observability: { metrics_port: %s, admin_socket_path: %s, log_level: warn }
                  workers: [ { name: w, timeout_ms: 5000 } ]
                """.formatted(port, metrics, socket));
        Files.writeString(conf.resolve("routes/flooded.yaml"), """
                route_policies:
                  - route_name: /fields
                    response_flow: { policy_chain: [ { policy: addSecurityHeaders } ] }
                  - route_name: /whole
                    request_flow:
                      processing_mode: buffered_body
                      policy_chain: [ { policy: transformBody, params: { replace: [ { text: SECRET, with: x } ] } } ]
                  - route_name: /coded
                    request_flow:
                      processing_mode: buffered_body
                      policy_chain: [ { policy: transformBody, params: { replace: [ { text: SECRET, with: x } ] } } ]
                  - route_name: /json
                    request_flow:
                      policy_chain: [ { policy: transformBody, params: { json: { set: { /0: 1 }, max_values: 1000000 } } } ]
                """);
        Files.writeString(
                conf.resolve("routes/r.yaml"),
                IntStream.range(0, (MemoryPlan.HERE.maxValues() - VALUES_OF_OTHERS) / VALUES_A_ROUTE)
                        .mapToObj(SmallHeapTest::route)
                        .collect(Collectors.joining("", "route_policies:\n", "")));
    }
}
