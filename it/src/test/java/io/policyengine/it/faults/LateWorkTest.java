package io.policyengine.it.faults;

import static io.policyengine.it.engine.TestEngine.PATIENT;
import static io.policyengine.it.engine.TestEngine.filter;
import static io.policyengine.it.engine.TestEngine.route;
import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.instruction.SetHeader;
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
import io.policyengine.testkit.envoy.EnvoySim;
import io.policyengine.testkit.envoy.SimRequest;
import io.policyengine.testkit.envoy.SimResponse;
import io.policyengine.testkit.envoy.SimResult;
import io.policyengine.testkit.envoy.Upstream;
import io.policyengine.testkit.time.Await;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** A flood of bodies, whose reading waits for a thread until it is late, switches off no policy that may fail open. */
@ParameterizedClass
@EnumSource
class LateWorkTest {
    private final CountDownLatch occupied = new CountDownLatch(1);
    private final CountDownLatch free = new CountDownLatch(1);
    private final AtomicInteger read = new AtomicInteger();
    private final TestEngine engine;

    LateWorkTest(TestWorker.Form form, @TempDir Path directory) {
        engine = new TestEngine(form, directory);
    }

    @AfterEach
    void stop() {
        free.countDown();
        engine.close();
    }

    /** The entry's time ends before the work has waited as long as work may, or afterwards, or the call's time ends first. */
    @ParameterizedTest
    @CsvSource({"30, 5000, ', timeout_ms: 100'", "30, 5000, ''", "3, 900, ''"})
    void aFloodIsRefusedAsOverloadWhateverAFailureMayDo(int flood, int ofCall, String time) throws Exception {
        engine.worker(
                        "w",
                        UnaryOperator.identity(),
                        TestPolicies.request("occupying", (_, environment) -> context -> occupy(context, environment)),
                        new Reading())
                .start(
                        PATIENT + "workers: [ { name: w, fail_open: true, timeout_ms: " + ofCall + " } ]\n",
                        route("occupying", "[ { policy: occupying } ]", "[]"),
                        route("continue", "[ { policy: reading, on_failure: continue" + time + " } ]", "[]"),
                        route("skip", "[ { policy: reading, on_failure: skip_remaining" + time + " } ]", "[]"),
                        route("allowed", "[ { policy: reading, on_overload: continue" + time + " } ]", "[]"),
                        route("patient", "[ { policy: reading } ]", "[]"));
        List<Future<SimResult>> occupying = send("occupying", 1);
        assertThat(occupied.await(30, TimeUnit.SECONDS)).isTrue();

        List<Future<SimResult>> refusals = new ArrayList<>(send("continue", flood));
        refusals.addAll(send("skip", flood));
        List<Future<SimResult>> allowed = send("allowed", 1);

        assertThat(refusals).map(Await::result).allSatisfy(refused -> {
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.response().bodyText()).contains("\"OVERLOADED\"");
            assertThat(refused.upstream()).isNull();
        });
        assertThat(allowed)
                .as("on_overload alone lets it pass")
                .map(Await::result)
                .allSatisfy(passed -> assertThat(passed.status()).isEqualTo(200));
        assertThat(read).hasValue(0);
        free.countDown();
        occupying.forEach(Await::result);
        assertThat(engine.exchange("patient", SimRequest.post("/", "body"), SimResponse.of(200))
                        .reached()
                        .header("x-read"))
                .isEqualTo("body");
    }

    private List<Future<SimResult>> send(String route, int requests) {
        EnvoySim envoy = engine.envoy(filter(route).build());
        return IntStream.range(0, requests)
                .mapToObj(_ -> envoy.exchange(SimRequest.post("/", "body"), Upstream.replying(200)))
                .toList();
    }

    /** Takes all threads for long work until the test frees them. */
    private Future<RequestOutcome> occupy(RequestContext context, PolicyEnvironment environment) {
        int processors = Runtime.getRuntime().availableProcessors();
        return Future.join(IntStream.range(0, processors)
                        .mapToObj(_ ->
                                environment.offLoop(context.call(), new Work(Lane.LONG, 0), _ -> awaitFreeBlocking()))
                        .toList())
                .transform(_ -> RequestOutcome.unchanged());
    }

    private boolean awaitFreeBlocking() throws InterruptedException {
        occupied.countDown();
        return free.await(60, TimeUnit.SECONDS);
    }

    /** Reads bodies on a thread for long work. */
    private final class Reading implements PolicyFactory<TestPolicies.Params> {
        @Override
        public PolicyDescriptor descriptor() {
            return new PolicyDescriptor(
                    "reading",
                    "1.0.0",
                    "Reads bodies.",
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
                    String body = String.valueOf(context.request().body());
                    return environment.offLoop(context.call(), new Work(Lane.LONG, 0), _ -> {
                        read.incrementAndGet();
                        return new RequestOutcome.Proceed(List.of(new SetHeader("x-read", body)), null);
                    });
                }
            };
        }
    }
}
