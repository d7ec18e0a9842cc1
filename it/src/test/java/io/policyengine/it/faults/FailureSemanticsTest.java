package io.policyengine.it.faults;

import static io.policyengine.it.engine.TestEngine.PATIENT;
import static io.policyengine.it.engine.TestEngine.filter;
import static io.policyengine.it.engine.TestEngine.route;
import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.HeaderSendMode;
import io.policyengine.core.chain.run.ChainLimits;
import io.policyengine.it.engine.TestEngine;
import io.policyengine.it.engine.TestPolicies;
import io.policyengine.it.engine.TestWorker;
import io.policyengine.testkit.envoy.EnvoySim;
import io.policyengine.testkit.envoy.Moment;
import io.policyengine.testkit.envoy.RunningExchange;
import io.policyengine.testkit.envoy.SimRequest;
import io.policyengine.testkit.envoy.SimResponse;
import io.policyengine.testkit.envoy.SimResult;
import io.policyengine.testkit.envoy.Upstream;
import io.policyengine.testkit.time.Await;
import io.policyengine.worker.WorkerOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The rules of failure, one after another, in both forms of a worker. What only a worker behind a socket can do is in {@link
 * LostWorkerTest}, answers that make no sense in {@code ForeignWorkerTest}, policies that a worker does not know in {@code
 * ForeignKernelTest}, faults of the kernel itself in its ProtocolTest, SIGTERM in DrainIT.
 */
@ParameterizedClass
@EnumSource
class FailureSemanticsTest {
    /** The first worker's calls end before the policies in them may. */
    private static final String TWO_WORKERS =
            PATIENT + "workers: [ { name: one, timeout_ms: 1000 }, { name: two, timeout_ms: 5000 } ]\n";

    private static final String ONE_WORKER = PATIENT + "workers: [ { name: one, timeout_ms: 5000 } ]\n";
    private static final UnaryOperator<WorkerOptions> AS_USUAL = UnaryOperator.identity();
    private static final String OTHER = "{ policy: later, params: { value: other } }";

    private final TestEngine engine;

    FailureSemanticsTest(TestWorker.Form form, @TempDir Path directory) {
        this.engine = new TestEngine(form, directory);
    }

    @AfterEach
    void stop() {
        engine.close();
    }

    private static String chain(String... entries) {
        return "[ " + String.join(", ", entries) + " ]";
    }

    private static String entry(String policy, String more) {
        return "{ policy: " + policy + (more.isEmpty() ? "" : ", " + more) + " }";
    }

    private void startTwo(String workers, String... routes) {
        engine.worker("one", AS_USUAL, "setHeader", "never", "count")
                .worker("two", AS_USUAL, "later")
                .start(workers, routes);
    }

    private void startOne(UnaryOperator<WorkerOptions> change, String settings, String... routes) {
        engine.worker(
                        "one",
                        change,
                        "setHeader",
                        "never",
                        "touchy",
                        "throwing",
                        "breaking",
                        "failing",
                        "cutOff",
                        "overloaded",
                        "illegal",
                        "later",
                        "remember",
                        "upperCase",
                        "answer",
                        "chunks",
                        "chunksOnly")
                .start(settings, routes);
    }

    // An entry takes all the time of its call. A worker that is silent: LostWorkerTest.

    @Test
    void anEntryThatTakesTheTimeOfItsCallEndsTheChainWhereItSaysSkipAndEarlierResultsAreKept() {
        startTwo(
                TWO_WORKERS,
                route(
                        "r",
                        chain(
                                entry("setHeader", "on_failure: continue"),
                                entry("never", "on_failure: skip_remaining"),
                                entry("count", "on_failure: deny"),
                                OTHER),
                        "[]"));

        SimResult result = engine.get("r");

        assertThat(result.reached().header("x-test")).isNotNull();
        assertThat(result.reached().header("x-later")).isNull();
        Await.untilAsserted(() -> assertThat(engine.metric("policy_kernel_partial_chain_failures_total"
                        + "{failed_worker=\"one\",failure_type=\"policy_timeout\",route=\"r\"}"))
                .isEqualTo(1));
        assertThat(engine.metric("policy_kernel_worker_timeouts_total{worker=\"one\"}"))
                .isZero();
    }

