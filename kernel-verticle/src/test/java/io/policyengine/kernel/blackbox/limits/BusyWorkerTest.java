package io.policyengine.kernel.blackbox.limits;

import static io.policyengine.kernel.harness.KernelHarness.route;
import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.kernel.harness.KernelHarness;
import io.policyengine.kernel.harness.Policies;
import io.policyengine.testkit.envoy.EnvoySim;
import io.policyengine.testkit.envoy.SimRequest;
import io.policyengine.testkit.envoy.SimResult;
import io.policyengine.testkit.envoy.Upstream;
import io.policyengine.testkit.time.Await;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A worker that is sent more calls than it can answer: the kernel refuses what would be too late. */
class BusyWorkerTest {
    private static final String LIMIT = "policy_kernel_worker_adaptive_limit{worker=\"w\"}";

    private final Vertx clock = Vertx.vertx();
    private final KernelHarness kernel = KernelHarness.create();
    private final Queue<Promise<RequestOutcome>> waiting = new ConcurrentLinkedQueue<>();
    private final List<SimResult> results = new CopyOnWriteArrayList<>();

    @AfterEach
    void stop() {
        Await.result(clock.close());
        kernel.close();
    }

    @Test
    void refusesAsOverloadWhatWouldWaitTooLongInTheWorker() {
        kernel.worker("w").with("busy", Policies.onRequest(_ -> {
            Promise<RequestOutcome> answer = Promise.promise();
            waiting.add(answer);
            return answer.future();
        }));
        kernel.start(
                "workers: [ { name: w, timeout_ms: 2000 } ]\nlimits: { adaptive: { enabled: false } }\n",
                route("r", "[ { policy: busy } ]", "[]"));
        EnvoySim envoy = kernel.envoy(KernelHarness.filter("r"));

        clock.setPeriodic(10, _ -> answerOne());
        long flood = clock.setPeriodic(
                2,
                _ -> envoy.exchange(SimRequest.get("/"), Upstream.replying(200)).onSuccess(results::add));

        Await.until(() -> kernel.metric(LIMIT) > 0);
        Await.until(() -> results.stream().anyMatch(it -> it.status() == 503));
        clock.cancelTimer(flood);

        assertThat(results)
                .filteredOn(it -> it.status() == 503)
                .first()
                .satisfies(it -> assertThat(it.response().bodyText()).contains("\"OVERLOADED\""));
    }

    private void answerOne() {
        Promise<RequestOutcome> next = waiting.poll();
        if (next != null) {
            next.complete(new RequestOutcome.Proceed(List.of(), null));
        }
    }
}
