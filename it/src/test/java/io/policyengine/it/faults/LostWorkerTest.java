package io.policyengine.it.faults;

import static io.policyengine.it.engine.TestEngine.PATIENT;
import static io.policyengine.it.engine.TestEngine.filter;
import static io.policyengine.it.engine.TestEngine.route;
import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.it.engine.TestEngine;
import io.policyengine.it.engine.TestWorker;
import io.policyengine.testkit.envoy.RunningExchange;
import io.policyengine.testkit.envoy.SimRequest;
import io.policyengine.testkit.envoy.SimResult;
import io.policyengine.testkit.envoy.Upstream;
import io.policyengine.testkit.time.Await;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The rules of failure for what only a worker behind a socket can do: to go away. */
class LostWorkerTest {
    private static final String NEVER = "{ policy: never }";
    private static final String MAY_FAIL = "{ policy: never, on_failure: continue }";

    private final TestEngine engine;

    LostWorkerTest(@TempDir Path directory) {
        this.engine = new TestEngine(TestWorker.Form.REMOTE, directory);
    }

    @AfterEach
    void stop() {
        engine.close();
    }

    @Test
    void aCallWhoseWorkerIsLostIsDeniedWith503AndTheNextIsRefusedBeforehand() {
        start();
        RunningExchange exchange = running("deny");

        engine.loseWorkers();
        SimResult result = Await.result(exchange.result());
        engine.awaitHealth("one", 0);

        assertThat(result.status()).isEqualTo(503);
        assertThat(result.upstream()).isNull();
        assertThat(engine.get("deny").response().bodyText()).contains("WORKER_UNAVAILABLE");
    }

    @Test
    void aCallWhoseWorkerIsLostIsPassedOverWhereItsEntriesSayContinue() {
        start();
        RunningExchange exchange = running("continue");

        engine.loseWorkers();

        assertThat(Await.result(exchange.result()).status()).isEqualTo(200);
        Await.untilAsserted(() -> assertThat(engine.metric("policy_kernel_partial_chain_failures_total"
                        + "{failed_worker=\"one\",failure_type=\"worker_unavailable\",route=\"continue\"}"))
                .isEqualTo(1));
    }

    private void start() {
        engine.worker("one", UnaryOperator.identity(), "never")
                .start(
                        PATIENT + "workers: [ { name: one, timeout_ms: 5000 } ]\n",
                        route("deny", "[ " + NEVER + " ]", "[]"),
                        route("continue", "[ " + MAY_FAIL + " ]", "[]"));
    }

    private RunningExchange running(String name) {
        RunningExchange exchange =
                engine.envoy(filter(name).build()).start(SimRequest.get("/"), Upstream.replying(200));
        Await.until(() -> engine.begunCalls() == 1);
        return exchange;
    }
}
