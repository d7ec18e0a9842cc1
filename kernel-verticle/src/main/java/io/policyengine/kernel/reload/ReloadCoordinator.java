package io.policyengine.kernel.reload;

import io.policyengine.core.async.DirectoryAccess;
import io.policyengine.core.async.SerialQueue;
import io.policyengine.core.config.OverrideConfig;
import io.policyengine.core.config.files.ConfTexts;
import io.policyengine.core.config.files.FileEdit;
import io.policyengine.core.error.Problem;
import io.policyengine.core.error.ReportedProblems;
import io.policyengine.core.time.Ticker;
import io.policyengine.kernel.change.LossGuard;
import io.policyengine.kernel.generation.Candidate;
import io.policyengine.kernel.generation.Generation;
import io.policyengine.kernel.generation.Generations;
import io.policyengine.kernel.generation.Origin;
import io.policyengine.kernel.generation.SupersededException;
import io.policyengine.kernel.history.History;
import io.policyengine.kernel.metrics.KernelMeters;
import io.policyengine.kernel.reload.ReloadResult.Status;
import io.policyengine.kernel.worker.registry.WorkerConnectors;
import io.vertx.config.ConfigRetriever;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns changed configurations into new generations: read → parse → validate → plan → prepare → swap. A failure at any
 * step leaves the running generation unchanged. Runs on the registry's event loop, one change after another.
 * Thread-safe unless stated otherwise.
 */
public final class ReloadCoordinator {
    private static final Logger LOG = LoggerFactory.getLogger(ReloadCoordinator.class);

    private final Vertx vertx;
    private final Context context;
    private final ConfStore store;
    private final Generations generations;
    private final History history;
    private final Candidates candidates;
    private final StrictChanges strict;
    private final ReloadResults results;
    /** The queue of changes by scans and operators. A scan waits for the steps of the previous one. */
    private final SerialQueue steps = new SerialQueue();

    private final PendingChange pending;
    private final LaterAttempts attempts;
    private final TakenTexts taken;
    /** True if the last scan may have begun before the engine's last write. */
    private boolean hasWritten;

    private @Nullable ConfigRetriever retriever;
    private OnBadConfig onBadConfig = OnBadConfig.FAIL;
    /** The rejected files while the last good generation is used instead of them, else null. */
    private volatile KernelStart.@Nullable Rejected inPlaceOf;

    /**
     * Creates a coordinator on the current context. It does not watch the directory yet.
     *
     * @param found the content of the directory
     * @param environment resolves <code>${env:NAME}</code>
     */
    public ReloadCoordinator(
            Vertx vertx,
            ConfTexts found,
            Function<String, @Nullable String> environment,
            Generations generations,
            History history,
            WorkerConnectors connectors,
            KernelMeters meters,
            InstantSource clock) {
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        DirectoryAccess access =
                new DirectoryAccess(vertx, "policy-engine-conf", "the conf directory " + found.directory());
        access.onAnswered(() -> step(this::recheck));
        this.store = new ConfStore(access, found, ConfTexts::readBlocking, Ticker.SYSTEM);
        this.taken = new TakenTexts(found, generations, history);
        this.generations = generations;
        this.history = history;
        this.candidates = new Candidates(vertx, environment, new Validation(connectors), generations);
        this.results = new ReloadResults(generations, history.hashes(), meters, clock);
        this.strict = new StrictChanges(candidates, generations, taken, results);
        meters.lastGood(() -> inPlaceOf == null ? 0 : 1);
        meters.unseenChange(store::unseenSeconds);
        this.attempts = new LaterAttempts(vertx, this::tryAgain);
        this.pending = new PendingChange(store, generations, Ticker.SYSTEM, meters);
    }

    /** Creates the first generation, then scans the directory twice a second. */
    public Future<?> start(KernelStart start) {
        onBadConfig = start.onBadConfig();
        generations.hashBy(history.hashes());
        generations.countFrom(history.firstId(start.texts()));
        generations.onSwap(generation -> history.add(generation.snapshot()));
        generations.onWorkersChanged(() -> {
            if (results.isIncomplete(taken.texts())) {
                attempts.schedule();
            }
        });
        KernelStart.Rejected refused = start.rejected();
        return generations
                .activate(new Candidate(start.texts(), start.config(), Origin.START))
                .onSuccess(_ -> {
                    results.started(start.config().warnings());
                    if (refused != null) {
                        inPlaceOf = refused;
                        results.startedInPlaceOf(refused.texts(), refused.told());
                    }
                    pending.note(taken.texts());
                    ConfigRetriever scans = ConfStoreFactory.scans(vertx, store);
                    scans.listen(_ -> step(() -> takeFound(Origin.FILES, LossGuard.FULL)));
                    retriever = scans;
                });
    }

    /** Sets the callback for applied configurations, and for requested reloads that found no change. */
    public void onRead(Runnable told) {
        results.onRead(told);
    }