    @Test
    void anEntryThatTakesTheTimeOfItsCallIsPassedOverWhereItSaysContinue() {
        startTwo(
                TWO_WORKERS,
                route(
                        "r",
                        chain(
                                entry("setHeader", "on_failure: deny"),
                                entry("never", "on_failure: continue"),
                                entry("later", "params: { value: after }")),
                        "[]"));

        SimResult result = engine.get("r");

        assertThat(result.reached().header("x-test")).isNotNull();
        assertThat(result.reached().header("x-later")).isEqualTo("after");
    }

    @Test
    void anEntryThatTakesTheTimeOfItsCallDeniesWhereItSaysNothingThoughItsWorkerFailsOpen() {
        startTwo(
                PATIENT
                        + "workers: [ { name: one, timeout_ms: 1000, fail_open: true }, { name: two, timeout_ms: 5000 } ]\n",
                route("r", chain(entry("never", ""), OTHER), "[]"));

        assertThat(engine.get("r").status()).isEqualTo(500);
    }

    // The time of the exchange is no dependency.

    @ParameterizedTest
    @ValueSource(strings = {"continue", "skip_remaining"})
    void anEntryAfterOneThatTookTheTimeOfTheirCallIsNotPassedOver(String onFailure) {
        startTwo(
                TWO_WORKERS,
                route(
                        "r",
                        chain(
                                entry("never", "on_failure: continue"),
                                entry("count", "on_failure: " + onFailure + ", on_overload: " + onFailure),
                                OTHER),
                        "[]"));

        SimResult result = engine.get("r");

        assertThat(result.status()).isEqualTo(503);
        assertThat(result.upstream()).isNull();
        assertThat(result.response().bodyText()).contains("DEADLINE_EXCEEDED");
        Await.untilAsserted(() -> assertThat(engine.metric(
                        "policy_kernel_requests_total{route=\"r\",status=\"deadline_exceeded\",worker=\"one\"}"))
                .isEqualTo(1));
    }

    /** The first worker's call lasts a second. It leaves the second worker's, which has one too, less, or next to nothing. */
    @ParameterizedTest
    @CsvSource({"1300, continue", "1300, skip_remaining", "1010, continue", "1010, skip_remaining", "1000, continue"})
    void aCallThatThePhaseLeavesLessThanItsTimeIsNotPassedOver(int phase, String onFailure) {
        engine.worker("one", AS_USUAL, "never")
                .worker("two", AS_USUAL, "touchy")
                .start(
                        "envoy: { message_timeout_ms: 20000 }\nlimits: { phase_timeout_ms: " + phase + " }\n"
                                + "workers: [ { name: one, timeout_ms: 1000 },"
                                + " { name: two, timeout_ms: 1000, fail_open: true } ]\n",
                        route(
                                "r",
                                chain(
                                        entry("never", "timeout_ms: 900, on_failure: continue"),
                                        entry("touchy", "on_failure: " + onFailure)),
                                "[]"));

        SimResult result = engine.get("r");

        assertThat(result.status()).isEqualTo(503);
        assertThat(result.upstream()).isNull();
        assertThat(result.response().bodyText()).contains("DEADLINE_EXCEEDED");
    }

    @ParameterizedTest
    @ValueSource(strings = {"continue", "skip_remaining"})
    void aFilterAfterOneThatTookTheTimeOfAChunkIsNotPassedOver(String onFailure) {
        startOne(
                AS_USUAL,
                PATIENT + "workers: [ { name: one, timeout_ms: 1000 } ]\n",
                route(
                        "r",
                        "streaming",
                        chain(
                                entry("setHeader", ""),
                                entry("chunks", "name: slow, params: { name: never }, on_failure: continue"),
                                entry(
                                        "chunks",
                                        "name: guard, params: { name: append, value: '!' }, on_failure: " + onFailure)),
                        "[]"));

        SimResult result = engine.exchange("r", SimRequest.post("/", "a"), SimResponse.of(200));

        assertThat(result.status()).isEqualTo(503);
        assertThat(result.response().bodyText()).contains("DEADLINE_EXCEEDED");
    }

