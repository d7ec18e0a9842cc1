package io.policyengine.it.contract;

import static io.policyengine.it.engine.TestEngine.PATIENT;
import static io.policyengine.it.engine.TestEngine.route;
import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.it.engine.TestEngine;
import io.policyengine.it.engine.TestWorker;
import io.policyengine.it.engine.TrailersPolicies;
import io.policyengine.testkit.envoy.SimRequest;
import io.policyengine.testkit.envoy.SimResponse;
import io.policyengine.testkit.envoy.SimResult;
import io.policyengine.testkit.time.Await;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Trailers, in both forms of a worker; what the kernel does for them is in its TrailersTest. */
@ParameterizedClass
@EnumSource
class TrailersContractTest {
    private static final String WORKERS =
            PATIENT + "workers: [ { name: one, timeout_ms: 5000 }, { name: two, timeout_ms: 5000 } ]\n";
    private static final String A = "{ policy: trailers, name: a, params: { name: a } }";
    private static final SimResponse WITH_TRAILERS =
            SimResponse.of(200, "body").withTrailers("x-part", "7", "x-gone", "1");
    /** Longer than what goes on the stream of calls. */
    private static final String LONG = "x".repeat(100_000);

    private final TestEngine engine;

    TrailersContractTest(TestWorker.Form form, @TempDir Path directory) {
        this.engine = new TestEngine(form, directory);
    }

    @BeforeEach
    void forget() {
        TrailersPolicies.LOG.clear();
    }

    @AfterEach
    void stop() {
        engine.close();
    }

    private void start(String request, String response) {
        engine.worker("one", UnaryOperator.identity(), new TrailersPolicies())
                .worker("two", UnaryOperator.identity(), "upperCase")
                .start(WORKERS, route("r", request, response));
    }

    private static HeaderMap trailers(SimResult result) {
        return Objects.requireNonNull(result.response().trailers());
    }

    @Test
    void policiesOfAWorkerReadAndChangeTheTrailersOfAResponse() {
        start("[]", "[ " + A + ", { policy: trailers, name: b, params: { name: b } } ]");

        SimResult result = engine.exchange("r", SimRequest.get("/path"), WITH_TRAILERS);

        assertThat(trailers(result).get("x-seen")).isEqualTo("/path 200 7 \"a\"");
        assertThat(trailers(result).getAll("x-by")).containsExactly("a", "b");
        assertThat(trailers(result).contains("x-gone")).isFalse();
    }

    @Test
    void andThoseOfARequest() {
        start("[ " + A + " ]", "[]");

        SimResult result =
                engine.exchange("r", SimRequest.post("/path", "body").withTrailers("x-part", "7"), SimResponse.of(200));

        assertThat(Objects.requireNonNull(result.reached().trailers()).get("x-seen"))
                .isEqualTo("/path 0 7 null");
    }

    @Test
    void anEntryWhoseConditionWasFalseIsNotCalled() {
        start(
                "[]",
                "[ { policy: trailers, name: b, params: { name: b }, when: 'response.status == 404' }, " + A + " ]");

        engine.exchange("r", SimRequest.get("/"), WITH_TRAILERS);

        Await.until(() -> TrailersPolicies.LOG.contains("a end"));
        assertThat(TrailersPolicies.LOG).containsExactly("a response", "a end");
    }

    @Test
    void oneThatFailsBreaksTheExchangeOffUnlessItsEntrySaysOtherwise() {
        start(
                "[]",
                "[ { policy: trailers, name: b, params: { name: b, value: fail }, on_failure: continue }, "
                        + "{ policy: trailers, name: c, params: { name: c, value: fail }, when: 'request.path == \"/c\"' }, "
                        + A + " ]");

        assertThat(trailers(engine.exchange("r", SimRequest.get("/"), WITH_TRAILERS))
                        .get("x-by"))
                .isEqualTo("a");
        assertThat(engine.exchange("r", SimRequest.get("/c"), WITH_TRAILERS).reset())
                .isTrue();
    }

    @Test
    void aCallTooLargeForTheStreamIsMadeAllTheSameAndTheEndIsToldAfterIt() {
        start("[]", "[ " + A + " ]");

        SimResult result = engine.exchange("r", SimRequest.get("/", "x-long", LONG), WITH_TRAILERS);

        assertThat(trailers(result).get("x-by")).isEqualTo("a");
        Await.until(() -> TrailersPolicies.LOG.contains("a end"));
        assertThat(TrailersPolicies.LOG).containsExactly("a response", "a end");
    }
}
