package io.policyengine.it.operation;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.it.engine.TestEngine;
import io.policyengine.it.engine.TestWorker;
import io.policyengine.testkit.time.Await;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A worker's metrics of policies in the shadow tell routes as the kernel's do. */
@ParameterizedClass
@EnumSource
class ShadowLabelTest {
    private final TestEngine engine;

    ShadowLabelTest(TestWorker.Form form, @TempDir Path directory) {
        this.engine = new TestEngine(form, directory);
    }

    @AfterEach
    void stop() {
        engine.close();
    }

    private static String shadowed(String name, String more) {
        return """
                - route_name: %s
                  %s
                  request_flow: { policy_chain: [ { policy: later, mode: shadow }, { policy: setHeader } ] }
                """.formatted(name, more).indent(2);
    }

    private void start(String routeLabel) {
        engine.worker("one", UnaryOperator.identity(), "later", "setHeader")
                .start(
                        TestEngine.PATIENT
                                + "workers: [ { name: one, timeout_ms: 5000 } ]\n"
                                + "observability: { metrics_port: 0, metrics: { route_label: " + routeLabel + " } }\n",
                        shadowed("first", "group: shop"),
                        shadowed("second", "group: shop"),
                        shadowed("third", ""));
        engine.get("first");
        engine.get("second");
        engine.get("third");
    }

    @Test
    void byTheirNames() {
        start("full");

        Await.untilAsserted(() -> assertThat(engine.shadowRuns("first")).isEqualTo(1));
        Await.untilAsserted(() -> assertThat(engine.shadowRuns("third")).isEqualTo(1));
    }

    @Test
    void byTheirGroups() {
        start("group");

        Await.untilAsserted(() -> assertThat(engine.shadowRuns("shop")).isEqualTo(2));
        Await.untilAsserted(() -> assertThat(engine.shadowRuns("ungrouped")).isEqualTo(1));
        assertThat(engine.shadowRuns("first")).isZero();
    }

    @Test
    void orNotAtAll() {
        start("none");

        Await.untilAsserted(() -> assertThat(engine.shadowRuns("all")).isEqualTo(3));
        assertThat(engine.shadowRuns("first")).isZero();
    }
}
