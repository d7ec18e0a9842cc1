package io.policyengine.kernel.recorder;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.metrics.KernelMetric;
import io.policyengine.core.metrics.Label;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class OutcomeTest {
    @Test
    void theMetricHasTheOutcomesThatThereAre() {
        assertThat(KernelMetric.EXCHANGES.description().labels())
                .extracting(Label::values)
                .containsExactly(
                        Arrays.stream(Outcome.values()).map(Outcome::label).toList());
    }
}
