package io.policyengine.testkit.worker;

import io.policyengine.core.chain.EntryFailure;
import io.policyengine.core.chain.run.BoundEntry;
import io.policyengine.core.chain.run.ChainExecutor;
import io.policyengine.core.chain.run.ChainLimits;
import io.policyengine.core.chain.run.ChunkRun;
import io.policyengine.core.chain.run.ShadowDenial;
import io.policyengine.core.chain.run.ShadowObserver;
import io.policyengine.core.chain.run.ShadowOutcome;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.EndAccuracy;
import io.policyengine.core.policy.EntryFacts;
import io.policyengine.core.policy.ExchangeEnd;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.IdentityFields;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.time.DeadlineWheel;
import io.policyengine.core.time.Ticker;
import io.policyengine.core.worker.ChainSpec;
import io.policyengine.core.worker.DeclaredPolicy;
import io.policyengine.core.worker.EntryAnswer;
import io.policyengine.core.worker.PolicyQuestion;
import io.policyengine.core.worker.PreparedChain;
import io.policyengine.core.worker.ProtocolVersion;
import io.policyengine.core.worker.WorkerConnector;
import io.policyengine.core.worker.WorkerControl;
import io.policyengine.core.worker.WorkerDescription;
import io.policyengine.core.worker.WorkerException;
import io.policyengine.core.worker.WorkerHealth;
import io.policyengine.core.worker.WorkerLink;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * An in-process worker for kernel tests, whose policies are Java objects. It can disconnect and come back. If an entry
 * has the parameter {@code problem}, the worker rejects the entry's parameters, with its value as the reason.
 */
public final class ScriptedWorker implements WorkerConnector, WorkerControl {
    private static final ChainLimits LIMITS = new ChainLimits(65_536, 1 << 20);

    private final Vertx vertx;
    private final String name;
    private final Map<String, ScriptedPolicy> policies = new ConcurrentHashMap<>();
    private final List<ExchangeEnd> ends = new CopyOnWriteArrayList<>();
    private final Map<Long, List<BoundEntry>> chains = new ConcurrentHashMap<>();
    private final List<Runnable> lostListeners = new CopyOnWriteArrayList<>();
    private final List<ShadowOutcome> shadowOutcomes = new CopyOnWriteArrayList<>();
    private volatile Function<PolicyQuestion, Future<List<EntryAnswer>>> answers =
            _ -> Future.succeededFuture(List.of());
    private final AtomicInteger calls = new AtomicInteger();
    private final AtomicInteger openStreams = new AtomicInteger();
    private final AtomicInteger preparations = new AtomicInteger();
    private final AtomicInteger connections = new AtomicInteger();
    private volatile String address = "scripted";
    private volatile ProtocolVersion version = ProtocolVersion.CURRENT;
    private volatile Future<?> mayPrepare = Future.succeededFuture();
    private volatile boolean makesSpans;
    private volatile boolean hesitant;
    private volatile boolean away;
    private volatile boolean closed;
    private volatile @Nullable WorkerException failure;
    private volatile @Nullable Error thrownInCalls;
    private volatile @Nullable Error thrownInChunks;

    public ScriptedWorker(Vertx vertx, String name) {
        this.vertx = vertx;
        this.name = name;
    }

    /** Sets the worker's address. It must differ from the addresses of other replicas. */
    public ScriptedWorker at(String distinct) {
        address = distinct;
        return this;
    }

    /** Declares that the worker sends its own spans. */
    public ScriptedWorker makingSpans() {
        makesSpans = true;
        return this;
    }

    @Override
    public boolean makesSpans() {
        return makesSpans;
    }

    /** Adds a policy for both phases that does not read bodies. */
    public ScriptedWorker with(String policy, Policy behaviour, Fact... declared) {
        return with(policy, BodyNeed.NONE, behaviour, declared);
    }

    /** Adds a policy for both phases, or replaces behaviour, body need and facts of the policy with this name. */
    public ScriptedWorker with(String policy, BodyNeed need, Policy behaviour, Fact... declared) {
        policies.compute(
                policy,
                (_, known) -> known == null
                        ? ScriptedPolicy.of(behaviour, need, declared)
                        : known.with(behaviour, need, declared));
        return this;
    }

