package io.policyengine.it.faults;

import static io.policyengine.it.engine.TestEngine.PATIENT;
import static io.policyengine.it.engine.TestEngine.route;
import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.it.engine.TestEngine;
import io.policyengine.it.engine.TestWorker;
import io.policyengine.testkit.envoy.SimResult;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A policy that declares all its effects and no dependency fails by messages or load, so {@code on_failure} does not let
 * a message past it, whatever it reports.
 */
@ParameterizedClass
@EnumSource
class NoDependencyTest {
    private final TestEngine engine;

    NoDependencyTest(TestWorker.Form form, @TempDir Path directory) {
        this.engine = new TestEngine(form, directory);
    }

    @AfterEach
    void stop() {
        engine.close();
    }

    @ParameterizedTest
    @CsvSource({
        "aloneLate, continue, POLICY_ERROR",
        "aloneLate, skip_remaining, POLICY_ERROR",
        "aloneCutOff, continue, DEPENDENCY_UNAVAILABLE",
        "aloneCutOff, skip_remaining, DEPENDENCY_UNAVAILABLE"
    })
    void itsFailureDenies(String policy, String onFailure, String code) {
        engine.worker("one", UnaryOperator.identity(), policy, "setHeader")
                .start(
                        PATIENT + "workers: [ { name: one, timeout_ms: 5000 } ]\n",
                        route(
                                "r",
                                "[ { policy: " + policy + ", timeout_ms: 50, on_failure: " + onFailure
                                        + " }, { policy: setHeader } ]",
                                "[]"));

        SimResult result = engine.get("r");

        assertThat(result.upstream()).isNull();
        assertThat(result.status()).isGreaterThanOrEqualTo(500);
        assertThat(result.response().bodyText()).contains(code);
    }
}
