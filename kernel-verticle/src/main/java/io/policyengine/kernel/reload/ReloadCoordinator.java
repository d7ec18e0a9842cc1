package io.policyengine.kernel.reload;

import io.policyengine.core.async.DirectoryAccess;
import io.policyengine.core.async.OffLoop;
import io.policyengine.core.async.SerialQueue;
import io.policyengine.core.config.OverrideConfig;
import io.policyengine.core.config.files.ConfTexts;
import io.policyengine.core.config.files.FileEdit;
import io.policyengine.core.config.reading.ConfDirectory;
import io.policyengine.core.error.ConfigException;
import io.policyengine.core.error.Location;
import io.policyengine.core.error.Problem;
import io.policyengine.core.error.ReportedProblems;
import io.policyengine.core.time.Ticker;
import io.policyengine.kernel.generation.Candidate;
import io.policyengine.kernel.generation.Generation;
import io.policyengine.kernel.generation.Generations;
import io.policyengine.kernel.generation.LossGuard;
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
 * The way of changed configurations to new generations: read → parse → validate → plan → prepare → swap. A failure at any step leaves the
 * running generation alone. Works on the registry's event loop, one change after another; may be called from everywhere.
 */
public final class ReloadCoordinator {
    private static final Logger LOG = LoggerFactory.getLogger(ReloadCoordinator.class);

    private final Vertx vertx;
    private final Context context;
    private final ConfStore store;
    private final Function<String, @Nullable String> environment;
    private final Generations generations;
    private final History history;
    private final Validation validation;
    private final ReloadResults results;

    /** The steps for looks that found a change, each of which the scans wait for, and for what operators ask for. */
    private final SerialQueue steps = new SerialQueue();

    private final PendingChange pending;
    /** The last texts taken from the directory, valid or not. */
    private ConfTexts taken;
    /** True if a rollback has put something else into force than the files say, which stays until they change. */
    private boolean pinned;
    /** True if what was found last may be older than what we have written. */
    private boolean hasWritten;

    private @Nullable ConfigRetriever retriever;
    private OnBadConfig onBadConfig = OnBadConfig.FAIL;
    /** The files that were rejected, as long as a last good generation is in their place. */
    private volatile KernelStart.@Nullable Rejected inPlaceOf;

    /**
     * A coordinator that watches nothing yet; on the current context.
     *
     * @param found what the directory says
     * @param environment what <code>${env:NAME}</code> stands for
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
        access.onAnswered(() -> step(this::lookAnew));
        this.store = new ConfStore(access, found, ConfTexts::readBlocking, Ticker.SYSTEM);
        this.taken = found;
        this.environment = environment;
        this.generations = generations;
        this.history = history;
        this.validation = new Validation(connectors);
        this.results = new ReloadResults(generations, history.hashes(), meters, clock);
        meters.lastGood(() -> inPlaceOf == null ? 0 : 1);
        meters.unseenChange(store::unseenSeconds);
        this.pending = new PendingChange(store, generations, Ticker.SYSTEM, meters);
    }

    /** Makes the first generation, then looks at the directory twice a second. */
    public Future<?> start(KernelStart start) {
        onBadConfig = start.onBadConfig();
        generations.hashBy(history.hashes());
        generations.countFrom(history.firstId(start.texts()));
        generations.onSwap(generation -> history.add(generation.snapshot()));
        KernelStart.Rejected refused = start.rejected();
        return generations
                .activate(new Candidate(start.texts(), start.config(), Origin.START))
                .onSuccess(_ -> {
                    results.started(start.config().warnings());
                    if (refused != null) {
                        inPlaceOf = refused;
                        results.startedInPlaceOf(refused.texts(), refused.told());
                    }
                    pending.note(taken);
                    ConfigRetriever scans = ConfStoreFactory.scans(vertx, store);
                    scans.listen(_ -> step(() -> takeFound(Origin.FILES, LossGuard.FULL)));
                    retriever = scans;
                });
    }

    /** Calls back for each configuration that was taken, or was asked for and has not changed. */
    public void onRead(Runnable told) {
        results.onRead(told);
    }

    /** Scans the directory at once; the caller states that writing is finished. */
    public Future<ReloadResult> reload(Origin origin) {
        return reload(origin, LossGuard.FULL);
    }

    /**
     * Scans the directory at once; the caller states that writing is finished.
     *
     * @param guard what counts as an accident
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

    /** Reads and writes the directory, which is not looked at before that is over. */
    public <T> Future<T> inDirectory(DirectoryAccess.Work<T> work) {
        Promise<T> done = Promise.promise();
        context.runOnContext(_ -> store.use(work).onComplete(done));
        return done.future();
    }

