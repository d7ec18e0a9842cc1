package io.policyengine.it.contract;

import static io.policyengine.it.engine.TestWorker.chain;
import static io.policyengine.it.engine.TestWorker.entry;
import static io.policyengine.it.engine.TestWorker.outcome;
import static io.policyengine.it.engine.TestWorker.request;
import static io.policyengine.it.engine.TestWorker.shadow;
import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.chain.EntryFailure;
import io.policyengine.core.chain.EntryResult;
import io.policyengine.core.chain.OnFailure;
import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.policy.Metadata;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.worker.ChainSpec;
import io.policyengine.core.worker.RequestCall;
import io.policyengine.core.worker.WorkerException;
import io.policyengine.it.engine.TestPolicies;
import io.policyengine.it.engine.TestWorker;
import io.policyengine.testkit.time.Await;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The time of a call, its cancellation, and the number of calls are the same in both forms of a worker. */
@ParameterizedClass
@EnumSource
class CallContractTest extends WorkerContract {
    CallContractTest(TestWorker.Form form) {
        super(form);
    }

    @Test
    void anEntryThatTakesTheTimeOfTheCallTimesOutAndThoseAfterItAreNotPassedOver() {
        ChainSpec chain = chain(1, entry("never", "{}", OnFailure.CONTINUE, null), entry("later", "{}"));
        worker.prepare(chain);
        int before = TestPolicies.CANCELLED.get();

        List<EntryResult<RequestOutcome>> entries = worker.await(() -> worker.link()
                        .execute(new RequestCall(
                                worker.call(Duration.ofMillis(500), new Cancellation()),
                                1,
                                0,
                                2,
                                request(),
                                Metadata.empty())))
                .entries();

        assertThat(entries)
                .extracting(entry -> entry instanceof EntryResult.Failed<RequestOutcome>(EntryFailure failure)
                        ? failure.code().name()
                        : "")
                .containsExactly(ErrorCode.POLICY_TIMEOUT.name(), ErrorCode.DEADLINE_EXCEEDED.name());
        awaitCancelled(before + 1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aPolicyIsToldThatItsTimeIsUpAndThoseAfterItRun(boolean inShadow) {
        ChainSpec.Entry never = entry("never", "{}", OnFailure.CONTINUE, Duration.ofMillis(5));
        ChainSpec chain = chain(1, inShadow ? shadow(never) : never, entry("later", "{}"));
        worker.prepare(chain);
        int before = TestPolicies.CANCELLED.get();

        outcome(worker.run(chain), 1);

        awaitCancelled(before + 1);
    }

    private static void awaitCancelled(int times) {
        Await.until(() -> TestPolicies.CANCELLED.get() >= times);
    }

    @Test
    void cancellationReachesThePolicy() {
        ChainSpec chain = chain(1, entry("never", "{}"), entry("setHeader", "{}"));
        ChainSpec other = chain(2, entry("later", "{}"));
        worker.prepare(chain, other);
        int before = TestPolicies.CANCELLED.get();
        Cancellation cancellation = new Cancellation();
        Future<?> running = worker.await(() -> Future.succeededFuture(worker.link()
                .execute(new RequestCall(
                        worker.call(Duration.ofSeconds(5), cancellation), 1, 0, 2, request(), Metadata.empty()))));
        worker.run(other);

        worker.await(() -> {
            cancellation.cancel();
            return Future.succeededFuture(true);
        });

        assertThat(running.cause())
                .isInstanceOfSatisfying(
                        WorkerException.class,
                        failure -> assertThat(failure.kind()).isEqualTo(WorkerException.Kind.TIMEOUT));
        worker.run(other);
        assertThat(TestPolicies.CANCELLED.get()).isEqualTo(before + 1);
    }

    @Test
    void refusesCallsBeyondItsLimit() {
        ChainSpec chain = chain(1, entry("never", "{}"));
        ChainSpec other = chain(2, entry("setHeader", "{}"));
        worker.prepare(chain, other);
        Cancellation cancellation = occupyAllPlaces();

        worker.await(() -> {
            cancellation.cancel();
            return Future.succeededFuture(true);
        });
        outcome(worker.run(other), 0);
    }

    @Test
    void aPolicyThatFailsWhenItIsCancelledKeepsNoPlaceAndHoldsUpNoOtherCall() {
        ChainSpec chain = chain(1, entry("touchy", "{}"));
        ChainSpec other = chain(2, entry("setHeader", "{}"));
        worker.prepare(chain, other);
        Cancellation cancellation = occupyAllPlaces();

        outcome(
                worker.await(() -> {
                    cancellation.cancel();
                    return worker.link().execute(worker.requestCall(2, 1, request(), Metadata.empty()));
                }),
                0);
    }

    /** By calls of the first chain, which never end. */
    private Cancellation occupyAllPlaces() {
        Cancellation cancellation = new Cancellation();
        worker.await(() -> {
            for (int i = 0; i < 20; i++) {
                worker.link()
                        .execute(new RequestCall(
                                worker.call(Duration.ofSeconds(5), cancellation),
                                1,
                                0,
                                1,
                                request(),
                                Metadata.empty()));
            }
            return Future.succeededFuture(true);
        });

        assertFails(
                WorkerException.Kind.OVERLOADED,
                () -> worker.link().execute(worker.requestCall(2, 1, request(), Metadata.empty())));
        return cancellation;
    }

    @Test
    void answersOutOfOrder() {
        ChainSpec slow = chain(1, entry("later", "{}"), entry("later", "{}"));
        ChainSpec fast = chain(2, entry("setHeader", "{}"));
        worker.prepare(slow, fast);
        List<String> order = new ArrayList<>();

        worker.await(() -> {
            Future<?> first = worker.link()
                    .execute(worker.requestCall(1, 2, request(), Metadata.empty()))
                    .onComplete(_ -> order.add("slow"));
            Future<?> second = worker.link()
                    .execute(worker.requestCall(2, 1, request(), Metadata.empty()))
                    .onComplete(_ -> order.add("fast"));
            return Future.all(first, second);
        });

        assertThat(order).containsExactly("fast", "slow");
    }
}
