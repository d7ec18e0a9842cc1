package io.policyengine.kernel.generation;

import io.policyengine.core.config.EngineConfig;
import io.policyengine.core.config.OverrideConfig;
import io.policyengine.core.config.Overrides;
import io.policyengine.core.config.files.ConfTexts;
import io.policyengine.core.error.ConfigException;
import io.policyengine.core.error.Problem;
import io.policyengine.kernel.change.RefusedRoutesException;
import io.policyengine.kernel.change.RouteRefusals;
import io.policyengine.kernel.metrics.KernelMeters;
import io.policyengine.kernel.worker.registry.RegistryListener;
import io.policyengine.kernel.worker.registry.WorkerConnectors;
import io.policyengine.kernel.worker.registry.WorkerRegistry;
import io.policyengine.kernel.worker.registry.WorkerSet;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The lifecycle of generations: plan → prepare in the workers → swap → retire. A generation is also rebuilt when an
 * override ends or a worker changes. Confined to the registry's event loop, with one step at a time; {@link #current}
 * is thread-safe.
 */
public final class Generations implements RegistryListener {
    private static final Logger LOG = LoggerFactory.getLogger(Generations.class);

    private final WorkerRegistry registry;
    private final InstantSource clock;
    private final OverrideWatch overrides;
    private final GenerationSteps turns = new GenerationSteps();
    private final Drafting drafting;
    private final JudgedDrafts drafts;
    private final LiveGenerations generations;
    private long urgentSwaps;
    private Runnable workersChanged = () -> {};
    /** The overrides that are not in the conf directory. */
    private List<OverrideConfig> kept = List.of();

    /**
     * Creates the lifecycle before the first generation, on the current context.
     *
     * @param firstChainId greater than all chain ids that workers may know from an earlier kernel
     */
    public Generations(
            Vertx vertx,
            WorkerConnectors connectors,
            KernelMeters meters,
            InstantSource clock,
            RandomGenerator random,
            long firstChainId) {
        Context context = vertx.getOrCreateContext();
        this.clock = clock;
        this.registry = new WorkerRegistry(vertx, connectors, meters, random, this);
        this.overrides = new OverrideWatch(vertx, meters, clock, this::endOverrides);
        this.drafting = new Drafting(vertx, registry, meters, turns, firstChainId, this::current);
        this.drafts = new JudgedDrafts(registry, turns, drafting, this::overridesOf);
        this.generations = new LiveGenerations(
                registry, meters, clock, overrides, unused -> context.runOnContext(_ -> step(() -> free(unused))));
    }

    /** Sets the number of the first generation; called before the first generation. */
    public void countFrom(long firstId) {
        drafting.countFrom(firstId);
    }

    /** Sets the hash function for configurations; called before the first generation. */
    public void hashBy(KeyedHash hashes) {
        generations.hashBy(hashes);
    }

    public WorkerRegistry registry() {
        return registry;
    }

    /** Adds a listener that is called just before each generation becomes active, including the first. */
    public void onSwap(Consumer<Generation> listener) {
        generations.onSwap(listener);
    }

    /** The generation that new exchanges use, or null before the first. */
    public @Nullable Generation current() {
        return generations.current();
    }

    /** The ids of superseded generations that exchanges still use. */
    public Set<Long> pinned() {
        return generations.pinned();
    }

    /**
     * Pins the current generation, so that it is not freed before it is unpinned. Callable on any event loop once there
     * is a generation.
     */
    public Generation pinCurrent() {
        return generations.pinCurrent();
    }

    /**
     * Activates a generation. With {@code on_refused_route: keep}, parts that would refuse served requests are left
     * out. Other routes with problems are refused.
     *
     * @return the generation; fails with {@link RefusedRoutesException} if served requests would be refused, and with
     *     {@link ConfigException} if too many routes would be lost or opened
     */
    public Future<Generation> activate(Candidate candidate) {
        return step(() -> {
            long since = urgentSwaps;
            return drafts.judged(candidate)
                    .compose(draft -> draft.refusals().isEmpty() ? activate(draft, since) : activatePart(draft, since));
        });
    }

    private Future<Generation> activate(GenerationDraft draft, long since) {
        List<Problem> accidents = generations.accidents(draft);
        if (accidents.isEmpty()) {
            return Future.succeededFuture(swapUnlessSuperseded(draft, since));
        }
        drafting.discard(draft);
        return Future.failedFuture(new ConfigException(accidents));
    }

