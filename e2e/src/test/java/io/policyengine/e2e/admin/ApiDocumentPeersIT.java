package io.policyengine.e2e.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.e2e.harness.EngineProcess;
import io.policyengine.e2e.harness.Installation;
import io.policyengine.e2e.harness.OsProcess;
import io.policyengine.e2e.harness.TestConf;
import io.policyengine.e2e.harness.Web;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The management API and the metrics of the shipped engine, as programs of others judge them. */
@Tag("peers")
class ApiDocumentPeersIT {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String TOKEN = "a-token-of-deployment";
    private static final String PROGRAM = "SCHEMATHESIS_BIN";
    private static final int LONGEST_RUN_SECONDS = 900;

    private static EngineProcess engine;

    @TempDir
    private Path folder;

    @BeforeAll
    static void start() {
        engine = EngineProcess.embedded(TestConf.ofTests()
                .replacing(
                        "kernel.yaml",
                        "metrics_port: 0",
                        "metrics_port: 0, admin_tokens: [ { name: deploy, role: write, file: token } ]")
                .replacing("routes/tests.yaml", "noSuchPolicy", "requestId")
                .with("token", TOKEN + "\n"));
    }

    @AfterAll
    static void stop() {
        engine.close();
    }

    private static Path program() {
        return Path.of(Objects.requireNonNull(
                System.getenv(PROGRAM),
                PROGRAM + " is not set; `scripts/peer schemathesis` prints what to set it to."));
    }

    /** Returns what the program prints, which must succeed. */
    private static String passes(String name, List<String> command) {
        try (OsProcess process = OsProcess.start(name, command, Map.of("NO_COLOR", "1"))) {
            int code = process.exitCodeWithin(LONGEST_RUN_SECONDS);
            System.out.println(process.output());
            assertThat(code).as(process.output()).isZero();
            return process.output();
        }
    }

    private Path saved(String path, String file) throws IOException {
        return Files.writeString(
                folder.resolve(file),
                Web.get(engine.metricsPort(), path, "authorization", "Bearer " + TOKEN)
                        .body());
    }

    @Test
    void theDocumentIsValid() throws IOException {
        String validator = program().resolveSibling("openapi-spec-validator").toString();

        passes(
                "openapi-spec-validator",
                List.of(validator, saved("/openapi.json", "openapi.json").toString()));
    }

    /** Requests that the document permits are served, others are refused, and answers are as it says; no operation is left out. */
    @Test
    void theEngineDoesWhatTheDocumentSays() throws IOException {
        String settings =
                Installation.home().resolve("e2e/src/test/schemathesis.toml").toString();
        Path document = saved("/openapi.json", "openapi.json");

        String said = passes(
                "schemathesis",
                List.of(
                        program().toString(),
                        "--config-file",
                        settings,
                        "run",
                        document.toString(),
                        "--url",
                        "http://127.0.0.1:" + engine.metricsPort(),
                        "--header",
                        "Authorization: Bearer " + TOKEN));

        assertThat(said).containsPattern("Tested: +" + operations(document) + "\\b");
    }

    private static int operations(Path document) {
        return JSON.readTree(document)
                .get("paths")
                .valueStream()
                .mapToInt(JsonNode::size)
                .sum();
    }

    @Test
    void promtoolObjectsToNoMetric() throws IOException {
        Path metrics = saved("/metrics", "metrics");

        passes("promtool", List.of("sh", "-c", "\"$0\" check metrics <\"$1\"", promtool(), metrics.toString()));
        assertThat(Files.readAllLines(metrics).stream()
                        .filter(line -> line.startsWith("# TYPE "))
                        .map(line -> line.split(" ", -1)[2])
                        .filter(family -> !described(metrics, family)))
                .isEmpty();
    }

    private static boolean described(Path metrics, String family) {
        try {
            return Files.readAllLines(metrics).stream().anyMatch(line -> line.startsWith("# HELP " + family + " "));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static String promtool() {
        String prometheus = System.getenv("PROMETHEUS_BIN");
        return prometheus == null
                ? "promtool"
                : Path.of(prometheus).resolveSibling("promtool").toString();
    }
}