    /** The entry that reads the body runs in a call of its own, for which a new part of the exchange begins. */
    @Test
    void anEntryInADividedCallHasTheTimeOfItsOwnCall() {
        startOne(
                AS_USUAL,
                PATIENT + "workers: [ { name: one, timeout_ms: 1000 } ]\n",
                route(
                        "r",
                        "buffered_body",
                        chain(
                                entry("never", "on_failure: continue"),
                                entry("chunks", "params: { name: append, value: '!' }, on_failure: continue")),
                        "[]"));

        SimResult result = engine.exchange("r", SimRequest.post("/", "a"), SimResponse.of(200));

        assertThat(result.status()).isEqualTo(200);
        Await.untilAsserted(() -> assertThat(
                        engine.metric("policy_kernel_requests_total{route=\"r\",status=\"ok\",worker=\"one\"}"))
                .isEqualTo(2));
        assertThat(engine.metric("policy_kernel_partial_chain_failures_total"
                        + "{failed_worker=\"one\",failure_type=\"policy_timeout\",route=\"r\"}"))
                .isEqualTo(1);
    }

    // A dependency of a policy fails, or the policy exceeds its time.

    @ParameterizedTest
    @CsvSource({"cutOff, '', 503, dependency_unavailable", "never, timeout_ms: 50, 500, policy_timeout"})
    void aFailureOfADependencyIsDeniedAndItsEntryMaySayOtherwise(String policy, String more, int status, String type) {
        String extra = more.isEmpty() ? "" : more + ", ";
        startOne(
                AS_USUAL,
                ONE_WORKER,
                route("unset", chain(entry(policy, more), OTHER), "[]"),
                route("deny", chain(entry(policy, extra + "on_failure: deny"), OTHER), "[]"),
                route("skip", chain(entry(policy, extra + "on_failure: skip_remaining"), OTHER), "[]"),
                route("continue", chain(entry(policy, extra + "on_failure: continue"), OTHER), "[]"));

        assertThat(engine.get("unset").status()).isEqualTo(status);
        assertThat(engine.get("deny").status()).isEqualTo(status);
        assertThat(engine.get("skip").reached().header("x-later")).isNull();
        assertThat(engine.get("continue").reached().header("x-later")).isEqualTo("other");
        Await.untilAsserted(() -> assertThat(
                        engine.metric("policy_kernel_partial_chain_failures_total{failed_worker=\"one\",failure_type=\""
                                + type + "\",route=\"continue\"}"))
                .isEqualTo(1));
    }

    // SPEC §2, failures have a cause: what a message can bring about denies.

    @ParameterizedTest
    @ValueSource(strings = {"throwing", "breaking", "failing", "illegal"})
    void aPolicyThatThrowsFailsOrInstructsWhatIsIllegalDeniesWhateverOnFailureSays(String policy) {
        startOne(
                AS_USUAL,
                ONE_WORKER,
                route("unset", chain(entry(policy, ""), OTHER), "[]"),
                route("skip", chain(entry(policy, "on_failure: skip_remaining"), OTHER), "[]"),
                route("continue", chain(entry(policy, "on_failure: continue"), OTHER), "[]"));

        for (String route : List.of("unset", "skip", "continue")) {
            SimResult result = engine.get(route);
            assertThat(result.status()).as(route).isEqualTo(500);
            assertThat(result.upstream()).as(route).isNull();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"continue", "skip_remaining"})
    void aConditionWithoutAValueDeniesWhateverOnFailureSays(String onFailure) {
        String entry = entry("setHeader", "when: 'request.headers[\"x-absent\"] == \"1\"', on_failure: " + onFailure);
        startOne(AS_USUAL, ONE_WORKER, route("asked", chain(entry), "[]"));

        assertThat(engine.get("asked").status()).isEqualTo(400);
        assertThat(engine.get("asked").response().bodyText()).contains("INVALID_REQUEST");
    }

