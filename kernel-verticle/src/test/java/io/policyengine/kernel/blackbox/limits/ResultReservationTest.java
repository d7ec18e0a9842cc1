package io.policyengine.kernel.blackbox.limits;

import static io.policyengine.kernel.harness.KernelHarness.route;
import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode;
import io.policyengine.core.instruction.RequestInstruction;
import io.policyengine.core.instruction.SetBody;
import io.policyengine.core.instruction.SetHeader;
import io.policyengine.core.instruction.SetPath;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.kernel.harness.Bodies;
import io.policyengine.kernel.harness.KernelHarness;
import io.policyengine.kernel.harness.Policies;
import io.policyengine.testkit.envoy.SimRequest;
import io.policyengine.testkit.envoy.SimResult;
import io.policyengine.testkit.envoy.Upstream;
import io.policyengine.testkit.time.Await;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What policies give back is counted as far as it is more than what they were given. */
class ResultReservationTest {
    private static final String SETTINGS = """
            workers: [ { name: w, timeout_ms: 5000 } ]
            envoy: { message_timeout_ms: 20000 }
            limits: { phase_timeout_ms: 10000, max_buffered_bytes: 60000 }
            """;

    private static final String RESULTS = "policy_engine_held_bytes{holder=\"results\"}";

    private final KernelHarness kernel = KernelHarness.create();

    @AfterEach
    void stop() {
        kernel.close();
    }

    private static SetBody body(int bytes) {
        return new SetBody(Buffer.buffer("x".repeat(bytes)), null);
    }

    private SimResult post(String body) {
        return Await.result(
                kernel.envoy(KernelHarness.filter("r")).exchange(SimRequest.post("/", body), Upstream.replying(200)));
    }

    @Test
    void aBodyThatAPolicySetsIsRefusedWhereItFindsNoRoom() {
        kernel.worker("w").with("large", BodyNeed.BUFFERED, Policies.request(body(65_000)));
        kernel.start(SETTINGS, route("r", "[ { policy: large, on_overload: continue, on_failure: continue } ]", "[]"));

        SimResult refused = post("small");

        assertThat(refused.status()).isEqualTo(503);
        Await.until(() -> kernel.metric("policy_kernel_exchanges_total{outcome=\"overloaded\"}") == 1);
        Await.until(() -> kernel.bufferedBytes() == 0);
    }

    @Test
    void aBodyThatIsHeldWhileLaterPoliciesRunIsCountedAsFarAsItGrew() {
        Promise<RequestOutcome> late = Promise.promise();
        kernel.worker("first").with("grows", BodyNeed.BUFFERED, Policies.request(body(40_000)));
        kernel.worker("second").with("late", Policies.onRequest(_ -> late.future()));
        kernel.start(
                SETTINGS.replace("[ { name: w,", "[ { name: first, timeout_ms: 5000 }, { name: second,"),
                route("r", "[ { policy: grows }, { policy: late, timeout_ms: 5000 } ]", "[]"));
        var result = kernel.envoy(KernelHarness.filter("r"))
                .exchange(SimRequest.post("/", "x".repeat(20_000)), Upstream.replying(200));

        Await.until(() -> kernel.metric(RESULTS) == 20_000);
        late.complete(new RequestOutcome.Proceed(List.of(), null));

        assertThat(Await.result(result).reached().bodyText()).hasSize(40_000);
        Await.until(() -> kernel.bufferedBytes() == 0);
        assertThat(kernel.metric(RESULTS)).isZero();
    }

    @Test
    void aDenialIsCountedUntilItHasLeft() {
        kernel.worker("w").with("deny", Policies.denying(403, "x".repeat(65_000)));
        kernel.start(SETTINGS, route("r", "[ { policy: deny } ]", "[]"));

        assertThat(kernel.get("r").status()).isEqualTo(503);
    }

    @Test
    void fieldsThatPoliciesSetAreCountedTogether() {
        kernel.worker("w")
                .with("fields", Policies.request(new SetHeader("x-long", "x".repeat(20_000))))
                .with("path", Policies.request(new SetPath("/" + "x".repeat(20_000))));
        kernel.start(
                SETTINGS,
                route("fits", "[ { policy: fields }, { policy: path } ]", "[]")
                        + another("not", "[ { policy: fields }, { policy: path }, { policy: fields } ]"));

        assertThat(kernel.get("fits").status()).isEqualTo(200);
        Await.until(() -> kernel.bufferedBytes() == 0);
        assertThat(kernel.get("not").status()).isEqualTo(503);
        Await.until(() -> kernel.bufferedBytes() == 0);
    }

    private static String another(String name, String request) {
        return route(name, request, "[]").replace("route_policies:\n", "");
    }

    /** Each change of one field looks at all fields before it. */
    @Test
    void anEntryThatGivesMoreInstructionsThanItMayHasFailed() {
        RequestInstruction[] most = new RequestInstruction[1_000];
        Arrays.setAll(most, i -> new SetHeader("x-" + i % 10, "1"));
        RequestInstruction[] tooMany = Arrays.copyOf(most, 1_001);
        tooMany[1_000] = new SetHeader("x-0", "1");
        kernel.worker("w").with("most", Policies.request(most)).with("tooMany", Policies.request(tooMany));
        kernel.start(
                SETTINGS, route("most", "[ { policy: most } ]", "[]") + another("too-many", "[ { policy: tooMany } ]"));

        assertThat(kernel.get("most").status()).isEqualTo(200);
        assertThat(kernel.get("too-many").status()).isEqualTo(500);
    }

    @Test
    void anAnswerToAChunkIsRefusedWhereItFindsNoRoom() {
        kernel.worker("w").with("answers", BodyNeed.STREAMING, Policies.denyingChunk("small", "x".repeat(65_000)));
        kernel.start(SETTINGS, route("r", "[ { policy: answers } ]", "[]"));

        SimResult result = Await.result(kernel.envoy(Bodies.filter(BodySendMode.FULL_DUPLEX_STREAMED))
                .exchange(SimRequest.post("/", "small"), Upstream.replying(200)));

        assertThat(result.status()).isEqualTo(503);
        Await.until(() -> kernel.bufferedBytes() == 0);
    }

    @Test
    void aChunkThatGrowsBeyondTheRoomEndsItsExchange() {
        kernel.worker("w").with("grow", BodyNeed.STREAMING, Policies.chunks(_ -> Buffer.buffer("x".repeat(65_000))));
        kernel.start(SETTINGS, route("r", "[ { policy: grow } ]", "[]"));

        SimResult result = Await.result(kernel.envoy(Bodies.filter(BodySendMode.FULL_DUPLEX_STREAMED))
                .exchange(SimRequest.post("/", "small"), Upstream.replying(200)));

        assertThat(result.status()).isEqualTo(503);
        Await.until(() -> kernel.metric("policy_kernel_exchanges_total{outcome=\"overloaded\"}") == 1);
        Await.until(() -> kernel.bufferedBytes() == 0);
    }
}
