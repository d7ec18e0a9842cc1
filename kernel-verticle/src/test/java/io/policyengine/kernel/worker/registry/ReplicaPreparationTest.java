package io.policyengine.kernel.worker.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.EntryFacts;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.worker.ChainSpec;
import io.policyengine.core.worker.PreparedChain;
import io.policyengine.core.worker.WorkerConnector;
import io.policyengine.core.worker.WorkerException;
import io.policyengine.core.worker.WorkerException.Kind;
import io.policyengine.kernel.worker.Worker;
import io.policyengine.kernel.worker.WorkerChain;
import io.policyengine.testkit.time.Await;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The preparation of chains by replicas that take long, refuse or are lost. */
class ReplicaPreparationTest extends RegistryFixture {
    private static final PreparedChain BAD =
            new PreparedChain(1, List.of(new PreparedChain.Entry(true, List.of(), BodyNeed.NONE, EntryFacts.none())));
    private static final ChainSpec OF_A_DRAFT = new ChainSpec(2, "/new", Phase.REQUEST, List.of());

    @Test
    void aReplicaThatTakesLongToPrepareIsNotCalledUntilItIsDone() {
        Promise<List<PreparedChain>> slow = Promise.promise();
        Replica replica = new Replica(_ -> Future.succeededFuture(DESCRIPTION), slow.future());
        Worker worker = start(replica);
        Await.until(() -> steps.size() == 1);
        boolean meanwhile = worker.isAvailable();

        context.runOnContext(_ -> slow.complete(List.of(good(LIVE))));

        Await.until(worker::isAvailable);
        assertThat(meanwhile).isFalse();
        assertThat(replica.connects).hasSize(1);
    }

    @Test
    void aReplicaThatServesGoesOnServingThoughItTakesLongToPrepareWhatIsNew() {
        Promise<List<PreparedChain>> slow = Promise.promise();
        Replica replica = new Replica(_ -> Future.succeededFuture(DESCRIPTION), prepared());
        Worker worker = start(replica);
        Await.until(worker::isAvailable);

        replica.prepared = slow.future();
        Map<Long, PreparedChain> found = prepare(List.of(LIVE, OF_A_DRAFT));

        assertThat(found).containsOnlyKeys(LIVE.id());
        assertThat(worker.isAvailable()).isTrue();
        adopt(List.of(LIVE, OF_A_DRAFT));
        assertThat(worker.isAvailable()).isTrue();
        assertThat(remarksOnWorkers())
                .containsExactly("worker 'default-worker' has not prepared 1 chains yet: exchanges of their routes are"
                        + " refused until it has");
        context.runOnContext(_ -> slow.complete(List.of(good(OF_A_DRAFT))));
        Await.until(() -> remarksOnWorkers().isEmpty());
        assertThat(worker.isAvailable()).isTrue();
        assertThat(replica.connects).hasSize(1);
    }

    @Test
    void aReplicaThatServesAndCannotPrepareWhatIsNewIsAskedAgainWhileItServes() {
        Replica replica = new Replica(_ -> Future.succeededFuture(DESCRIPTION), prepared());
        Worker worker = start(replica);
        Await.until(worker::isAvailable);

        replica.prepared = Future.failedFuture(new WorkerException(Kind.TIMEOUT, "it takes very long"));
        Map<Long, PreparedChain> found = prepare(List.of(LIVE, OF_A_DRAFT));

        assertThat(found).containsOnlyKeys(LIVE.id());
        assertThat(worker.isAvailable()).isTrue();
        assertThat(replica.connects).hasSize(1);
        adopt(List.of(LIVE, OF_A_DRAFT));
        assertThat(worker.isAvailable()).isTrue();
        replica.prepared = Future.succeededFuture(List.of(good(OF_A_DRAFT)));
        Await.until(() -> remarksOnWorkers().isEmpty());
        assertThat(replica.connects).hasSize(1);
    }

