package io.policyengine.it.operation;

import static io.policyengine.it.engine.TestEngine.PATIENT;
import static io.policyengine.it.engine.TestEngine.route;
import static org.assertj.core.api.Assertions.assertThat;

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
import io.policyengine.testkit.envoy.SimResult;
import io.policyengine.testkit.envoy.Upstream;
import io.policyengine.testkit.time.Await;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Passwords that are hashed on one route leave threads for the work of another. */
class PasswordLaneTest {
    private static final int GUESSES = 20;

    private final CountDownLatch hashing = new CountDownLatch(1);
    private final CountDownLatch hashed = new CountDownLatch(1);
    private final TestEngine engine;

    PasswordLaneTest(@TempDir Path directory) {
        engine = new TestEngine(TestWorker.Form.EMBEDDED, directory);
    }

    @AfterEach
    void stop() {
        hashed.countDown();
        engine.close();
    }

    /** Takes as long as the test wants. */
    private final class SlowHash implements PolicyFactory<TestPolicies.Params> {
        @Override
        public PolicyDescriptor descriptor() {
            return PolicyDescriptor.headersOnly("slowHash", "1", "Hashes.", Set.of(Phase.REQUEST), Set.of());
        }

        @Override
        public Policy create(TestPolicies.Params params, PolicyEnvironment environment) {
            return new Policy() {
                @Override
                public Future<RequestOutcome> onRequest(RequestContext request) {
                    return environment.offLoop(request.call(), new Work(Lane.PASSWORDS, 0), _ -> {
                        hashing.countDown();
                        hashed.await(30, TimeUnit.SECONDS);
                        return new RequestOutcome.Proceed(List.of(), null);
                    });
                }
            };
        }
    }

    @Test
    void aRouteBesideOneWhosePasswordsAreGuessedIsServed() throws Exception {
        PolicyFactory<?> work = TestPolicies.all().stream()
                .filter(policy -> policy.descriptor().name().equals("offLoop"))
                .findFirst()
                .orElseThrow();
        engine.worker("w", UnaryOperator.identity(), new SlowHash(), work)
                .start(
                        PATIENT + "workers: [ { name: w, timeout_ms: 5000 } ]\n",
                        route("private", "[ { policy: slowHash } ]", "[]"),
                        route("other", "[ { policy: offLoop } ]", "[]"));
        EnvoySim guessing = engine.envoy(TestEngine.filter("private").build());

        List<Future<SimResult>> guesses = IntStream.range(0, GUESSES)
                .mapToObj(_ -> guessing.exchange(SimRequest.get("/"), Upstream.replying(200)))
                .toList();
        assertThat(hashing.await(30, TimeUnit.SECONDS)).isTrue();
        SimResult other = engine.get("other");

        assertThat(other.status()).isEqualTo(200);
        assertThat(other.reached().header("x-off")).isEqualTo("1");
        assertThat(guesses).anyMatch(guess -> !guess.isComplete());
        hashed.countDown();
        Await.result(Future.join(guesses));
    }
}
