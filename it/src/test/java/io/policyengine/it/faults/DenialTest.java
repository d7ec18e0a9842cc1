package io.policyengine.it.faults;

import static io.policyengine.it.engine.TestEngine.PATIENT;
import static io.policyengine.it.engine.TestEngine.route;
import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.it.engine.TestEngine;
import io.policyengine.it.engine.TestWorker;
import io.policyengine.testkit.envoy.SimResult;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** SPEC §2, a denial is a denial: on_failure is never asked, in both forms of a worker. */
@ParameterizedClass
@EnumSource
class DenialTest {
    private final TestEngine engine;

    DenialTest(TestWorker.Form form, @TempDir Path directory) {
        this.engine = new TestEngine(form, directory);
    }

    @AfterEach
    void stop() {
        engine.close();
    }

    @ParameterizedTest
    @CsvSource({
        "line feed, true",
        "framing, true",
        "envoy, true",
        "many, true",
        "large field, true",
        "status, false",
        "no status, false",
        "body, true",
        "metadata, true",
        "instruction, true"
    })
    void deniesWithWhatCanBeSentOrWithTheEnginesOwn403(String how, boolean isPolicys) {
        String entry = "{ policy: denyingOddly, params: { value: " + how + " }";
        engine.worker("one", UnaryOperator.identity(), "denyingOddly", "later")
                .start(
                        PATIENT + "workers: [ { name: one, timeout_ms: 5000, fail_open: true } ]\n",
                        route("unset", chain(entry + " }"), "[]"),
                        route("continue", chain(entry + ", on_failure: continue }"), "[]"),
                        route("skip", chain(entry + ", on_failure: skip_remaining }"), "[]"));

        for (String route : List.of("unset", "continue", "skip")) {
            SimResult result = engine.get(route);

            assertThat(result.status()).as(route).isEqualTo(403);
            assertThat(result.upstream()).as(route).isNull();
            assertThat(result.response().header("x-good")).as(route).isEqualTo(isPolicys ? "1" : null);
            assertThat(result.response().header("x-reflected")).isNull();
            assertThat(result.response().header("x-envoy-upstream-service-time"))
                    .isNull();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"line feed", "framing", "envoy", "many", "large field"})
    void sendsNoOtherAnswerWithoutAPart(String how) {
        String entry = "{ policy: answeringOddly, params: { value: " + how + " }";
        engine.worker("one", UnaryOperator.identity(), "answeringOddly", "later")
                .start(
                        PATIENT + "workers: [ { name: one, timeout_ms: 5000, fail_open: true } ]\n",
                        route("unset", chain(entry + " }"), "[]"),
                        route("continue", chain(entry + ", on_failure: continue }"), "[]"));

        for (String route : List.of("unset", "continue")) {
            SimResult result = engine.get(route);

            assertThat(result.status()).as(route).isEqualTo(502);
            assertThat(result.upstream()).as(route).isNull();
            assertThat(result.response().header("x-good")).isNull();
            assertThat(result.response().bodyText()).contains("INVALID_RESPONSE");
        }
    }

    private static String chain(String entry) {
        return "[ " + entry + ", { policy: later, params: { value: other } } ]";
    }
}
