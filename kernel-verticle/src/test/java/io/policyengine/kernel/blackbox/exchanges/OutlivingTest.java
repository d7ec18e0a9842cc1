package io.policyengine.kernel.blackbox.exchanges;

import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode;
import io.policyengine.core.instruction.SetHeader;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.kernel.harness.KernelHarness;
import io.policyengine.kernel.harness.Messages;
import io.policyengine.kernel.harness.Policies;
import io.policyengine.testkit.envoy.EnvoySim;
import io.policyengine.testkit.envoy.RawStream;
import io.policyengine.testkit.envoy.SimRequest;
import io.policyengine.testkit.envoy.SimResponse;
import io.policyengine.testkit.envoy.SimResult;
import io.policyengine.testkit.envoy.StreamEnd;
import io.policyengine.testkit.envoy.Upstream;
import io.policyengine.testkit.log.CapturedLog;
import io.policyengine.testkit.time.Await;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Exchanges that would outlive the kernel, or the configuration that they run by, end by rule. */
class OutlivingTest {
    private static final String WORKER = """
            workers: [ { name: w, timeout_ms: 5000 } ]
            envoy: { message_timeout_ms: 60000 }
            limits: { phase_timeout_ms: 50000, max_generation_age_ms: 60000 }
            """;

    private static final String OLD = "policy_kernel_pinned_generations";
    private static final String AGE = "policy_kernel_oldest_pinned_generation_age_seconds";

    private final KernelHarness kernel = KernelHarness.create();
    private final CapturedLog log = CapturedLog.of("io.policyengine.kernel.exchange");
    private final Promise<Void> asked = Promise.promise();
    private final Promise<RequestOutcome> answer = Promise.promise();

    @AfterEach
    void stop() {
        kernel.close();
        log.close();
    }

    private void start(String settings) {
        kernel.worker("w")
                .with("set", Policies.request(new SetHeader("x-set", "1")))
                .with("slow", Policies.onRequest(_ -> {
                    asked.tryComplete();
                    return answer.future();
                }));
        kernel.start(settings, routes("1"));
    }

    private static String routes(String group) {
        return """
                route_policies:
                  - { route_name: set, group: g%1$s, request_flow: { policy_chain: [ { policy: set } ] } }
                  - { route_name: slow, group: g%1$s, request_flow: { policy_chain: [ { policy: slow } ] } }
                """.formatted(group);
    }

    private Future<SimResult> slow() {
        Future<SimResult> underWay = kernel.envoy(KernelHarness.filter("slow"))
                .exchange(SimRequest.get("/"), Upstream.replying(SimResponse.of(200)));
        Await.result(asked.future());
        return underWay;
    }

    /** An exchange of which nothing is left to do; its stream stays open, as that of a WebSocket. */
    private RawStream settled() {
        EnvoySim envoy = kernel.envoy(KernelHarness.filter("set"));
        RawStream stream = envoy.rawStream().send(Messages.headersOn("set", BodySendMode.NONE));
        assertThat(Await.result(stream.next()).hasRequestHeaders()).isTrue();
        return stream;
    }

    /** The generations by which exchanges run though they were replaced. */
    private Set<Long> generationsInUse() {
        return kernel.ask(parts -> parts.generations().pinned());
    }

    /** It is not the time of its call or of its phase that is over. */
    private void assertRefusedForItsAge(Future<SimResult> underWay) {
        assertThat(Await.result(underWay).status()).isEqualTo(503);
        assertThat(log.messages()).anyMatch(line -> line.contains("was replaced longer ago"));
    }

    private void reload() {
        kernel.write("routes/routes.yaml", routes("2"));
        kernel.reload();
    }

    @Test
    void anExchangeOfWhichNothingIsLeftToDoGoesOnWithoutTheKernelThatDrains() {
        start(WORKER);
        RawStream settled = settled();

        Future<Void> drained = kernel.drain();

        assertThat(Await.result(settled.ended()).kind()).isEqualTo(StreamEnd.Kind.SERVER_OK);
        Await.result(drained);
    }

    @Test
    void anExchangeThatPoliciesStillDecideIsRefusedWhenTheDrainIsOver() {
        start("server: { address: 127.0.0.1, port: 0, drain_timeout_ms: 1000 }\n" + WORKER);
        Future<SimResult> underWay = slow();

        Future<Void> drained = kernel.drain();

        SimResult result = Await.result(underWay);
        assertThat(result.status()).isEqualTo(503);
        assertThat(result.upstream()).isNull();
        Await.result(drained);
    }

    @Test
    void anExchangeThatPinsAnOldGenerationIsRefusedWhenThatIsTooOld() {
        start(WORKER);
        Future<SimResult> underWay = slow();
        reload();
        Await.until(() -> kernel.metric(OLD) == 1);

        kernel.clock().advance(Duration.ofSeconds(59));
        assertThat(kernel.metric(AGE)).isEqualTo(59);
        assertThat(generationsInUse()).containsExactly(1L);
        assertThat(underWay.isComplete()).isFalse();
        kernel.clock().advance(Duration.ofSeconds(2));

        assertRefusedForItsAge(underWay);
        Await.until(() -> kernel.metric(OLD) == 0);
        assertThat(kernel.metric(AGE)).isZero();
        assertThat(generationsInUse()).isEmpty();
    }

    @Test
    void theAgeThatAReplacingConfigurationAllowsIsInForceThoughNoExchangeHasBegunByIt() {
        start(WORKER);
        Future<SimResult> underWay = slow();
        kernel.write(
                "kernel.yaml",
                kernel.read("kernel.yaml").replace("max_generation_age_ms: 60000", "max_generation_age_ms: 2000"));
        reload();
        Await.until(() -> kernel.metric(OLD) == 1);

        kernel.clock().advance(Duration.ofSeconds(3));

        assertRefusedForItsAge(underWay);
        Await.until(() -> kernel.metric(OLD) == 0);
    }

    @Test
    void anExchangeOfWhichNothingIsLeftToDoPinsNoGenerationAndStaysOpen() {
        start(WORKER);
        RawStream settled = settled();
        reload();

        kernel.clock().advance(Duration.ofHours(1));

        Await.until("the old generation is gone", () -> kernel.metric(OLD) == 0);
        assertThat(settled.ended().isComplete()).isFalse();
        assertThat(kernel.activeExchanges()).isEqualTo(1);
    }
}
