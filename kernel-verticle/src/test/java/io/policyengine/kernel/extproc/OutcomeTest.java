package io.policyengine.kernel.extproc;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.metrics.Label;
import io.policyengine.core.metrics.Metric;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class OutcomeTest {
    @Test
    void theMetricHasTheOutcomesThatThereAre() {
        assertThat(Metric.KERNEL_EXCHANGES.labels())
                .extracting(Label::values)
                .containsExactly(
                        Arrays.stream(Outcome.values()).map(Outcome::label).toList());
    }
}