    /** Scans the directory at once. The caller guarantees that nothing is being written. */
    public Future<ReloadResult> reload(Origin origin) {
        return reload(origin, LossGuard.FULL);
    }

    /**
     * Scans the directory at once. The caller guarantees that nothing is being written.
     *
     * @param guard the checks that reject accidental losses
     */
    public Future<ReloadResult> reload(Origin origin, LossGuard guard) {
        return step(() -> look().compose(_ -> takeFound(origin, guard)));
    }

    private Future<?> look() {
        return lookIfItAnswers().compose(_ -> store.answering());
    }

    private Future<?> lookIfItAnswers() {
        store.expectSettled();
        return Objects.requireNonNull(retriever, "not started").getConfig();
    }

    /** Runs work on the directory. No scan runs until the work is done. */
    public <T> Future<T> inDirectory(DirectoryAccess.Work<T> work) {
        Promise<T> done = Promise.promise();
        context.runOnContext(_ -> store.use(work).onComplete(done));
        return done.future();
    }

    /**
     * Activates texts if every route in them can be served and every worker is reachable. Lint findings are only
     * reported. The texts remain active until files of the directory change.
     *
     * @param guard the checks that reject accidental losses
     */
    public Future<ReloadResult> tryCandidate(ConfTexts texts, Origin origin, LossGuard guard) {
        return step(() -> strict.activate(texts, origin, guard));
    }

    /**
     * Adds written overrides to the running configuration and activates the result, regardless of the directory's other
     * files. The overrides are rejected if they would refuse served requests.
     *
     * @param written the new overrides, which are already in the file and reference no other file
     */
    public Future<ReloadResult> putOnTop(FileEdit written) {
        Promise<ReloadResult> done = Promise.promise();
        context.runOnContext(_ -> {
            taken.write(written);
            hasWritten = true;
            atOnce(written, Status.UNCHANGED).onComplete(done);
            // Other files may have changed, too.
            step(this::recheck);
        });
        return done.future();
    }

    /**
     * Activates overrides that are already written to the file.
     *
     * @param ifInForce the status if the running texts already contain the overrides
     */
    private Future<ReloadResult> atOnce(FileEdit written, Status ifInForce) {
        ConfTexts base = texts();
        ConfTexts texts = base.with(written);
        if (texts.hash().equals(base.hash())) {
            return Future.succeededFuture(results.noted(ifInForce, texts, Origin.API, taken.remarks()));
        }
        return candidates
                .read(texts, Origin.API, LossGuard.NONE)
                .compose(
                        candidate -> generations.activateAtOnce(candidate, base).map(_ -> results.succeeded(candidate)))
                .recover(failure -> switch (failure) {
                    // A scan may have found the written file meanwhile, and activated it: the change has succeeded.
                    case SupersededException _ -> atOnce(written, Status.SUCCESS);
                    default -> results.rejectedChange(texts, Origin.API, failure);
                });
    }

    /** Records that the engine has restored the previous content of a file. */
    void tookBack(FileEdit previous) {
        context.runOnContext(_ -> {
            taken.write(previous);
            hasWritten = true;
            step(this::recheck);
        });
    }

    /** Activates additional overrides before any pending check or preparation. */
    Future<ReloadResult> overrideAtOnce(List<OverrideConfig> overrides) {
        return generations
                .overrideAtOnce(overrides)
                .map(_ -> results.noted(Status.SUCCESS, texts(), Origin.API, ReportedProblems.NONE));
    }

    private Future<ReloadResult> recheck() {
        return look().compose(_ -> {
            hasWritten = false;
            // Files that were rejected are rejected, and reported, on top of other overrides, too.
            boolean isSettled = taken.isPinned()
                    || inPlaceOf != null
                    || taken.texts().hash().equals(texts().hash());
            return isSettled && store.texts().hash().equals(taken.texts().hash())
                    ? Future.succeededFuture(
                            results.result(Status.UNCHANGED, taken.texts(), Origin.FILES, ReportedProblems.NONE))
                    : takeFound(Origin.FILES, LossGuard.FULL);
        });
    }

    /**
     * Returns the problems of texts, without changing the running configuration.
     *
     * @param guard the checks that reject accidental losses
     */
    public Future<List<Problem>> check(ConfTexts texts, LossGuard guard) {
        return step(() -> strict.check(texts, guard));
    }

    /** Returns the texts of the running generation. */
    public ConfTexts texts() {
        return running().snapshot().texts();
    }

    /** Returns the last active configurations, including those of earlier kernels. Call on the kernel's event loop. */
    public History history() {
        return history;
    }

    public OnBadConfig onBadConfig() {
        return onBadConfig;
    }

    /** Returns the rejected files while the last good generation is used instead of them, else null. Thread-safe. */
    public KernelStart.@Nullable Rejected inPlaceOf() {
        return inPlaceOf;
    }