    @Test
    void aDenialForFailureTellsCodeAndRequestIdAndNothingInner() {
        startOne(AS_USUAL, ONE_WORKER, route("r", chain(entry("throwing", "")), "[]"));

        SimResult result = engine.get("r", "x-request-id", "abc-123");

        assertThat(result.response().bodyText())
                .isEqualTo("{\"error\": \"Internal server error\", \"code\": \"POLICY_ERROR\","
                        + " \"request_id\": \"abc-123\"}");
        assertThat(result.details()).doesNotContain("secret");
    }

    // Body or state over the limit.

    @Test
    void stateBeyondTheLimitOfTheWorkerIsAPolicyErrorWhateverOnFailureSays() {
        UnaryOperator<WorkerOptions> small =
                options -> options.with(changed -> changed.limits(new ChainLimits(1000, 100)));
        startOne(
                small,
                ONE_WORKER,
                route("deny", chain(entry("remember", "params: { size: 200 }")), "[]"),
                route("pass", chain(entry("remember", "params: { size: 200 }, on_failure: continue"), OTHER), "[]"));

        assertThat(engine.get("deny").status()).isEqualTo(500);
        assertThat(engine.get("pass").status()).isEqualTo(500);
    }

    @Test
    void aBodyThatAPolicySetsBeyondTheLimitIsAPolicyErrorWhateverOnFailureSays() {
        startOne(
                options -> options.with(changed -> changed.limits(new ChainLimits(10, 1000))),
                ONE_WORKER,
                route("deny", "[]", chain(entry("answer", "params: { value: longer than ten }"))),
                route(
                        "pass",
                        "[]",
                        chain(entry("answer", "params: { value: longer than ten }, on_failure: continue"))));

        assertThat(engine.get("deny").status()).isEqualTo(500);
        SimResult passed = engine.exchange("pass", SimRequest.get("/"), SimResponse.of(200, "as it was"));
        assertThat(passed.status()).isEqualTo(500);
        assertThat(passed.response().bodyText()).doesNotContain("longer than ten", "as it was");
    }

    @Test
    void aBodyBeyondTheLimitIs413OrAResponses502UnlessTheChainStreams() {
        String pass = chain(entry("chunks", "params: { name: pass }"));
        startOne(
                options -> options.with(changed -> changed.limits(new ChainLimits(10, 1000))),
                ONE_WORKER,
                route("whole", "buffered_body", pass, pass),
                route("chunks", "streaming", pass, pass));
        SimRequest large = SimRequest.post("/", "longer than ten");
        SimRequest small = SimRequest.post("/", "short");

        assertThat(engine.exchange("whole", large, SimResponse.of(200)).status())
                .isEqualTo(413);
        assertThat(engine.exchange("whole", small, SimResponse.of(200, "longer than ten"))
                        .status())
                .isEqualTo(502);
        assertThat(engine.exchange("whole", small, SimResponse.of(200, "short")).status())
                .isEqualTo(200);
        assertThat(engine.exchange("chunks", large, SimResponse.of(200, "longer than ten"))
                        .reached()
                        .bodyText())
                .isEqualTo("longer than ten");
    }

    // A policy refuses what is under way.

    @ParameterizedTest
    @ValueSource(strings = {"continue", "skip_remaining", "deny"})
    void aResponseThatIsRefusedInItsMidstIsBrokenOffWhateverOnFailureSays(String onFailure) {
        String refuse = entry("chunks", "params: { name: refuse, value: bad }, on_failure: " + onFailure);
        String more = "params: { name: append, value: '!' }";
        startOne(
                AS_USUAL,
                ONE_WORKER,
                route("r", "streaming", "[]", chain(refuse, entry("chunks", more))),
                route("failing", "streaming", "[]", chain(refuse.replace("refuse", "cutOff"))));

        SimResult refused = engine.exchange("r", SimRequest.get("/"), SimResponse.of(200, "good", "bad", "rest"));
        SimResult passed = engine.exchange("r", SimRequest.get("/"), SimResponse.of(200, "good"));
        SimResult failed = engine.exchange("failing", SimRequest.get("/"), SimResponse.of(200, "good", "bad", "rest"));

        assertThat(refused.reset() || refused.status() == 502).isTrue();
        assertThat(refused.response().bodyText()).doesNotContain("bad").doesNotContain("rest");
        assertThat(passed.response().bodyText()).isEqualTo("good!");
        assertThat(failed.response().bodyText().contains("rest")).isEqualTo(!onFailure.equals("deny"));
        assertThat(engine.metric("policy_kernel_requests_total{route=\"r\",status=\"denied\",worker=\"one\"}"))
                .isEqualTo(1);
    }

