package io.policyengine.it.operation;

import static io.policyengine.it.engine.TestEngine.PATIENT;
import static io.policyengine.it.engine.TestEngine.route;
import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.policy.PolicyFactory;
import io.policyengine.it.engine.TestEngine;
import io.policyengine.it.engine.TestPolicies;
import io.policyengine.it.engine.TestWorker;
import io.policyengine.policies.StandardPolicies;
import io.policyengine.testkit.envoy.SimRequest;
import io.policyengine.testkit.envoy.SimResponse;
import io.policyengine.testkit.envoy.SimResult;
import io.policyengine.testkit.time.Await;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Answers that are stored behind a mask, which changes their length: a whole answer is stored, one that breaks off is not, in one
 * worker or in two, in each form of a worker, with bodies in chunks or whole.
 */
@ParameterizedClass
@CsvSource({"EMBEDDED, true", "EMBEDDED, false", "REMOTE, true", "REMOTE, false"})
class MaskedAnswersTest {
    private static final String MASK =
            "{ policy: piiRedaction, when: \"!('x-internal' in request.headers)\", params: { entities: [ email ] } }";
    private static final String CACHE = "{ policy: cache, params: { key: 'header:X-Internal' } }";
    private static final String FAILING =
            "{ policy: chunks, params: { name: cutOff, value: bob }, on_failure: continue }";
    private static final String IDEMPOTENCY = "{ policy: idempotency, params: { on_incomplete: release } }";
    private static final String MAIL = "{\"mail\":\"bob@example.com\"}";
    private static final String MASKED = "{\"mail\":\"[EMAIL]\"}";

    private final TestEngine engine;
    private final boolean together;

    MaskedAnswersTest(TestWorker.Form form, boolean together, @TempDir Path directory) {
        this.engine = new TestEngine(form, directory);
        this.together = together;
    }

    @BeforeEach
    void start() {
        String workers = together
                ? "[ { name: one, timeout_ms: 5000 } ]"
                : "[ { name: one, timeout_ms: 5000 }, { name: two, timeout_ms: 5000 } ]";
        engine.worker("one", UnaryOperator.identity(), standard(together ? Set.of() : Set.of("cache", "idempotency")));
        if (!together) {
            engine.worker("two", UnaryOperator.identity(), standard(Set.of("piiRedaction", "chunks")));
        }
        engine.start(
                PATIENT + "workers: " + workers + "\n",
                routes("streaming"),
                routes("buffered_body"),
                route("/failing", "streaming", "[ " + CACHE + " ]", "[ " + FAILING + ", " + CACHE + " ]"));
    }

    @AfterEach
    void stop() {
        engine.close();
    }

    private static PolicyFactory<?>[] standard(Set<String> without) {
        Set<String> named = Set.of("piiRedaction", "chunks", "cache", "idempotency");
        return Stream.concat(StandardPolicies.all().stream(), TestPolicies.all().stream())
                .filter(factory -> named.contains(factory.descriptor().name()))
                .filter(factory -> !without.contains(factory.descriptor().name()))
                .toArray(PolicyFactory<?>[]::new);
    }

    private static String routes(String mode) {
        return route("/cached/" + mode, mode, "[ " + CACHE + " ]", "[ " + MASK + ", " + CACHE + " ]")
                // The entry in the request flow reads the whole body.
                + route(
                        "/kept/" + mode,
                        mode.equals("streaming") ? "auto" : mode,
                        "[ " + IDEMPOTENCY + " ]",
                        "[ " + MASK + ", " + IDEMPOTENCY + " ]");
    }

    private SimResult get(String mode, SimResponse answer, String... headers) {
        return engine.exchange("/cached/" + mode, SimRequest.get("/", headers), answer);
    }

    private SimResult post(String mode, SimResponse answer) {
        return engine.exchange("/kept/" + mode, SimRequest.post("/", "a").withHeader("idempotency-key", "k"), answer);
    }

    /** The key of an exchange that broke off is free once the worker has been told of its end. */
    private SimResult postOnceTheKeyIsFree(String mode, SimResponse answer) {
        List<SimResult> results = new ArrayList<>();
        Await.until("the key is free", () -> {
            results.add(post(mode, answer));
            return results.getLast().status() != 409;
        });
        return results.getLast();
    }

    private static SimResponse answer() {
        return SimResponse.of(200, MAIL.substring(0, 12), MAIL.substring(12))
                .withHeader("content-type", "application/json")
                .withHeader("cache-control", "max-age=60");
    }

    /** An answer of which less comes than it says. */
    private static SimResponse brokenOff() {
        return answer().withHeader("content-length", Integer.toString(MAIL.length() + 1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"streaming", "buffered_body"})
    void aWholeAnswerIsStoredMaskedForThoseForWhomItMustBeMasked(String mode) {
        get(mode, answer().withContentLength());
        get(mode, answer().withContentLength(), "x-internal", "yes");

        SimResult masked = get(mode, SimResponse.of(500));
        SimResult internal = get(mode, SimResponse.of(500), "x-internal", "yes");

        assertThat(masked.upstream()).isNull();
        assertThat(masked.response().bodyText()).isEqualTo(MASKED);
        assertThat(internal.upstream()).isNull();
        assertThat(internal.response().bodyText()).isEqualTo(MAIL);
    }

    @ParameterizedTest
    @ValueSource(strings = {"streaming", "buffered_body"})
    void anAnswerThatBreaksOffIsNotStored(String mode) {
        SimResult first = get(mode, brokenOff());

        SimResult second = get(mode, SimResponse.of(500));

        assertThat(first.response().bodyText()).isEqualTo(MASKED);
        assertThat(second.status()).isEqualTo(500);
    }

    @Test
    void anAnswerOnWhichAnEntryFailsInMidstreamIsNotStored() {
        SimResult first = engine.exchange("/failing", SimRequest.get("/"), answer().withContentLength());
        SimResult second = engine.exchange("/failing", SimRequest.get("/"), SimResponse.of(500));

        assertThat(first.response().bodyText()).isEqualTo(MAIL);
        assertThat(second.status()).isEqualTo(500);
    }

    @ParameterizedTest
    @ValueSource(strings = {"streaming", "buffered_body"})
    void aKeyKeepsAWholeAnswerAndNoneThatBreaksOff(String mode) {
        post(mode, brokenOff());
        SimResult whole = postOnceTheKeyIsFree(mode, answer().withContentLength());
        SimResult again = post(mode, SimResponse.of(500));

        assertThat(List.of(whole.status(), again.status())).containsOnly(200);
        assertThat(whole.upstream()).isNotNull();
        assertThat(again.upstream()).isNull();
        assertThat(again.response().bodyText()).isEqualTo(MASKED);
    }
}
