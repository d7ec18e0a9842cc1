package io.policyengine.kernel.blackbox.observation;

import static io.policyengine.kernel.harness.KernelHarness.route;
import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode;
import io.policyengine.core.instruction.SetHeader;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.kernel.harness.KernelHarness;
import io.policyengine.kernel.harness.Messages;
import io.policyengine.kernel.harness.Policies;
import io.policyengine.testkit.envoy.RawStream;
import io.policyengine.testkit.time.Await;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The metrics by which an operator sees a limit coming before it is reached. */
class GaugesTest {
    private static final String LIMITS =
            "workers: [ { name: w } ]\nlimits: { max_exchanges: 50, max_buffered_bytes: 700000 }\n";

    private final KernelHarness kernel = KernelHarness.create();

    @AfterEach
    void stop() {
        kernel.close();
    }

    @Test
    void tellWhatIsHeldOfWhatMayBe() {
        kernel.worker("w").with("set", Policies.response(new SetHeader("x-set", "1")));
        kernel.start(LIMITS, route("r", "[]", "[ { policy: set } ]"));
        RawStream stream = kernel.envoy(KernelHarness.filter("r"))
                .rawStream()
                .send(Messages.headers(BodySendMode.NONE, "x-large", "x".repeat(20_000)));
        Await.result(stream.next());

        assertThat(kernel.metric("policy_kernel_open_exchanges")).isEqualTo(1);
        assertThat(kernel.metric("policy_kernel_max_exchanges")).isEqualTo(50);
        // Of the message itself until its answer has left.
        Await.untilAsserted(
                () -> assertThat(kernel.metric("policy_kernel_buffered_bytes")).isBetween(20_000.0, 22_000.0));
        assertThat(kernel.metric("policy_kernel_max_buffered_bytes")).isEqualTo(700_000);
        assertThat(kernel.metric("policy_kernel_worker_replicas{worker=\"w\"}")).isEqualTo(1);
        assertThat(kernel.metric("policy_kernel_worker_replicas_configured{worker=\"w\"}"))
                .isEqualTo(1);
        stream.leave();
        Await.until(() -> kernel.metric("policy_kernel_open_exchanges") == 0);
        Await.until(() -> kernel.metric("policy_kernel_buffered_bytes") == 0);
    }

    @Test
    void tellHowManyCallsAreUnderWay() {
        Promise<RequestOutcome> answer = Promise.promise();
        kernel.worker("w").with("slow", Policies.onRequest(_ -> answer.future()));
        kernel.start(LIMITS, route("r", "[ { policy: slow } ]", "[]"));
        String calls = "policy_kernel_worker_calls_in_flight{worker=\"w\"}";
        RawStream stream =
                kernel.envoy(KernelHarness.filter("r")).rawStream().send(Messages.headers(BodySendMode.NONE));

        Await.until(() -> kernel.metric(calls) == 1);
        answer.complete(new RequestOutcome.Proceed(List.of(), null));
        Await.result(stream.next());

        Await.until(() -> kernel.metric(calls) == 0);
        stream.leave();
    }

    @Test
    void tellHowOldAChangeIsThatIsNotInForce() {
        kernel.worker("w").with("set", Policies.response(new SetHeader("x-set", "1")));
        kernel.start(LIMITS, route("r", "[]", "[ { policy: set } ]"));
        String pending = "policy_kernel_config_pending_change_seconds";
        double atStart = kernel.metric(pending);
        kernel.write("kernel.yaml", "no: kernel");
        kernel.reload();

        Await.until(() -> kernel.metric(pending) > 0.1);
        double before = kernel.metric(pending);
        kernel.write("kernel.yaml", "no: kernel either");
        kernel.reload();

        assertThat(atStart).isZero();
        assertThat(kernel.metric(pending)).as("also while others follow").isGreaterThanOrEqualTo(before);
        kernel.write("kernel.yaml", KernelHarness.settings(LIMITS));
        kernel.reload();
        assertThat(kernel.metric(pending)).isZero();
    }

    @Test
    void tellWhichConfigurationIsInForceByOneSeries() {
        kernel.worker("w").with("set", Policies.response(new SetHeader("x-set", "1")));
        kernel.start(LIMITS, route("r", "[]", "[ { policy: set } ]"));
        String before = hash();
        kernel.write("kernel.yaml", KernelHarness.settings(LIMITS + "max_lost_routes: 60\n"));
        kernel.reload();

        assertThat(kernel.metric("policy_kernel_config_hash{hash=\"" + before + "\"}"))
                .isZero();
        assertThat(hash()).isNotEqualTo(before);
        assertThat(kernel.metric("policy_kernel_config_hash{hash=\"" + hash() + "\"}"))
                .isEqualTo(1);
    }

    private String hash() {
        return kernel.generation().snapshot().hash();
    }

    @Test
    void tellWhetherTheLastChangeWasTakenAndWhen() {
        kernel.worker("w").with("set", Policies.response(new SetHeader("x-set", "1")));
        kernel.start(LIMITS, route("r", "[]", "[ { policy: set } ]"));
        double atStart = kernel.metric("policy_kernel_config_last_reload_timestamp_seconds");
        double soundAtStart = kernel.metric("policy_kernel_config_last_reload_successful");
        kernel.clock().advance(Duration.ofMinutes(5));
        kernel.write("kernel.yaml", "no: kernel");
        kernel.reload();

        assertThat(soundAtStart).isEqualTo(1);
        assertThat(kernel.metric("policy_kernel_config_last_reload_successful")).isZero();
        assertThat(kernel.metric("policy_kernel_config_last_reload_timestamp_seconds"))
                .isEqualTo(atStart + 300);
        kernel.write("kernel.yaml", KernelHarness.settings(LIMITS));
        kernel.reload();
        assertThat(kernel.metric("policy_kernel_config_last_reload_successful")).isEqualTo(1);
    }
}
