package io.policyengine.it.faults;

import static io.policyengine.it.engine.TestEngine.PATIENT;
import static io.policyengine.it.engine.TestEngine.route;
import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.metrics.KernelMetric;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.EndAccuracy;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.PolicyDescriptor;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.PolicyFactory;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.work.Lane;
import io.policyengine.core.work.Work;
import io.policyengine.it.engine.TestEngine;
import io.policyengine.it.engine.TestPolicies;
import io.policyengine.it.engine.TestWorker;
import io.policyengine.testkit.envoy.SimRequest;
import io.policyengine.testkit.envoy.SimResponse;
import io.policyengine.testkit.envoy.SimResult;
import io.policyengine.testkit.time.Await;
import io.policyengine.worker.WorkerOptions;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A call that has begun is never repeated at another replica, though the worker ends it because of overload. */
class BegunCallTest {
    private final CountDownLatch free = new CountDownLatch(1);
    private final AtomicInteger runs = new AtomicInteger();
    private final Path directory;
    private final TestEngine engine;

    BegunCallTest(@TempDir Path directory) {
        this.directory = directory;
        engine = new TestEngine(TestWorker.Form.REMOTE, directory);
    }

    @AfterEach
    void stop() {
        free.countDown();
        engine.close();
    }

    /** The call goes on the stream, or by itself. */
    @ParameterizedTest
    @ValueSource(ints = {4, 100_000})
    void runsItsPoliciesOnceThoughAnotherReplicaIsFree(int bodyLength) {
        String replica = "{ name: w, fail_open: true, timeout_ms: 5000, retry: { max_attempts: 5 }, socket_path: "
                + directory + "/";
        UnaryOperator<WorkerOptions> impatient =
                options -> options.with(changed -> changed.requestTimeout(Duration.ofMillis(200)));
        engine.worker("w", impatient, new Working())
                .worker("w", impatient, new Working())
                .start(
                        PATIENT + "workers: [ " + replica + "one.sock }, " + replica + "two.sock } ]\n",
                        route("r", "[ { policy: working, on_failure: continue } ]", "[]"));
        Await.until(() -> engine.metric(KernelMetric.WORKER_REPLICAS.id() + "{worker=\"w\"}") == 2);

        SimResult result = engine.exchange("r", SimRequest.post("/", "x".repeat(bodyLength)), SimResponse.of(200));

        assertThat(result.status()).isEqualTo(503);
        assertThat(result.response().bodyText()).contains("\"OVERLOADED\"");
        assertThat(runs).hasValue(1);
    }

    /** Counts its runs, and does work that lasts until the test ends. */
    private final class Working implements PolicyFactory<TestPolicies.Params> {
        @Override
        public PolicyDescriptor descriptor() {
            return new PolicyDescriptor(
                    "working",
                    "1.0.0",
                    "Works for long.",
                    Set.of(Phase.REQUEST),
                    BodyNeed.BUFFERED,
                    BodyNeed.NONE,
                    Set.of(),
                    EndAccuracy.NONE);
        }

        @Override
        public Policy create(TestPolicies.Params params, PolicyEnvironment environment) {
            return new Policy() {
                @Override
                public Future<RequestOutcome> onRequest(RequestContext context) {
                    runs.incrementAndGet();
                    return environment
                            .offLoop(context.call(), new Work(Lane.LONG, 0), _ -> free.await(60, TimeUnit.SECONDS))
                            .map(_ -> new RequestOutcome.Proceed(List.of(), null));
                }
            };
        }
    }
}
