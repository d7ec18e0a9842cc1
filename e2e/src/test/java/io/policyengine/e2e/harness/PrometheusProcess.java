package io.policyengine.e2e.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** A real Prometheus that scrapes engines each second, and evaluates the alert rules that are shipped. */
public final class PrometheusProcess implements AutoCloseable {
    private final OsProcess process;
    private final Path folder;
    private final int port;

    private PrometheusProcess(OsProcess process, Path folder, int port) {
        this.process = process;
        this.folder = folder;
        this.port = port;
    }

    /** Starts one that scrapes loopback's ports of metrics as the job {@code policy-engine}. */
    public static PrometheusProcess scraping(Path rules, List<Integer> metricsPorts) {
        try {
            Path folder = Folders.create("pe-prometheus-");
            Path config = Files.writeString(folder.resolve("prometheus.yaml"), """
                    global: { scrape_interval: 1s, evaluation_interval: 1s }
                    rule_files: [ "%s" ]
                    scrape_configs:
                      - { job_name: policy-engine, static_configs: [ { targets: [ %s ] } ] }
                    """.formatted(
                            rules,
                            metricsPorts.stream()
                                    .map(port -> "\"127.0.0.1:" + port + "\"")
                                    .collect(Collectors.joining(", "))));
            int port = freePort();
            OsProcess process = OsProcess.start(
                    "prometheus",
                    List.of(
                            program(),
                            "--config.file=" + config,
                            "--storage.tsdb.path=" + folder.resolve("data"),
                            "--web.listen-address=127.0.0.1:" + port,
                            "--enable-feature=exemplar-storage"),
                    Map.of());
            PrometheusProcess prometheus = new PrometheusProcess(process, folder, port);
            Eventually.isTrue("Prometheus is ready", () -> {
                process.requireAlive();
                return Web.get(port, "/-/ready").status() == 200;
            });
            return prometheus;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String program() {
        return Objects.requireNonNullElse(System.getenv("PROMETHEUS_BIN"), "prometheus");
    }

    /** It tells nobody which port it has chosen by itself. */
    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** The samples that an expression has now; fails if it is none. */
    public JsonNode query(String expression) {
        return data("/api/v1/query?query=" + encode(expression)).path("result");
    }

    /** The exemplars of the series of an expression in the last ten minutes. */
    public JsonNode exemplars(String expression) {
        long now = System.currentTimeMillis() / 1000;
        return data(
                "/api/v1/query_exemplars?query=" + encode(expression) + "&start=" + (now - 600) + "&end=" + (now + 60));
    }

    /** Its groups of rules, with the health of each rule. */
    public JsonNode rules() {
        return data("/api/v1/rules").path("groups");
    }

    private JsonNode data(String path) {
        Web.Answer answer = Web.get(port, path);
        if (answer.status() != 200) {
            throw new AssertionError(path + ": " + answer.status() + " " + answer.body());
        }
        return answer.json().path("data");
    }

    private static String encode(String expression) {
        return URLEncoder.encode(expression, StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        process.close();
        Folders.delete(folder);
    }
}
