package io.policyengine.kernel.blackbox.chains;

import static io.policyengine.kernel.harness.KernelHarness.route;
import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.error.PolicyException;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.core.instruction.RemoveHeader;
import io.policyengine.core.instruction.SetResponseHeader;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.policy.ResponseOutcome;
import io.policyengine.kernel.harness.KernelHarness;
import io.policyengine.kernel.harness.Policies;
import io.policyengine.testkit.envoy.SimResult;
import io.policyengine.testkit.worker.ScriptedWorker;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Response policies that run on answers from memory and on denials. */
class StoredAnswersTest {
    private static final String WORKER = "workers: [ { name: w } ]\n";

    private final KernelHarness kernel = KernelHarness.create();
    private final ScriptedWorker worker = kernel.worker("w")
            .with("remove", Policies.response(new RemoveHeader("x-internal")), Fact.ON_DENIAL)
            .with("failing", Policies.onResponse(_ -> Future.failedFuture("it broke")), Fact.ON_DENIAL)
            .with(
                    "overloaded",
                    Policies.onResponse(_ -> Future.failedFuture(new PolicyException(ErrorCode.OVERLOADED, "busy"))),
                    Fact.ON_DENIAL)
            .with(
                    "unavailable",
                    Policies.onResponse(_ ->
                            Future.failedFuture(new PolicyException(ErrorCode.DEPENDENCY_UNAVAILABLE, "no server"))),
                    Fact.ON_DENIAL)
            .with(
                    "silent",
                    Policies.onResponse(_ -> Promise.<ResponseOutcome>promise().future()),
                    Fact.ON_DENIAL);

    @AfterEach
    void stop() {
        kernel.close();
    }

    private static Policy answering(int status, String reason) {
        return Policies.onRequest(_ -> RequestOutcome.respond(
                new ImmediateResponse(status, HeaderMap.of("x-internal", "42"), Buffer.buffer("text"), reason)));
    }

    private SimResult answer(int status, String reason, String policy, String options) {
        worker.with("answer", answering(status, reason));
        kernel.start(WORKER, route("r", "[ { policy: answer } ]", "[ { policy: " + policy + options + " } ]"));
        return kernel.get("r");
    }

    @ParameterizedTest
    @CsvSource({
        "200, cache_hit, failing, 500",
        "404, cache_hit, failing, 500",
        "503, idempotency_replay, failing, 500",
        "200, other, failing, 500",
        "200, cache_hit, unavailable, 503",
        "200, semantic_cache_hit, overloaded, 503",
        "404, semantic_cache_hit, overloaded, 503",
    })
    void doNotLeaveWithoutAPolicyThatFails(int status, String reason, String policy, int expected) {
        SimResult result = answer(status, reason, policy, "");

        assertThat(result.status()).isEqualTo(expected);
        assertThat(result.response().header("x-internal")).isNull();
        assertThat(result.response().bodyText()).isNotEqualTo("text");
    }

    @ParameterizedTest
    @CsvSource({"200", "404"})
    void doNotLeaveWithoutASilentPolicy(int status) {
        SimResult result = answer(status, "cache_hit", "silent", ", timeout_ms: 50");

        assertThat(result.status()).isGreaterThanOrEqualTo(500);
        assertThat(result.response().header("x-internal")).isNull();
    }

    @ParameterizedTest
    @CsvSource({"failing, ''", "overloaded, ''", "silent, ', timeout_ms: 50'"})
    void areDenialsThatLeaveInAnyCase(String policy, String options) {
        SimResult result = answer(403, "forbidden", policy, options);

        assertThat(result.status()).isEqualTo(403);
        assertThat(result.response().bodyText()).isEqualTo("text");
    }

    @Test
    void leaveWithoutAPolicyThatMayFail() {
        assertThat(answer(200, "cache_hit", "unavailable", ", on_failure: continue")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void leaveWithTheEffectOfThePolicy() {
        SimResult result = answer(200, "cache_hit", "remove", "");

        assertThat(result.status()).isEqualTo(200);
        assertThat(result.response().header("x-internal")).isNull();
    }

    @Test
    void haveTheFieldsOfRequestPoliciesInPlaceOfTheirOwn() {
        worker.with("mark", Policies.request(new SetResponseHeader("X-Internal", "1")), Fact.MARKS_RESPONSE)
                .with("hit", answering(200, "cache_hit"));
        kernel.start(WORKER, route("r", "[ { policy: mark }, { policy: hit } ]", "[]"));

        assertThat(kernel.get("r").response().headers().getAll("x-internal")).containsExactly("1");
    }
}
