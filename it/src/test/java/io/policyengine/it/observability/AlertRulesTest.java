package io.policyengine.it.observability;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Prometheus' promtool reads the alert rules, and tests them with series. */
class AlertRulesTest {
    private static final Path FOLDER =
            Path.of("../docker/observability").toAbsolutePath().normalize();
    private static final long PATIENCE_SECONDS = 60;

    @ParameterizedTest
    @CsvSource({"check, rules, alerts.yaml", "test, rules, alerts.test.yaml", "check, config, prometheus.yaml"})
    void promtoolFindsNothingWrong(String verb, String kind, String file) throws Exception {
        Process promtool = new ProcessBuilder(promtool(), verb, kind, file)
                .directory(FOLDER.toFile())
                .redirectErrorStream(true)
                .start();

        String output = new String(promtool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(promtool.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(promtool.exitValue()).as(output).isZero();
        assertThat(output).contains("SUCCESS");
    }

    /** The one beside {@code PROMETHEUS_BIN}, which {@code ./check} sets, else that on the path. */
    private static String promtool() {
        String prometheus = System.getenv("PROMETHEUS_BIN");
        return prometheus == null
                ? "promtool"
                : Path.of(prometheus).resolveSibling("promtool").toString();
    }
}
