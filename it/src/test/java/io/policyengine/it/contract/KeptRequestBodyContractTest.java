package io.policyengine.it.contract;

import static io.policyengine.it.engine.TestEngine.PATIENT;
import static io.policyengine.it.engine.TestEngine.route;
import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.it.engine.TestEngine;
import io.policyengine.it.engine.TestWorker;
import io.policyengine.testkit.envoy.SimRequest;
import io.policyengine.testkit.envoy.SimResponse;
import io.policyengine.testkit.envoy.SimResult;
import io.policyengine.testkit.time.Await;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The request's body in the response phase, in both forms of a worker; what the kernel does for it is in its KeptRequestBodyTest. */
@ParameterizedClass
@EnumSource
class KeptRequestBodyContractTest {
    private static final String WORKERS =
            PATIENT + "workers: [ { name: one, timeout_ms: 5000 }, { name: two, timeout_ms: 5000 } ]\n";
    private static final String BLIND = "{ policy: sentBody, name: blind, params: { name: x-blind, value: blind } }";
    /** Longer than what goes on the stream of calls. */
    private static final String LONG = "a long body ".repeat(10_000);

    private final TestEngine engine;

    KeptRequestBodyContractTest(TestWorker.Form form, @TempDir Path directory) {
        this.engine = new TestEngine(form, directory);
    }

    @AfterEach
    void stop() {
        engine.close();
    }

    @Test
    void aPolicyThatDeclaresItSeesTheBodyAsItWentUpstream() {
        start("[ { policy: upperCase, params: { size: 1 } } ]", "[ { policy: sentBody } ]");

        SimResult result = post(LONG);

        assertThat(result.reached().bodyText()).isEqualTo(LONG.toUpperCase(Locale.ROOT));
        assertThat(result.response().header("x-test"))
                .isEqualTo("#" + LONG.toUpperCase(Locale.ROOT).hashCode());
        Await.until(() -> engine.kernel().bufferedBytes() == 0);
    }

    @Test
    void aPolicyBesideItThatDoesNotDeclareItSeesNone() {
        start("[]", "[ " + BLIND + ", { policy: sentBody } ]");

        SimResult result = post("hello");

        assertThat(result.response().header("x-test")).isEqualTo("<hello>");
        assertThat(result.response().header("x-blind")).isEqualTo("<null>");
    }

    @Test
    void aRequestWithoutBodyHasAnEmptyOne() {
        start("[]", "[ { policy: sentBody } ]");

        assertThat(engine.get("r").response().header("x-test")).isEqualTo("<>");
    }

    @Test
    void noBodyIsAskedForWhereTheParametersNeedNone() {
        start("[]", "[ " + BLIND + " ]");

        SimResult result = post("hello");

        assertThat(result.response().header("x-blind")).isEqualTo("<null>");
        assertThat(result.sentCases()).noneMatch(message -> message.name().contains("BODY"));
    }

    private void start(String request, String response) {
        engine.worker("one", UnaryOperator.identity(), "upperCase")
                .worker("two", UnaryOperator.identity(), "sentBody")
                .start(WORKERS, route("r", request, response));
    }

    private SimResult post(String body) {
        return engine.exchange("r", SimRequest.post("/", body), SimResponse.of(200));
    }
}
