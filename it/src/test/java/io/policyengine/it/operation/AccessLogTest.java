package io.policyengine.it.operation;

import static io.policyengine.it.engine.TestEngine.PATIENT;
import static io.policyengine.it.engine.TestEngine.route;
import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.admin.accesslog.AccessLog;
import io.policyengine.it.engine.TestEngine;
import io.policyengine.it.engine.TestWorker;
import io.policyengine.testkit.envoy.SimRequest;
import io.policyengine.testkit.envoy.SimResponse;
import io.policyengine.testkit.log.CapturedLog;
import io.policyengine.testkit.time.Await;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The access log: which exchanges have a line, and what it says. {@code LogsTest} in {@code app} has the JSON that lines become. */
class AccessLogTest {
    private static final String EVERY = "{ sample: 1 }";
    private static final String ONLY_SOME = "{ always: [ %s ], slow_ms: %s }";

    private final TestEngine engine;
    private final CapturedLog log = CapturedLog.of(AccessLog.LOGGER);

    AccessLogTest(@TempDir Path directory) {
        this.engine = new TestEngine(TestWorker.Form.EMBEDDED, directory);
    }

    @AfterEach
    void stop() {
        engine.close();
        log.close();
    }

    private void start(String accessLog, String... chains) {
        String[] routes = new String[chains.length];
        for (int i = 0; i < chains.length; i++) {
            routes[i] = route("r" + i, chains[i], "[ { policy: sentBody, params: { name: x-sent, value: blind } } ]");
        }
        engine.worker("one", UnaryOperator.identity(), "setHeader", "failing", "cutOff", "denying")
                .worker("two", UnaryOperator.identity(), "sentBody")
                .start(
                        PATIENT + "trusted_hops: 1\nworkers: [ { name: one }, { name: two } ]\n"
                                + "observability: { metrics_port: 0, access_log: " + accessLog + " }\n",
                        routes);
    }

    private List<Map<String, String>> lines(int count) {
        Await.until("lines of the access log", () -> log.lines().size() == count);
        return log.lines();
    }

    @Test
    void aLineHasTheVerdictsAndTimesOfAllEntriesOfBothChains() {
        start(EVERY, "[ { policy: setHeader }, { policy: cutOff, name: broken, on_failure: continue } ]");

        engine.exchange(
                "r0", SimRequest.get("/orders/7?token=hush").withHeader("x-request-id", "id-1"), SimResponse.of(200));

        assertThat(lines(1)).singleElement().satisfies(line -> {
            assertThat(line)
                    .containsEntry("request_id", "id-1")
                    .containsEntry("route_name", "r0")
                    .containsEntry("method", "GET")
                    .containsEntry("path", "/orders/7")
                    .containsEntry("status", "200")
                    .containsEntry("outcome", "passed")
                    .containsKeys("duration_ms", "held_ms", "generation")
                    .doesNotContainKeys("trace_id", "decided_by", "reason", "code");
            assertThat(Objects.requireNonNull(line.get("entries")).replaceAll("duration_ms=[0-9.E-]+", "duration_ms=T"))
                    .isEqualTo(
                            "[{entry=setHeader, policy=setHeader, part=request, worker=one, verdict=changed, duration_ms=T}, "
                                    + "{entry=broken, policy=cutOff, part=request, worker=one, verdict=failed, duration_ms=T, "
                                    + "code=DEPENDENCY_UNAVAILABLE}, "
                                    + "{entry=sentBody, policy=sentBody, part=response, worker=two, verdict=changed, duration_ms=T}]");
            assertThat(line.toString()).doesNotContain("hush");
        });
    }

    @Test
    void aDenialSaysWhoDecidedAndWhatWasNotReached() {
        start(EVERY, "[ { policy: denying }, { policy: setHeader } ]");

        engine.get("r0");

        assertThat(lines(1)).singleElement().satisfies(line -> {
            assertThat(line)
                    .containsEntry("outcome", "denied")
                    .containsEntry("status", "401")
                    .containsEntry("decided_by", "denying")
                    .containsKey("reason");
            assertThat(line.get("entries"))
                    .contains("entry=denying, policy=denying, part=request, worker=one, verdict=denied")
                    .contains("entry=setHeader, policy=setHeader, part=request, worker=one, verdict=not_reached");
        });
    }

    @Test
    void deniedAndFailedExchangesAreToldWhateverTheShareIs() {
        start(
                ONLY_SOME.formatted("denied, failed, slow", "60000"),
                "[ { policy: setHeader } ]",
                "[ { policy: denying } ]",
                "[ { policy: failing } ]");

        // Each has another connection, and its line comes after its answer.
        for (int i = 0; i < 3; i++) {
            engine.get("r0");
            engine.get("r1");
            lines(2 * i + 1);
            engine.get("r2");
            lines(2 * i + 2);
        }

        assertThat(lines(6).stream().map(line -> line.get("outcome")))
                .containsExactly("denied", "failed", "denied", "failed", "denied", "failed");
        assertThat(log.lines().get(1)).containsEntry("code", "POLICY_ERROR").containsEntry("status", "500");
    }

    @Test
    void slowExchangesAreToldWhateverTheShareIs() {
        start(ONLY_SOME.formatted("slow", "0"), "[ { policy: setHeader } ]");

        engine.get("r0");

        assertThat(lines(1).getFirst()).containsEntry("outcome", "passed");
    }

    @Test
    void noneIsToldThatNobodyWants() {
        start(ONLY_SOME.formatted("", "0"), "[ { policy: denying } ]");

        engine.get("r0");

        Await.until("the end of the exchange", () -> engine.kernel().activeExchanges() == 0);
        assertThat(log.lines()).isEmpty();
    }

    @Test
    void denialsAreLoggedByDefaultWithTheClientUpToSomeASecond() {
        start("{}", "[ { policy: denying } ]", "[ { policy: failing } ]", "[ { policy: setHeader } ]");
        engine.get("r1");
        engine.get("r2");

        engine.get("r0", "x-forwarded-for", "192.0.2.7");

        assertThat(lines(1).getFirst())
                .containsEntry("outcome", "denied")
                .containsEntry("client", "192.0.2.7")
                .containsEntry("code", "POLICY_DENIED")
                .doesNotContainKey("left_out");
    }

    @Test
    void moreDenialsThanMayHaveALineAreCountedInTheNext() {
        start("{ max_lines_per_second: 1 }", "[ { policy: denying } ]");

        // Denied until a second is over in which one had no line.
        Await.until("a line with those that were left out", () -> {
            engine.get("r0");
            return log.lines().stream().anyMatch(line -> line.containsKey("left_out"));
        });

        assertThat(log.lines().getFirst()).doesNotContainKey("left_out");
        assertThat(Long.parseLong(Objects.requireNonNull(log.lines().getLast().get("left_out"))))
                .isPositive();
    }

    @Test
    void aRefusedPathIsNotTold() {
        start(EVERY, "[ { policy: setHeader } ]");

        engine.exchange("r0", SimRequest.get("/a/../%2e%2e/token-hush"), SimResponse.of(200));

        assertThat(lines(1).getFirst())
                .containsEntry("decided_by", "kernel")
                .containsEntry("outcome", "denied")
                .doesNotContainKey("path");
    }

    @Test
    void withoutPathNeitherMethodNorPathIsTold() {
        start("{ sample: 1, path: false, client: false }", "[ { policy: setHeader } ]");

        engine.get("r0");

        assertThat(lines(1).getFirst()).doesNotContainKeys("method", "path", "client");
    }
}
