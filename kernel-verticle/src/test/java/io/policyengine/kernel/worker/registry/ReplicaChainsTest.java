package io.policyengine.kernel.worker.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.worker.WorkerException;
import io.policyengine.testkit.time.Await;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The turns in which a replica prepares what it is asked for. */
class ReplicaChainsTest {
    private static final Duration SHORT = Duration.ofMillis(20);
    private static final Duration LONG = Duration.ofHours(1);

    private final Vertx vertx = Vertx.vertx();
    private final Context context = vertx.getOrCreateContext();
    private final RegistryLoop loop = onLoop(() -> Future.succeededFuture(new RegistryLoop(vertx)));
    private final ReplicaChains chains = new ReplicaChains();

    @AfterEach
    void stop() {
        Await.result(vertx.close());
    }

    private <T> T onLoop(Supplier<Future<T>> work) {
        Promise<T> done = Promise.promise();
        context.runOnContext(_ -> work.get().onComplete(done));
        return Await.result(done.future());
    }

    private <T> Future<T> inTurn(Duration limit, boolean urgent, Future<T> step) {
        return onLoop(() -> Future.succeededFuture(chains.inTurn(loop, limit, urgent, () -> step)));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aReplicaThatNeverAnswersHoldsUpWhatIsAskedForNextForItsTimeAlone(boolean urgent) {
        Future<String> never = inTurn(SHORT, urgent, Promise.<String>promise().future());
        Future<String> next = inTurn(LONG, false, Future.succeededFuture("next"));

        assertThat(Await.result(next)).isEqualTo("next");
        assertThat(never.cause())
                .isInstanceOfSatisfying(
                        WorkerException.class, late -> assertThat(late.kind()).isEqualTo(WorkerException.Kind.TIMEOUT));
    }

    @Test
    void oneStepFollowsTheOther() {
        Promise<String> first = Promise.promise();
        Future<String> asked = inTurn(LONG, false, first.future());
        Future<String> next = inTurn(LONG, false, Future.succeededFuture("next"));

        assertThat(next.isComplete()).isFalse();
        first.complete("first");

        assertThat(Await.result(next)).isEqualTo("next");
        assertThat(asked.result()).isEqualTo("first");
    }
}
