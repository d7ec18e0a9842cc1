package io.policyengine.kernel.worker.registry;

import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.EntryFacts;
import io.policyengine.core.worker.ChainSpec;
import io.policyengine.core.worker.PreparedChain;
import io.policyengine.core.worker.ProtocolVersion;
import io.policyengine.core.worker.WorkerConnector;
import io.policyengine.core.worker.WorkerControl;
import io.policyengine.core.worker.WorkerDescription;
import io.policyengine.core.worker.WorkerException;
import io.policyengine.core.worker.WorkerException.Kind;
import io.policyengine.core.worker.WorkerHealth;
import io.policyengine.core.worker.WorkerLink;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A replica that says who it is, prepares, and tells its health as it is led; one that is not led does all it is asked for, until it is lost. */
final class StagedReplica implements WorkerConnector, WorkerControl {
    /** A chain that each replica takes. */
    static final long TAKEN = 1;
    /** A chain that none is asked for. */
    static final long MISSING = 2;
    /** A chain that the led one cannot prepare. */
    static final long IMPOSSIBLE = 3;
    /** A chain that the led one takes long to prepare. */
    static final long SLOW = 4;

    static final WorkerDescription SELF = new WorkerDescription("w", "1", ProtocolVersion.CURRENT, 1, 1, List.of());

    /** Ends what {@link #SLOW} asks for. */
    final Promise<Void> slowly = Promise.promise();

    private final boolean led;
    private final BlockingQueue<Promise<WorkerDescription>> questions = new LinkedBlockingQueue<>();
    private final BlockingQueue<Promise<WorkerHealth>> checks = new LinkedBlockingQueue<>();
    private volatile Promise<WorkerDescription> last = Promise.promise();
    private volatile Runnable lost = () -> {};
    private boolean wasLost;

    StagedReplica(boolean led) {
        this.led = led;
    }

    /** The next attempt, which waits for its description. */
    Promise<WorkerDescription> question() throws InterruptedException {
        return Objects.requireNonNull(questions.poll(60, TimeUnit.SECONDS), "nobody asked who it is");
    }

    /** The next health check, which waits for its answer. */
    Promise<WorkerHealth> check() throws InterruptedException {
        return Objects.requireNonNull(checks.poll(60, TimeUnit.SECONDS), "nobody asked how it is");
    }

    /** It says who it is, to whatever attempt waits for that. */
    void describe(WorkerDescription description) {
        last.tryComplete(description);
    }

    /** Loses the connection. */
    void lose() {
        wasLost = true;
        lost.run();
    }

    @Override
    public String address() {
        return led ? "/led" : "/other";
    }

    @Override
    public Future<WorkerControl> connect(Runnable told) {
        lost = told;
        return Future.succeededFuture(this);
    }

    @Override
    public Future<WorkerDescription> describe() {
        if (!led && !wasLost) {
            return Future.succeededFuture(SELF);
        }
        Promise<WorkerDescription> question = Promise.promise();
        questions.add(question);
        last = question;
        return question.future();
    }

    @Override
    public Future<WorkerHealth> checkHealth() {
        if (!led) {
            return Future.succeededFuture(new WorkerHealth(true, "", Map.of()));
        }
        Promise<WorkerHealth> check = Promise.promise();
        checks.add(check);
        return check.future();
    }

    @Override
    public Future<List<PreparedChain>> prepare(long generation, List<ChainSpec> chains) {
        List<PreparedChain> prepared = chains.stream().map(this::prepared).toList();
        if (led && chains.stream().anyMatch(chain -> chain.id() == IMPOSSIBLE)) {
            return Future.failedFuture(new WorkerException(Kind.INVALID_ANSWER, "it cannot"));
        }
        return led && chains.stream().anyMatch(chain -> chain.id() == SLOW)
                ? slowly.future().map(prepared)
                : Future.succeededFuture(prepared);
    }

    private PreparedChain prepared(ChainSpec chain) {
        return new PreparedChain(
                chain.id(), List.of(new PreparedChain.Entry(false, List.of(), BodyNeed.NONE, EntryFacts.none())));
    }

    @Override
    public Future<Void> release(List<Long> chainIds) {
        return Future.succeededFuture();
    }

    @Override
    public WorkerLink link() {
        throw new AssertionError("nothing is called");
    }

    @Override
    public Future<Void> close() {
        return Future.succeededFuture();
    }
}