    @Test
    void ofTwoReplicasTheOneThatHasAChainIsCalledForItAloneAndBothForTheOthers() throws IOException {
        Replica slow = new Replica(_ -> Future.succeededFuture(DESCRIPTION), prepared());
        Replica quick = new Replica(_ -> Future.succeededFuture(DESCRIPTION), prepared());
        Worker worker = start(new TwoReplicas(slow, quick), twoCheckedHourly());
        Await.until(() -> worker.available().size() == 2);
        Promise<List<PreparedChain>> late = Promise.promise();

        slow.prepared = late.future();
        quick.prepared = Future.succeededFuture(List.of(good(OF_A_DRAFT)));
        prepare(List.of(LIVE, OF_A_DRAFT));
        adopt(List.of(LIVE, OF_A_DRAFT), twoCheckedHourly());

        assertThat(callable(worker, LIVE)).hasSize(2);
        assertThat(callable(worker, OF_A_DRAFT)).containsExactly(quick);
        assertThat(remarksOnWorkers()).isEmpty();
        context.runOnContext(_ -> late.complete(List.of(good(OF_A_DRAFT))));
        Await.until(() -> callable(worker, OF_A_DRAFT).size() == 2);
    }

    private static List<WorkerConnector> callable(Worker worker, ChainSpec chain) {
        return new WorkerChain(worker, chain.id())
                .available().stream()
                        .map(io.policyengine.kernel.worker.Replica::connector)
                        .toList();
    }

    @Test
    void aReplicaWhoseConnectionIsLostWhileItPreparesADraftIsNotCalled() {
        Replica replica = new Replica(_ -> Future.succeededFuture(DESCRIPTION), prepared());
        Worker worker = start(replica);
        Await.until(worker::isAvailable);

        replica.prepared = Future.failedFuture(new WorkerException(Kind.CONNECTION_LOST, "it is gone"));
        prepare(List.of(LIVE, OF_A_DRAFT));

        assertThat(worker.isAvailable()).isFalse();
    }

    @Test
    void aReplicaThatRefusesWhatAnotherTakesIsCalledForTheOtherChainsAndAloneForAllWhileTheOtherIsNotWell()
            throws IOException {
        Replica refuses = new Replica(_ -> Future.succeededFuture(DESCRIPTION), Future.succeededFuture(List.of(BAD)));
        Replica takes = new Replica(_ -> Future.succeededFuture(DESCRIPTION), prepared());
        Worker worker = start(new TwoReplicas(refuses, takes), twoChecked(20));
        Await.until(() -> worker.available().size() == 2);
        Await.until(() -> callable(worker, LIVE).equals(List.of(takes)));
        assertThat(callable(worker, OF_A_DRAFT)).hasSize(2);

        takes.silent = true;
        Await.until(() -> isOnlyAvailable(worker, refuses));
        Await.until(() -> !wasFoundGood());
        takes.silent = false;

        Await.until(() -> callable(worker, LIVE).equals(List.of(takes)));
        Await.until(this::wasFoundGood);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void ofTwoReplicasTheOneThatReadsBodiesDecidesWhicheverIsFirst(boolean readerFirst) throws IOException {
        Replica reads = new Replica(_ -> Future.succeededFuture(DESCRIPTION), needing(BodyNeed.BUFFERED));
        Replica looksAtHeaders = new Replica(_ -> Future.succeededFuture(DESCRIPTION), needing(BodyNeed.NONE));

        Worker worker = start(
                readerFirst ? new TwoReplicas(reads, looksAtHeaders) : new TwoReplicas(looksAtHeaders, reads),
                twoCheckedHourly());

        Await.until(() -> steps.size() >= 2 && callable(worker, LIVE).equals(List.of(reads)));
        PreparedChain found = Objects.requireNonNull(steps.getLast().get(LIVE.id()));
        assertThat(found.isCallable()).isTrue();
        assertThat(found.entries()).extracting(PreparedChain.Entry::bodyNeed).containsExactly(BodyNeed.BUFFERED);
    }

    private static Future<List<PreparedChain>> needing(BodyNeed need) {
        return Future.succeededFuture(List.of(new PreparedChain(
                LIVE.id(), List.of(new PreparedChain.Entry(false, List.of(), need, EntryFacts.none())))));
    }

    private boolean wasFoundGood() {
        return Objects.requireNonNull(steps.getLast().get(LIVE.id())).isCallable();
    }

    private static boolean isOnlyAvailable(Worker worker, Replica connector) {
        return worker.available().stream()
                .map(io.policyengine.kernel.worker.Replica::connector)
                .toList()
                .equals(List.of(connector));
    }

    private List<String> remarksOnWorkers() {
        Promise<List<String>> remarks = Promise.promise();
        context.runOnContext(_ -> remarks.complete(registry().remarks()));
        return remarks.future().await();
    }
}
