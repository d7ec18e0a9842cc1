package io.policyengine.it.observability;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Prometheus' promtool reads the alert rules, and tests them with series. */
class AlertRulesTest {
    private static final Path FOLDER =
            Path.of("../docker/observability").toAbsolutePath().normalize();

    @ParameterizedTest
    @CsvSource({"check, rules, alerts.yaml", "test, rules, alerts.test.yaml", "check, config, prometheus.yaml"})
    void promtoolFindsNothingWrong(String verb, String kind, String file) throws Exception {
        Promtool run = Promtool.run(FOLDER, new byte[0], verb, kind, file);

        assertThat(run.exitCode()).as(run.output()).isZero();
        assertThat(run.output()).contains("SUCCESS");
    }
}
