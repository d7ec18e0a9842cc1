package io.policyengine.kernel.worker.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.worker.ProtocolVersion;
import io.policyengine.core.worker.WorkerDescription;
import io.policyengine.core.worker.WorkerException;
import io.policyengine.core.worker.WorkerException.Kind;
import io.policyengine.kernel.worker.Worker;
import io.policyengine.testkit.log.CapturedLog;
import io.policyengine.testkit.time.Await;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

/** The way of the registry to its workers, and their failures on the way. */
class WorkerRegistryTest extends RegistryFixture {
    @Test
    void aWorkerThatNeverAnswersIsAskedAgainOnTheSameEventLoop() {
        Replica replica = new Replica(_ -> Promise.<WorkerDescription>promise().future(), prepared());

        start(replica);

        Await.until(() -> replica.connects.size() >= 3);
        assertThat(replica.connects).allMatch(replica.connects.getFirst()::equals);
    }

    @Test
    void aWorkerThatCannotBePreparedIsAskedAtGrowingIntervals() {
        Replica replica = new Replica(
                _ -> Future.succeededFuture(DESCRIPTION),
                Future.failedFuture(new WorkerException(Kind.INVALID_ANSWER, "nonsense")));
        long begun = System.nanoTime();

        start(replica);

        Await.until(() -> replica.connects.size() >= 6);
        // Pauses of at least 25, 50, 100, 200 and 400 ms lie between six attempts.
        assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun)).isGreaterThanOrEqualTo(775);
    }

    @Test
    void aLossWhileItIsDescribedLeadsToOneNewConnection() {
        Promise<WorkerDescription> first = Promise.promise();
        Replica replica =
                new Replica(attempt -> attempt == 1 ? first.future() : Future.succeededFuture(DESCRIPTION), prepared());
        Worker worker = start(replica);
        Await.until(() -> replica.lost.size() == 1);

        context.runOnContext(_ -> {
            replica.lost.getFirst().run();
            first.fail(new WorkerException(Kind.CONNECTION_LOST, "gone"));
        });

        Await.until(worker::isAvailable);
        assertThat(replica.connects).hasSize(2);
    }

    @Test
    void aWorkerOfAnotherProtocolIsRefusedAndHasAnswered() {
        WorkerDescription other =
                new WorkerDescription("default-worker", "9", new ProtocolVersion(9, 1), 0, 0, List.of());

        start(new Replica(_ -> Future.succeededFuture(other), prepared()));

        Await.until(() -> refusals.get() == 1);
        assertThat(unavailableReason()).contains("it speaks protocol version 9.1");
    }

    @Test
    void aWorkerThatCannotDescribeItselfIsToldWithItsReasonOncePerChange() {
        IntFunction<Future<WorkerDescription>> description = attempt -> switch (attempt) {
            case 1, 2, 3 -> notDescribed("policy 'a' has no name");
            case 4, 5 -> notDescribed("policy 'b' has no name");
            case 6 -> Future.succeededFuture(DESCRIPTION);
            default -> notDescribed("policy 'b' has no name");
        };
        Replica replica = new Replica(description, prepared());
        try (CapturedLog log = CapturedLog.of(UnavailableLog.class)) {
            Worker worker = start(replica);
            Await.until(worker::isAvailable);
            context.runOnContext(_ -> replica.lost.getLast().run());
            Await.until(() -> replica.connects.size() >= 9);

            assertThat(log.messages())
                    .filteredOn(message -> message.contains("cannot be used"))
                    .containsExactly(
                            "WARN worker at told cannot be used: policy 'a' has no name",
                            "WARN worker at told cannot be used: policy 'b' has no name",
                            "WARN worker at told cannot be used: policy 'b' has no name");
        }
    }

    private static Future<WorkerDescription> notDescribed(String why) {
        return Future.failedFuture(new WorkerException(Kind.INVALID_ANSWER, why));
    }

    @Test
    void aWorkerThatRefusesTheKernelIsRefusedAndHasAnswered() {
        WorkerException refusal = new WorkerException(Kind.INCOMPATIBLE, "the kernel speaks 1.3, this worker 9.1");

        start(new Replica(_ -> Future.failedFuture(refusal), prepared()));

        Await.until(() -> refusals.get() == 1);
        assertThat(unavailableReason()).contains("it refuses this kernel", "this worker 9.1");
    }

    private String unavailableReason() {
        Promise<String> unavailableReason = Promise.promise();
        context.runOnContext(
                _ -> unavailableReason.complete(registry().unavailableReasons().get("default-worker")));
        return unavailableReason.future().await();
    }

    @Test
    void aReplicaThatLeftACallUnansweredIsAskedAtOnceAndIsBackSoonAfterItAnswersAgain() throws IOException {
        Replica hangs = new Replica(_ -> Future.succeededFuture(DESCRIPTION), prepared());
        Replica runs = new Replica(_ -> Future.succeededFuture(DESCRIPTION), prepared());
        Worker worker = start(new TwoReplicas(hangs, runs), twoCheckedHourly());
        Await.until(() -> worker.available().size() == 2);

        hangs.silent = true;
        worker.doubt(replicaOf(worker, hangs));
        Await.until(() -> worker.available().size() == 1);
        hangs.silent = false;

        Await.until(() -> worker.available().size() == 2);
    }

    @Test
    void aReplicaThatLeftManyCallsUnansweredIsAskedOnce() throws IOException {
        Replica slow = new Replica(_ -> Future.succeededFuture(DESCRIPTION), prepared());
        Replica other = new Replica(_ -> Future.succeededFuture(DESCRIPTION), prepared());
        Worker worker = start(new TwoReplicas(slow, other), twoCheckedHourly());
        Await.until(() -> worker.available().size() == 2);

        for (int i = 0; i < 100; i++) {
            worker.doubt(replicaOf(worker, slow));
        }

        onContext();
        assertThat(slow.checks).hasValue(1);
        assertThat(other.checks).hasValue(0);
    }

    @Test
    void theOnlyReplicaThatCanBeCalledIsNotHurried() throws IOException {
        Replica away = new Replica(_ -> Promise.<WorkerDescription>promise().future(), prepared());
        Replica slow = new Replica(_ -> Future.succeededFuture(DESCRIPTION), prepared());
        Worker worker = start(new TwoReplicas(away, slow), twoCheckedHourly());
        Await.until(worker::isAvailable);

        worker.doubt(replicaOf(worker, slow));

        onContext();
        assertThat(slow.checks).hasValue(0);
    }

    private static io.policyengine.kernel.worker.Replica replicaOf(Worker worker, Replica connector) {
        return worker.available().stream()
                .filter(replica -> replica.connector().equals(connector))
                .findFirst()
                .orElseThrow();
    }
}