    /** Declares that a policy sends the client's identity upstream in these fields. */
    public ScriptedWorker withIdentity(String policy, String... fields) {
        return changed(policy, known -> known.withIdentity(fields));
    }

    /** Declares that a policy is notified of the end of each exchange; {@link #ends} returns the notifications. */
    public ScriptedWorker withEnd(String policy, EndAccuracy accuracy) {
        return changed(policy, known -> known.withEnd(accuracy));
    }

    /** Declares that a policy's response phase reads the request body. */
    public ScriptedWorker withRequestBodyKept(String policy) {
        return changed(policy, ScriptedPolicy::withRequestBodyKept);
    }

    /** Declares that a policy reads Envoy's metadata, or uses it instead of bodies. */
    public ScriptedWorker withMetadata(String policy, EntryFacts read) {
        return changed(policy, known -> known.withMetadata(read));
    }

    /** Declares the schema of a policy's parameters. The schema is not enforced. */
    public ScriptedWorker withSchema(String policy, ObjectNode schema) {
        return changed(policy, known -> known.withSchema(schema));
    }

    private ScriptedWorker changed(String policy, UnaryOperator<ScriptedPolicy> change) {
        if (policies.computeIfPresent(policy, (_, known) -> change.apply(known)) == null) {
            throw new IllegalStateException("add the policy first: " + policy);
        }
        return this;
    }

    /** Returns the ends of exchanges that were reported to the worker. */
    public List<ExchangeEnd> ends() {
        return List.copyOf(ends);
    }

    /** Sets the protocol version that the worker declares. */
    public void speaks(ProtocolVersion older) {
        version = older;
    }

    /** Removes a policy. The kernel notices the removal only when the worker has disconnected and come back. */
    public ScriptedWorker without(String policy) {
        policies.remove(policy);
        return this;
    }

    /** Disconnects the worker: open calls fail, and connecting fails until {@link #comeBack}. */
    public void goAway() {
        away = true;
        chains.clear();
        List<Runnable> told = List.copyOf(lostListeners);
        lostListeners.clear();
        told.forEach(Runnable::run);
    }

    /** Makes the worker reachable again, without prepared chains. */
    public void comeBack() {
        away = false;
    }

    /** Delays the preparation of chains until the future has completed. */
    public void prepareAfter(Future<?> when) {
        mayPrepare = when;
    }

    /** Fails every call as a whole from now on; null lets calls succeed again. */
    public void failCalls(@Nullable WorkerException with) {
        failure = with;
    }

    /** Makes the link throw in every call from now on, to simulate a bug. */
    public void throwInCalls(Error error) {
        thrownInCalls = error;
    }

    /** Makes the link throw for every body chunk from now on, to simulate a bug. */
    public void throwInChunks(Error error) {
        thrownInChunks = error;
    }

    public int calls() {
        return calls.get();
    }

    public List<ShadowOutcome> shadowOutcomes() {
        return List.copyOf(shadowOutcomes);
    }

    /** Returns the number of bodies that are streaming. */
    public int openStreams() {
        return openStreams.get();
    }

    /** Returns the number of chains that are currently prepared. */
    public int preparedChains() {
        return chains.size();
    }

    /** Returns the number of chains that the kernel has asked to prepare so far. */
    public int preparations() {
        return preparations.get();
    }

    public int connections() {
        return connections.get();
    }

    public boolean isClosed() {
        return closed;
    }

    @Override
    public String address() {
        return address;
    }

    public void answer(Function<PolicyQuestion, List<EntryAnswer>> answers) {
        answerLater(question -> Future.succeededFuture(answers.apply(question)));
    }

    public void answerLater(Function<PolicyQuestion, Future<List<EntryAnswer>>> answers) {
        this.answers = answers;
    }

    @Override
    public Future<List<EntryAnswer>> ask(PolicyQuestion question) {
        return answers.apply(question);
    }

    @Override
    public Future<WorkerControl> connect(Runnable lost) {
        if (away) {
            return Future.failedFuture(new WorkerException(WorkerException.Kind.UNREACHABLE, "worker disconnected"));
        }
        connections.incrementAndGet();
        var context = vertx.getOrCreateContext();
        lostListeners.add(() -> context.runOnContext(_ -> lost.run()));
        return Future.succeededFuture(this);
    }