    /**
     * Makes texts the running configuration, if nothing keeps them from being served: no problem in a single route, no worker that
     * cannot be called. What the lint finds is only pointed out. They stay until files of the directory change.
     *
     * @param guard what of the change is treated as an accident
     */
    public Future<ReloadResult> tryCandidate(ConfTexts texts, Origin origin, LossGuard guard) {
        return step(() -> tried(texts, origin, guard));
    }

    private Future<ReloadResult> tried(ConfTexts texts, Origin origin, LossGuard guard) {
        return parsed(texts, origin, guard)
                .compose(candidate -> generations.activateIfSound(candidate).map(problems -> {
                    if (problems.stream().anyMatch(Problem::forbidsUse)) {
                        return results.failed(texts, origin, problems);
                    }
                    pinned = !texts.hash().equals(taken.hash());
                    return results.succeeded(candidate).with(problems);
                }))
                .recover(failure -> failure instanceof SupersededException
                        ? tried(texts.withOverridesOf(texts()), origin, guard)
                        : rejected(texts, origin, failure));
    }

    /**
     * Activates a written file on top of the running texts, regardless of the directory's other files: problems of
     * single routes invalidate only those.
     *
     * @param written already in the file; it references no other one
     */
    public Future<ReloadResult> putOnTop(FileEdit written) {
        Promise<ReloadResult> done = Promise.promise();
        context.runOnContext(_ -> {
            taken = taken.with(written);
            hasWritten = true;
            atOnce(written).onComplete(done);
            // Somebody else may have changed files too.
            step(this::lookAnew);
        });
        return done.future();
    }

    private Future<ReloadResult> atOnce(FileEdit written) {
        ConfTexts base = texts();
        ConfTexts texts = base.with(written);
        if (texts.hash().equals(base.hash())) {
            return Future.succeededFuture(results.noted(Status.UNCHANGED, texts, Origin.API, remarks(texts)));
        }
        return parsed(texts, Origin.API, LossGuard.NONE)
                .compose(
                        candidate -> generations.activateAtOnce(candidate, base).map(_ -> results.succeeded(candidate)))
                .recover(failure -> failure instanceof SupersededException
                        ? atOnce(written)
                        : rejected(texts, Origin.API, failure));
    }

    /** Activates additional overrides before any pending check or preparation. */
    Future<ReloadResult> overrideAtOnce(List<OverrideConfig> overrides) {
        return generations
                .overrideAtOnce(overrides)
                .map(_ -> results.noted(Status.SUCCESS, texts(), Origin.API, ReportedProblems.NONE));
    }

    private Future<ReloadResult> lookAnew() {
        return look().compose(_ -> {
            hasWritten = false;
            return store.texts().hash().equals(taken.hash())
                    ? Future.succeededFuture(
                            results.result(Status.UNCHANGED, taken, Origin.FILES, ReportedProblems.NONE))
                    : takeFound(Origin.FILES, LossGuard.FULL);
        });
    }

    /**
     * Returns the problems of texts, without changing the running configuration.
     *
     * @param guard what would count as an accident
     */
    public Future<List<Problem>> check(ConfTexts texts, LossGuard guard) {
        return step(() -> parsed(texts, Origin.API, guard)
                .compose(candidate -> generations.check(candidate).map(problems -> {
                    List<Problem> all = new ArrayList<>(candidate.config().warnings());
                    all.addAll(problems);
                    return all;
                }))
                .recover(failure -> Future.succeededFuture(ReloadResults.problemsOf(failure))));
    }

    /** The texts that the running generation was made of. */
    public ConfTexts texts() {
        return running().snapshot().texts();
    }

    /** The last configurations that were active, also those of earlier kernels. To be asked on the kernel's event loop. */
    public History history() {
        return history;
    }

    /** The behaviour where the files cannot be used at the start. */
    public OnBadConfig onBadConfig() {
        return onBadConfig;
    }

    /** The files of the directory, while a last good generation is in their place; null if none is. May be asked on any thread. */
    public KernelStart.@Nullable Rejected inPlaceOf() {
        return inPlaceOf;
    }