    /**
     * Returns a message if the running configuration differs from the files because of a rollback, else null. The
     * message names the reason and the remedy. Call on the kernel's event loop.
     */
    public @Nullable String pinned() {
        return taken.whyPinned();
    }

    /** Returns the result of the last change, or null. Thread-safe. */
    public @Nullable ReloadResult last() {
        return results.last();
    }

    /**
     * Returns human-readable remarks about the files: the last good generation is used instead of them, a change was
     * rejected, or files are unstable. Call on the kernel's event loop.
     */
    public List<String> remarks() {
        KernelStart.Rejected atTheStart = inPlaceOf;
        String remark = atTheStart == null ? results.remark(taken.texts()) : atTheStart.remark();
        List<String> remarks = new ArrayList<>(store.remarks());
        if (remark != null) {
            remarks.addFirst(remark);
        }
        return remarks;
    }

    /** Stops the scans. */
    public Future<Void> close() {
        return retriever == null ? Future.succeededFuture() : retriever.close();
    }

    private <T> Future<T> step(Supplier<Future<T>> step) {
        Promise<T> done = Promise.promise();
        context.runOnContext(_ -> steps.run(step)
                .onFailure(
                        bug -> LOG.error("a reload failed unexpectedly; the running configuration stays in force", bug))
                .onComplete(_ -> pending.note(taken.texts()))
                .onComplete(done));
        return done.future();
    }

    private Generation running() {
        return Objects.requireNonNull(generations.current(), "not started");
    }

    /**
     * Applies the content of the directory. After a rollback, applies it only once it changes. Content that was
     * rejected at the start is not reported again.
     */
    private Future<ReloadResult> takeFound(Origin origin, LossGuard guard) {
        if (hasWritten) {
            // A scan from before the write must not count as a later change.
            return look().compose(_ -> {
                hasWritten = false;
                return takeFound(origin, guard);
            });
        }
        KernelStart.Rejected refused = inPlaceOf;
        ConfTexts texts = store.texts();
        if (origin != Origin.WORKERS) {
            attempts.reset();
        }
        taken.take(texts);
        pending.note(texts);
        if (taken.isPinned()) {
            return unchanged(texts, origin);
        }
        if (refused == null) {
            return take(texts, origin, guard);
        }
        if (origin == Origin.FILES && texts.hash().equals(refused.texts().hash())) {
            return Future.succeededFuture(results.result(Status.FAILURE, texts, origin, refused.told()));
        }
        return take(texts, origin, guard).onSuccess(result -> {
            if (result.status() != Status.FAILURE) {
                inPlaceOf = null;
                results.tellBackInForce();
            }
        });
    }

    private Future<ReloadResult> take(ConfTexts texts, Origin origin, LossGuard guard) {
        boolean isComplete = origin == Origin.FILES || running().leftOut().isEmpty();
        if (texts.hash().equals(texts().hash()) && isComplete) {
            return unchanged(texts, origin);
        }
        long before = running().id();
        return candidates
                .read(texts, origin, guard)
                .compose(candidate -> generations
                        .activate(candidate)
                        .map(now -> now.id() == before
                                ? results.result(Status.UNCHANGED, texts, origin, ReportedProblems.NONE)
                                : results.succeeded(candidate)))
                .recover(failure -> failure instanceof SupersededException
                        ? lookIfItAnswers().compose(_ -> takeFound(origin, guard))
                        : results.rejectedFiles(texts, origin, failure))
                .onSuccess(result -> {
                    if (result.refusals().mayBeTemporary()) {
                        attempts.schedule();
                    }
                });
    }

    /** Applies the files again if some are not in force because they would refuse served requests. */
    private void tryAgain() {
        step(() -> results.isIncomplete(taken.texts()) && !taken.isPinned()
                ? takeFound(Origin.WORKERS, LossGuard.FULL)
                : Future.succeededFuture());
    }

    /**
     * Returns the result for a configuration that has not changed. If routes are refused and a reload was requested,
     * creates a new generation, because workers may now accept these routes.
     */
    private Future<ReloadResult> unchanged(ConfTexts texts, Origin origin) {
        boolean wasRejected = results.endRejection();
        if (origin == Origin.FILES || origin == Origin.WORKERS) {
            return Future.succeededFuture(
                    wasRejected
                            ? results.restored(texts, origin)
                            : results.result(Status.UNCHANGED, texts, origin, ReportedProblems.NONE));
        }
        results.tellUnchanged();
        ReportedProblems remarks = taken.remarks();
        remarks.first().forEach(ReloadResults::log);
        return running().plans().stream().anyMatch(plan -> plan.refusal() != null)
                ? generations.renew(origin).map(_ -> results.noted(Status.SUCCESS, texts, origin, remarks))
                : Future.succeededFuture(results.noted(Status.UNCHANGED, texts, origin, remarks));
    }
}