    private Future<Generation> activatePart(GenerationDraft whole, long since) {
        Candidate candidate = whole.candidate();
        Generation running = Objects.requireNonNull(current(), "without a generation, nothing is served");
        RouteRefusals refusals = whole.refusals();
        @Nullable
        EngineConfig rest = switch (candidate.config().kernel().onRefusedRoute()) {
            case REJECT -> null;
            case KEEP -> refusals.kept(running.config(), candidate.config());
        };
        if (rest == null) {
            return rejected(whole, refusals);
        }
        return drafts.judged(candidate.without(refusals, rest))
                .onComplete(_ -> drafting.discard(whole))
                .compose(part -> {
                    if (!part.refusals().isEmpty()) {
                        return rejected(part, refusals);
                    }
                    if (candidate.origin() == Origin.WORKERS && leavesOutTheSameAs(running, part)) {
                        drafting.discard(part);
                        return Future.succeededFuture(running);
                    }
                    return activate(part, since);
                });
    }

    private Future<Generation> rejected(GenerationDraft draft, RouteRefusals refusals) {
        List<Problem> problems = new ArrayList<>(refusals.problems(false));
        problems.addAll(generations.accidents(draft));
        drafting.discard(draft);
        return Future.failedFuture(new RefusedRoutesException(refusals, problems));
    }

    private static boolean leavesOutTheSameAs(Generation running, GenerationDraft part) {
        return running.snapshot().texts().hash().equals(part.candidate().texts().hash())
                && running.leftOut().names().equals(part.candidate().leftOut().names());
    }

    /** Sets overrides that apply in addition to those in configurations, from the first generation on. */
    public void keep(List<OverrideConfig> overrides) {
        kept = List.copyOf(overrides);
    }

    /**
     * Activates a configuration with other overrides, before any pending generation and without waiting for unreachable
     * workers. The routes stay those of the running generation.
     *
     * @param base the configuration that the candidate changes
     * @return the generation; fails with {@link SupersededException} if the running configuration is no longer the
     *     base, and with {@link RefusedRoutesException} if served requests would be refused
     */
    public Future<Generation> activateAtOnce(Candidate candidate, ConfTexts base) {
        return turns.takeAtOnce(() -> {
            GenerationDraft now = Objects.requireNonNull(generations.active(), "no generation is active yet");
            if (!now.candidate().texts().hash().equals(base.hash())) {
                return Future.failedFuture(new SupersededException());
            }
            Candidate wanted = candidate.withRoutesOf(now.candidate());
            return drafting.draftAtOnce(
                            wanted, registry.join(wanted.config()), overridesOf(wanted), generations.chains())
                    .compose(this::swapUrgently);
        });
    }

    /**
     * Replaces the additional overrides, and rebuilds the current generation with them, in the same way as {@link
     * #activateAtOnce}.
     */
    public Future<Generation> overrideAtOnce(List<OverrideConfig> overrides) {
        return turns.takeAtOnce(() -> {
            GenerationDraft now = Objects.requireNonNull(generations.active(), "no generation is active yet");
            List<OverrideConfig> before = kept;
            kept = List.copyOf(overrides);
            Candidate candidate = now.candidate().from(Origin.API);
            registry.use(now.workers());
            return drafting.draftAtOnce(candidate, now.workers(), overridesOf(candidate), generations.chains())
                    .compose(this::swapUrgently)
                    .onFailure(_ -> kept = before);
        });
    }

    private Future<Generation> swapUrgently(GenerationDraft draft) {
        // In an emergency, nothing waits for a worker.
        RouteRefusals refusals = draft.refusals().lasting();
        if (!refusals.isEmpty()) {
            drafting.discard(draft);
            return Future.failedFuture(new RefusedRoutesException(refusals, refusals.problems(false)));
        }
        urgentSwaps++;
        return Future.succeededFuture(generations.swap(draft));
    }

    /**
     * Activates a draft. Fails if an urgent activation came after the start of the draft, since the draft would undo
     * it.
     */
    private Generation swapUnlessSuperseded(GenerationDraft draft, long since) {
        if (since != urgentSwaps) {
            drafting.discard(draft);
            throw new SupersededException();
        }
        return generations.swap(draft);
    }

    /**
     * Activates a generation if each route can be served and each worker is reachable.
     *
     * @return the problems found; the generation is active unless {@link Problem#forbidsUse one of them forbids it}
     */
    public Future<List<Problem>> activateIfSound(Candidate candidate) {
        return step(() -> {
            long since = urgentSwaps;
            return drafts.examined(candidate).map(draft -> {
                List<Problem> objections = new ArrayList<>(generations.accidents(draft));
                objections.addAll(draft.objections());
                if (objections.stream().noneMatch(Problem::forbidsUse)) {
                    swapUnlessSuperseded(draft, since);
                } else {
                    drafting.discard(draft);
                }
                return objections;
            });
        });
    }