    @Override
    public WorkerLink link() {
        return new ScriptedLink(this, new ChainExecutor(DeadlineWheel.on(vertx, Ticker.SYSTEM), Ticker.SYSTEM, LIMITS));
    }

    @Override
    public Future<Void> close() {
        closed = true;
        return Future.succeededFuture();
    }

    @Override
    public Future<WorkerDescription> describe() {
        List<DeclaredPolicy> declared = policies.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(entry -> entry.getValue().declared(entry.getKey()))
                .toList();
        return Future.succeededFuture(new WorkerDescription(name, "test", version, 1 << 20, 65_536, declared));
    }

    @Override
    public Future<WorkerHealth> checkHealth() {
        return Future.succeededFuture(new WorkerHealth(true, "", Map.of()));
    }

    @Override
    public Future<List<PreparedChain>> prepare(long generation, List<ChainSpec> specs) {
        // Read before the count: a test that sees the count may set another future for the next preparation.
        Future<?> when = mayPrepare;
        preparations.addAndGet(specs.size());
        return when.map(_ -> specs.stream().map(this::prepare).toList());
    }

    /** Sets whether preparation reports chains as unfinished. */
    public void hesitate(boolean unfinished) {
        hesitant = unfinished;
    }

    private PreparedChain prepare(ChainSpec spec) {
        if (hesitant) {
            return new PreparedChain(spec.id(), ScriptedPolicy.hesitating(spec), true);
        }
        List<PreparedChain.Entry> results = new ArrayList<>();
        List<BoundEntry> bound = new ArrayList<>();
        for (ChainSpec.Entry entry : spec.entries()) {
            ScriptedPolicy policy = policies.get(entry.policy());
            results.add(ScriptedPolicy.prepared(policy, entry, spec.phase()));
            if (policy != null) {
                bound.add(policy.bound(entry, spec.phase(), entry.shadow() ? new Shadow() : null));
            }
        }
        IdentityFields identity = IdentityFields.ofChain(
                results.stream().map(PreparedChain.Entry::facts).toList());
        bound.replaceAll(entry -> entry.withIdentity(identity));
        PreparedChain prepared = new PreparedChain(spec.id(), results);
        if (prepared.isCallable()) {
            chains.put(spec.id(), bound);
        }
        return prepared;
    }

    @Override
    public Future<Void> release(List<Long> chainIds) {
        chainIds.forEach(chains::remove);
        return Future.succeededFuture();
    }

    private final class Shadow implements ShadowObserver {
        @Override
        public boolean begins() {
            return true;
        }

        @Override
        public void counts(Call call, ShadowOutcome outcome, @Nullable EntryFailure failure) {
            shadowOutcomes.add(outcome);
        }

        @Override
        public void denies(Call call, ShadowDenial denial) {}

        @Override
        public void ends() {}
    }

    /** Runs a function on a prepared chain, unless the worker is disconnected or fails calls. */
    <T> Future<T> on(long chainId, Function<List<BoundEntry>, Future<T>> run) {
        calls.incrementAndGet();
        throwIfSet(thrownInCalls);
        if (away) {
            return Future.failedFuture(new WorkerException(WorkerException.Kind.UNREACHABLE, "worker disconnected"));
        }
        List<BoundEntry> chain = chains.get(chainId);
        WorkerException failing = failure;
        if (failing == null && chain != null) {
            return run.apply(chain);
        }
        return Future.failedFuture(
                failing != null
                        ? failing
                        : new WorkerException(WorkerException.Kind.UNKNOWN_CHAIN, "the chain is not prepared"));
    }

    /** Returns the stream of a body's chunks. The body is counted as streaming until the stream ends. */
    ScriptedChunks streamed(ChunkRun chunks) {
        openStreams.incrementAndGet();
        chunks.onEnd(openStreams::decrementAndGet);
        return new ScriptedChunks(chunks, this::lost);
    }

    void ended(ExchangeEnd end) {
        ends.add(end);
    }

    private @Nullable WorkerException lost() {
        throwIfSet(thrownInChunks);
        return away ? new WorkerException(WorkerException.Kind.CONNECTION_LOST, "worker disconnected") : failure;
    }

    private static void throwIfSet(@Nullable Error error) {
        if (error != null) {
            throw error;
        }
    }
}