    /**
     * The reason why the running configuration differs from the files because of a rollback, and how to return to them;
     * null without one. Call on the kernel's event loop.
     */
    public @Nullable String pinned() {
        if (!pinned) {
            return null;
        }
        String back = history.snapshots().stream()
                .filter(snapshot -> snapshot.hash().equals(history.hashes().of(taken)))
                .findFirst()
                .map(snapshot -> ", or roll back to generation " + snapshot.id() + ", which is what they say")
                .orElse("");
        return "generation " + running().id()
                + " was put into force by a rollback without the files of the conf directory,"
                + " and stays until they change: change them" + back;
    }

    /** The result of the last change; null if there was none. May be asked on any thread. */
    public @Nullable ReloadResult last() {
        return results.last();
    }

    /**
     * The remarks on files and routes, for users: a last good generation in force, a rejected change, unstable files,
     * refused routes, and routes removed by the last change. Call on the kernel's event loop.
     */
    public List<String> remarks() {
        List<String> remarks = new ArrayList<>();
        KernelStart.Rejected atTheStart = inPlaceOf;
        String rejection = results.rejection(taken);
        if (atTheStart != null) {
            remarks.add(atTheStart.remark());
        } else if (rejection != null) {
            remarks.add(rejection);
        }
        remarks.addAll(store.remarks());
        Generation now = generations.current();
        if (now != null) {
            remarks.addAll(now.report().remarks());
        }
        return remarks;
    }

    /** Looks no more. */
    public Future<Void> close() {
        return retriever == null ? Future.succeededFuture() : retriever.close();
    }

    private <T> Future<T> step(Supplier<Future<T>> step) {
        Promise<T> done = Promise.promise();
        context.runOnContext(_ -> steps.run(step)
                .onFailure(bug -> LOG.error("a reload failed", bug))
                .onComplete(_ -> pending.note(taken))
                .onComplete(done));
        return done.future();
    }

    private Generation running() {
        return Objects.requireNonNull(generations.current(), "not started");
    }

    /**
     * Applies the content of the directory, unless a rollback is pinned until it changes; content rejected at the start
     * is not reported again.
     */
    private Future<ReloadResult> takeFound(Origin origin, LossGuard guard) {
        if (hasWritten) {
            // What was seen before the file was written must not be taken for a change after it.
            return look().compose(_ -> {
                hasWritten = false;
                return takeFound(origin, guard);
            });
        }
        KernelStart.Rejected refused = inPlaceOf;
        ConfTexts texts = store.texts();
        pinned = pinned && texts.hash().equals(taken.hash());
        taken = texts;
        pending.note(taken);
        if (pinned) {
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
        if (texts.hash().equals(texts().hash())) {
            return unchanged(texts, origin);
        }
        return parsed(texts, origin, guard)
                .compose(candidate -> generations.activate(candidate).map(_ -> results.succeeded(candidate)))
                .recover(failure -> failure instanceof SupersededException
                        ? lookIfItAnswers().compose(_ -> takeFound(origin, guard))
                        : rejected(texts, origin, failure));
    }

    /**
     * Returns the result of an unchanged configuration. On request a new generation is made, which may restore routes
     * that workers refused.
     */
    private Future<ReloadResult> unchanged(ConfTexts texts, Origin origin) {
        results.forgetRejected();
        if (origin == Origin.FILES) {
            return Future.succeededFuture(results.result(Status.UNCHANGED, texts, origin, ReportedProblems.NONE));
        }
        results.tellUnchanged();
        ReportedProblems remarks = remarks(texts);
        remarks.first().forEach(ReloadResults::log);
        return running().plans().stream().anyMatch(plan -> plan.refusal() != null)
                ? generations.renew(origin).map(_ -> results.noted(Status.SUCCESS, texts, origin, remarks))
                : Future.succeededFuture(results.noted(Status.UNCHANGED, texts, origin, remarks));
    }

    private ReportedProblems remarks(ConfTexts texts) {
        String why = pinned();
        Location directory = Location.ofFile(texts.directory().toString());
        return why == null ? ReportedProblems.NONE : ReportedProblems.of(List.of(Problem.warning(directory, why)));
    }

    private Future<Candidate> parsed(ConfTexts texts, Origin origin, LossGuard guard) {
        return OffLoop.call(vertx, () -> ConfDirectory.parse(texts, environment))
                .map(config -> new Candidate(texts, validation.check(running(), texts, config, guard), origin, guard));
    }

    private Future<ReloadResult> rejected(ConfTexts texts, Origin origin, Throwable failure) {
        return failure instanceof ConfigException
                ? Future.succeededFuture(results.failed(texts, origin, ReloadResults.problemsOf(failure)))
                : Future.failedFuture(failure);
    }
}
