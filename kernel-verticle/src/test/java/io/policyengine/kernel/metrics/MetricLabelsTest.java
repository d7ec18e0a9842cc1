package io.policyengine.kernel.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.policyengine.core.chain.run.ShadowOutcome;
import io.policyengine.core.config.OverrideConfig;
import io.policyengine.core.metrics.ConfigMetric;
import io.policyengine.core.metrics.KernelMetric;
import io.policyengine.core.metrics.Label;
import io.policyengine.core.metrics.Metric;
import io.policyengine.core.metrics.WorkerMetric;
import io.policyengine.kernel.generation.RouteStates;
import io.policyengine.kernel.reload.ReloadResult;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** The values of labels that the list of meters knows are those that there are. */
class MetricLabelsTest {
    @Test
    void labelsHaveTheValuesOfTheirEnums() {
        assertThat(values(KernelMetric.REQUESTS, "status")).isEqualTo(names(CallStatus.values()));
        assertThat(values(ConfigMetric.ROUTES, "state")).isEqualTo(names(RouteStates.State.values()));
        assertThat(values(ConfigMetric.RELOADS, "status")).isEqualTo(names(ReloadResult.Status.values()));
        assertThat(values(ConfigMetric.OVERRIDES, "kind")).isEqualTo(names(OverrideConfig.Kind.values()));
        assertThat(values(WorkerMetric.SHADOW_OUTCOMES, "outcome")).isEqualTo(names(ShadowOutcome.values()));
    }

    @Test
    void aMeterWithAValueThatIsNotListedIsABug() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();

        assertThatThrownBy(() -> KernelMetric.EXCHANGES.counter(registry, "vanished"))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("vanished");
        assertThatThrownBy(() -> KernelMetric.EXCHANGES.counter(registry, "passed", "more"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static List<String> values(Metric metric, String label) {
        return metric.description().labels().stream()
                .filter(one -> one.name().equals(label))
                .map(Label::values)
                .findFirst()
                .orElseThrow();
    }

    private static List<String> names(Enum<?>[] values) {
        return Arrays.stream(values)
                .map(value -> value.name().toLowerCase(Locale.ROOT))
                .toList();
    }
}