    /** Returns the problems and warnings of a configuration without activating it. */
    public Future<List<Problem>> check(Candidate candidate) {
        return step(() -> drafts.examined(candidate).map(draft -> {
            List<Problem> found = new ArrayList<>(generations.accidents(draft));
            found.addAll(draft.objections());
            found.addAll(draft.warnings());
            drafting.discard(draft);
            return found;
        }));
    }

    /** Rebuilds the current generation, because workers may now accept chains that they refused before. */
    public Future<Generation> renew(Origin origin) {
        return stepAgain(() -> {
            GenerationDraft now = Objects.requireNonNull(generations.active(), "no generation is active yet");
            return replan(now, origin);
        });
    }

    /**
     * Sets the listener for changes of the running generation's workers. After a change, a worker may accept other
     * chains.
     */
    public void onWorkersChanged(Runnable listener) {
        workersChanged = listener;
    }

    @Override
    public void replicasChanged(String worker) {
        stepAgain(() -> {
                    GenerationDraft now = generations.active();
                    if (now == null) {
                        return Future.<Void>succeededFuture();
                    }
                    return now.unconfirmed().contains(worker) || isOutdated(now)
                            ? replan(now)
                            : prepareAgain(now, worker);
                })
                .onSuccess(_ -> reportChange(worker));
    }

    @Override
    public void declarationsChanged() {
        stepAgain(() -> {
            GenerationDraft now = generations.active();
            return now == null || !isOutdated(now)
                    ? Future.<Void>succeededFuture()
                    : replan(now).onSuccess(_ -> workersChanged.run());
        });
    }

    /** Reports a change of a worker, unless only a draft uses the worker. */
    private void reportChange(String worker) {
        GenerationDraft now = generations.active();
        if (now != null
                && now.workers().workers().stream().anyMatch(one -> one.name().equals(worker))) {
            workersChanged.run();
        }
    }

    private boolean isOutdated(GenerationDraft draft) {
        return !registry.declarations(draft.workers()).equals(draft.modes().declarations());
    }

    private void endOverrides() {
        stepAgain(() -> {
            GenerationDraft now = Objects.requireNonNull(generations.active(), "only a generation has overrides");
            if (overridesOf(now.candidate()).equals(now.modes().overrides())) {
                overrides.expectEnd(now.modes().overrides());
                return Future.<Void>succeededFuture();
            }
            return replan(now, Origin.OVERRIDE_ENDED)
                    .onFailure(_ -> overrides.expectEnd(now.modes().overrides()))
                    .<Void>mapEmpty();
        });
    }

    private Overrides overridesOf(Candidate candidate) {
        return Overrides.at(
                clock.instant(),
                Stream.concat(candidate.config().overrides().stream(), kept.stream())
                        .toList());
    }

    private <T> Future<T> step(Supplier<Future<T>> step) {
        return turns.take(step).onFailure(failure -> {
            if (!(failure instanceof ConfigException || failure instanceof SupersededException)) {
                LOG.error("a configuration change failed unexpectedly; the current generation stays in use", failure);
            }
        });
    }

    /**
     * Runs a step based on the running generation. If another generation became active meanwhile, the step is repeated.
     */
    private <T> Future<T> stepAgain(Supplier<Future<T>> step) {
        return step(() -> again(step));
    }

    private static <T> Future<T> again(Supplier<Future<T>> step) {
        return step.get()
                .recover(
                        failure -> failure instanceof SupersededException ? again(step) : Future.failedFuture(failure));
    }

    private Future<Void> replan(GenerationDraft now) {
        return replan(now, Origin.WORKERS).mapEmpty();
    }

    private Future<Generation> replan(GenerationDraft now, Origin origin) {
        return replan(now.candidate().from(origin), now.workers());
    }

    private Future<Generation> replan(Candidate candidate, WorkerSet workers) {
        long since = urgentSwaps;
        registry.use(workers);
        return drafting.draft(candidate, workers, overridesOf(candidate), false)
                .map(draft -> swapUnlessSuperseded(draft, since));
    }

    /**
     * Prepares the chains again in a worker whose declarations have not changed. Plans the routes again if the worker
     * no longer accepts the same chains.
     */
    private Future<Void> prepareAgain(GenerationDraft now, String worker) {
        long since = urgentSwaps;
        return drafting.prepareAgain(worker, now.modes().declarations()).compose(prepared -> {
            if (since != urgentSwaps) {
                return Future.failedFuture(new SupersededException());
            }
            boolean asPlanned = prepared.values().stream().allMatch(now.chains()::isAsPlanned);
            return asPlanned ? Future.succeededFuture() : replan(now);
        });
    }

    private Future<Void> free(Generation unused) {
        generations.remove(unused);
        drafting.discard(unused.workers(), unused.chains());
        return Future.succeededFuture();
    }
}
