package io.policyengine.it.observability;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.metrics.ConfigMetric;
import io.policyengine.core.metrics.EngineMetric;
import io.policyengine.core.metrics.EngineRegistry;
import io.policyengine.core.metrics.KernelMetric;
import io.policyengine.core.metrics.Metric;
import io.policyengine.core.metrics.WorkerMetric;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Prometheus' promtool reads the names and descriptions of all meters. */
class MetricNamesTest {
    private final EngineRegistry registry = new EngineRegistry();

    @Test
    void promtoolObjectsToNoMeter() throws Exception {
        Stream.<Metric[]>of(KernelMetric.values(), ConfigMetric.values(), WorkerMetric.values(), EngineMetric.values())
                .flatMap(Arrays::stream)
                .forEach(this::register);

        Promtool run =
                Promtool.run(Path.of("."), registry.expose(null).content().getBytes(), "check", "metrics");

        assertThat(run.output()).isEmpty();
        assertThat(run.exitCode()).isZero();
    }

    private void register(Metric metric) {
        String[] values = metric.description().labels().stream()
                .map(label -> label.values().isEmpty() ? "x" : label.values().getFirst())
                .toArray(String[]::new);
        switch (metric.description().type()) {
            case COUNTER -> metric.counter(registry, values).increment();
            case GAUGE -> metric.gauge(registry, () -> 1, values);
            case TIMER -> metric.timer(registry, values);
            case SUMMARY -> metric.summary(registry, new double[] {1}, values);
        }
    }
}