    // More than the limits allow.

    @Test
    void moreCallsThanAWorkerTakesAreRefusedAtOnceAsOverload() {
        startOne(
                options -> options.with(changed -> changed.maxConcurrentRequests(1)),
                ONE_WORKER,
                route("long", chain(entry("never", "")), "[]"),
                route("r", chain(entry("setHeader", "")), "[]"));
        RunningExchange first = engine.envoy(filter("long").build()).start(SimRequest.get("/"), Upstream.silent());
        Await.until(() -> engine.begunCalls() == 1);

        SimResult second = engine.get("r");

        assertThat(second.status()).isEqualTo(503);
        assertThat(second.response().bodyText()).contains("OVERLOADED");
        first.hangUp();
        Await.result(first.result());
        Await.until(() -> engine.get("r").status() == 200);
    }

    @Test
    void aWorkerThatIsFullSwitchesNoPolicyOffUnlessOnOverloadSaysSo() {
        startOne(
                options -> options.with(changed -> changed.maxConcurrentRequests(1)),
                PATIENT + "workers: [ { name: one, timeout_ms: 5000, fail_open: true } ]\n",
                route("long", chain(entry("never", "")), "[]"),
                route("closed", chain(entry("setHeader", "on_failure: continue")), "[]"),
                route("open", chain(entry("setHeader", "on_overload: continue")), "[]"));
        RunningExchange first = engine.envoy(filter("long").build()).start(SimRequest.get("/"), Upstream.silent());
        Await.until(() -> engine.begunCalls() == 1);

        SimResult closed = engine.get("closed");
        SimResult open = engine.get("open");

        assertThat(closed.status()).isEqualTo(503);
        assertThat(closed.response().bodyText()).contains("OVERLOADED");
        assertThat(open.status()).isEqualTo(200);
        first.hangUp();
        Await.result(first.result());
    }

    @Test
    void aPolicyThatIsOverloadedKeepsItsNameAndGoesByOnOverload() {
        startOne(
                AS_USUAL,
                ONE_WORKER,
                route("closed", chain(entry("overloaded", "on_failure: continue"), OTHER), "[]"),
                route("open", chain(entry("overloaded", "on_overload: continue"), OTHER), "[]"),
                route("short", chain(entry("overloaded", "on_overload: skip_remaining"), OTHER), "[]"));

        SimResult closed = engine.get("closed");

        assertThat(closed.status()).isEqualTo(503);
        assertThat(closed.response().bodyText()).contains("OVERLOADED");
        assertThat(engine.get("open").reached().header("x-later")).isEqualTo("other");
        assertThat(engine.get("short").reached().header("x-later")).isNull();
    }

    @Test
    void moreExchangesThanTheKernelTakesAreRefusedAtOnceAsOverload() {
        startOne(
                AS_USUAL,
                ONE_WORKER.replace("phase_timeout_ms", "max_exchanges: 1, phase_timeout_ms"),
                route("r", chain(entry("setHeader", "")), chain(entry("answer", ""))));
        RunningExchange first = engine.envoy(filter("r").build()).start(SimRequest.get("/"), Upstream.silent());
        Await.until(() -> engine.kernel().activeExchanges() == 1);

        assertThat(engine.get("r").status()).isEqualTo(503);

        first.hangUp();
        Await.until(() -> engine.get("r").status() == 201);
    }

    @Test
    void moreBytesThanTheKernelHoldsAreRefusedAtOnceAsOverload() {
        String body = "x".repeat(60_000);
        startOne(
                AS_USUAL,
                ONE_WORKER.replace("phase_timeout_ms", "max_buffered_bytes: 100000, phase_timeout_ms"),
                route("r", "buffered_body", chain(entry("chunksOnly", "params: { name: never }")), "[]"));
        RunningExchange first = engine.envoy(filter("r").build()).start(SimRequest.post("/", body), Upstream.silent());
        Await.until(() -> engine.kernel().bufferedBytes() > body.length());

        assertThat(engine.exchange("r", SimRequest.post("/", body), SimResponse.of(200))
                        .status())
                .isEqualTo(503);

        first.hangUp();
        Await.until(() -> engine.kernel().bufferedBytes() == 0);
    }

    // Envoy resets the stream.

    @Test
    void aResetCancelsThePolicyFreesThePlaceAndIsCountedApart() {
        startOne(AS_USUAL, ONE_WORKER, route("r", chain(entry("never", "")), "[]"));
        int cancelled = TestPolicies.CANCELLED.get();
        RunningExchange exchange = engine.envoy(filter("r").build()).start(SimRequest.get("/"), Upstream.silent());
        Await.until(() -> engine.begunCalls() == 1);

        exchange.hangUpWhen(Moment.FIRST_MESSAGE_SENT);
        Await.result(exchange.result());

        Await.until(() -> TestPolicies.CANCELLED.get() == cancelled + 1);
        Await.until(() -> engine.kernel().activeExchanges() == 0);
        Await.until(() -> engine.metric("policy_kernel_exchanges_total{outcome=\"cancelled\"}") == 1);
        assertThat(engine.metric("policy_kernel_exchanges_total{outcome=\"failed\"}"))
                .isZero();
    }

    @Test
    void aPolicyThatFailsWhenItIsCancelledKeepsNoPlace() {
        startOne(
                options -> options.with(changed -> changed.maxConcurrentRequests(1)),
                ONE_WORKER.replace("phase_timeout_ms", "max_exchanges: 1, phase_timeout_ms"),
                route("long", chain(entry("touchy", "")), "[]"),
                route("r", chain(entry("setHeader", "")), "[]"));
        RunningExchange exchange = engine.envoy(filter("long").build()).start(SimRequest.get("/"), Upstream.silent());
        Await.until(() -> engine.begunCalls() == 1);

        exchange.hangUp();

        Await.until(() -> engine.get("r").status() == 200);
    }

    // The first message is not request headers.

    @Test
    void withoutRequestHeadersAResponseOnlyChainRuns() {
        startOne(AS_USUAL, ONE_WORKER, route("'*'", "[]", chain(entry("answer", ""))));

        SimResult result = Await.result(withoutRequestHeaders().exchange(SimRequest.get("/"), Upstream.replying(200)));

        assertThat(result.status()).isEqualTo(201);
    }

    @Test
    void withoutRequestHeadersAChainWithRequestPoliciesIsRefusedWith500() {
        startOne(AS_USUAL, ONE_WORKER, route("'*'", chain(entry("setHeader", "")), chain(entry("answer", ""))));

        SimResult result = Await.result(withoutRequestHeaders().exchange(SimRequest.get("/"), Upstream.replying(200)));

        assertThat(result.status()).isEqualTo(500);
    }

    private EnvoySim withoutRequestHeaders() {
        return engine.envoy(filter("r")
                .mode(mode -> mode.setRequestHeaderMode(HeaderSendMode.SKIP))
                .build());
    }

    // The end is asked for.

    @Test
    void exchangesUnderWayFinishWhileTheKernelDrains() {
        startOne(AS_USUAL, ONE_WORKER, route("r", chain(entry("setHeader", "")), chain(entry("answer", ""))));
        Promise<SimResponse> upstream = Promise.promise();
        RunningExchange exchange = engine.envoy(filter("r").build()).start(SimRequest.get("/"), _ -> upstream.future());
        Await.until(() -> engine.kernel().activeExchanges() == 1 && engine.begunCalls() == 1);

        Future<Void> drained = engine.kernel().drain();
        upstream.complete(SimResponse.of(200));

        assertThat(Await.result(exchange.result()).status()).isEqualTo(201);
        Await.result(drained);
    }
}
