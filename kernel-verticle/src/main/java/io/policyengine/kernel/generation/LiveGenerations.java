package io.policyengine.kernel.generation;

import io.policyengine.core.config.KernelConfig;
import io.policyengine.core.config.RouteMatch;
import io.policyengine.core.error.Problem;
import io.policyengine.core.log.LogFields;
import io.policyengine.core.route.RouteTable;
import io.policyengine.kernel.change.LossGuard;
import io.policyengine.kernel.change.RouteLosses;
import io.policyengine.kernel.metrics.KernelMeters;
import io.policyengine.kernel.plan.RoutePlan;
import io.policyengine.kernel.recorder.RouteChoice;
import io.policyengine.kernel.worker.registry.WorkerRegistry;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The current generation, and the superseded generations that exchanges still use. Changed by steps of
 * {@link Generations}; {@link #current} is thread-safe.
 */
final class LiveGenerations {
    private static final Logger LOG = LoggerFactory.getLogger(Generations.class);
    private static final int SECOND = 1000;

    private final WorkerRegistry registry;
    private final KernelMeters meters;
    private final InstantSource clock;
    private final OverrideWatch overrides;
    private final Consumer<Generation> unused;
    private final ProblemLog problems = new ProblemLog();
    private final List<Consumer<Generation>> listeners = new ArrayList<>();
    /** The current generation and all previous generations that have not been {@link #remove removed}. */
    private final Set<Generation> live = new LinkedHashSet<>();

    private KeyedHash hashes = KeyedHash.ofProcess();
    private @Nullable GenerationDraft active;

    private volatile @Nullable Generation current;
    private volatile List<Generation> retired = List.of();

    /** The configuration hash shown in the metrics; {@code endOfHash} removes the hash from the metrics. */
    private String shownHash = "";

    private Runnable endOfHash = () -> {};

    /**
     * Creates an object without generations.
     *
     * @param overrides receives the overrides in force when a generation becomes active
     * @param unused receives each superseded generation once no exchange uses it; called on any event loop
     */
    LiveGenerations(
            WorkerRegistry registry,
            KernelMeters meters,
            InstantSource clock,
            OverrideWatch overrides,
            Consumer<Generation> unused) {
        this.registry = registry;
        this.meters = meters;
        this.clock = clock;
        this.overrides = overrides;
        this.unused = unused;
        for (RouteStates.State state : RouteStates.State.values()) {
            meters.routes(state.label(), () -> {
                Generation now = current;
                return now == null ? 0 : now.report().count(state);
            });
        }
        meters.keptRoutes(() -> {
            Generation now = current;
            return now == null ? 0 : now.report().kept().size();
        });
        meters.pinnedGenerations(() -> retired.size(), this::oldestAge);
        meters.generation(() -> {
            Generation now = current;
            return now == null ? 0 : now.id();
        });
    }

    void hashBy(KeyedHash others) {
        hashes = others;
    }

    /** Adds a listener that is called just before each generation becomes active, including the first. */
    void onSwap(Consumer<Generation> listener) {
        listeners.add(listener);
    }

    @Nullable
    Generation current() {
        return current;
    }

    @Nullable
    GenerationDraft active() {
        return active;
    }

    /**
     * Pins the current generation, so that it is not freed before it is unpinned. Callable on any event loop once there
     * is a generation.
     */
    Generation pinCurrent() {
        while (true) {
            Generation now = Objects.requireNonNull(current, "no generation is active yet");
            if (now.tryPin()) {
                return now;
            }
        }
    }

    List<LiveChains.Share> chains() {
        return live.stream().map(Generation::chains).toList();
    }

    /** Returns the objections to a draft that removes suspiciously many routes, or opens a way past their policies. */
    List<Problem> accidents(GenerationDraft draft) {
        Generation before = current;
        KernelConfig wanted = draft.candidate().config().kernel();
        LossGuard guard = draft.candidate().guard();
        List<Problem> objections = new ArrayList<>();
        if (before != null && guard.routes() && !wanted.allowLoss()) {
            objections.addAll(losses(before, draft).objections(wanted.maxLostRoutes()));
        }
        if (guard.guarantees() && !wanted.allowOpen()) {
            objections.addAll(draft.openings().objections(wanted.maxOpenedRoutes()));
        }
        return objections;
    }

    private static RouteLosses losses(Generation before, GenerationDraft draft) {
        return RouteLosses.between(before.plannedRoutes(), draft.routes());
    }

    /** Makes a draft the current generation, and retires the previous one. */
    Generation swap(GenerationDraft draft) {
        Generation before = current;
        Snapshot snapshot = new Snapshot(
                draft.id(),
                draft.candidate().origin(),
                clock.instant(),
                hashes.of(draft.candidate().texts()),
                draft.candidate().texts());
        Generation next = new Generation(snapshot, draft, open(draft.candidate()), changes(before, draft), unused);
        // Without chains in preparation, whose configuration may never become active.
        List<LiveChains.Share> inUse =
                Stream.concat(chains().stream(), Stream.of(draft.chains())).toList();
        registry.adopt(
                draft.workers(),
                draft.candidate().config(),
                draft.modes().declarations(),
                worker -> LiveChains.of(worker, inUse));
        problems.report(draft.problems());
        overrides.take(draft.modes().overrides());
        listeners.forEach(listener -> listener.accept(next));
        live.add(next);
        active = draft;
        meters.labelRoutes(
                next.labels(), next.config().kernel().observability().metrics().maxRouteLabels());
        current = next;
        show(snapshot.hash());
        if (before != null) {
            before.retire(clock);
        }
        noteRetired();
        LOG.atInfo()
                .addKeyValue(LogFields.GENERATION, next.id())
                .addKeyValue(LogFields.ORIGIN, snapshot.origin().name().toLowerCase(Locale.ROOT))
                .addKeyValue(LogFields.ROUTES, next.plans().size())
                .addKeyValue(
                        LogFields.REFUSED_ROUTES,
                        next.plans().stream()
                                .filter(plan -> plan.refusal() != null)
                                .count())
                .log("generation is active");
        next.report()
                .remarks()
                .forEach(remark -> LOG.atWarn()
                        .addKeyValue(LogFields.GENERATION, next.id())
                        .log(remark));
        return next;
    }

    private void show(String hash) {
        if (!hash.equals(shownHash)) {
            endOfHash.run();
            endOfHash = meters.configuration(hash);
            shownHash = hash;
        }
    }

    /**
     * Returns the lost and opened routes to report. If the same configuration is rebuilt, the routes of the previous
     * report are kept. Routes that open because a worker declares other facts are added.
     */
    private static RouteStates.Changes changes(@Nullable Generation before, GenerationDraft draft) {
        if (before == null) {
            return RouteStates.Changes.NONE;
        }
        List<String> opened = draft.openings().names();
        if (!before.snapshot().texts().hash().equals(draft.candidate().texts().hash())) {
            return new RouteStates.Changes(losses(before, draft).lost(), opened);
        }
        RouteStates report = before.report();
        return new RouteStates.Changes(
                report.lost(),
                Stream.concat(report.opened().stream(), opened.stream())
                        .distinct()
                        .toList());
    }

    private List<RouteTable.Row<RoutePlan>> open(Candidate candidate) {
        return candidate.config().kernel().openRoutes().stream()
                .map(name -> new RouteTable.Row<>(
                        RouteMatch.written(name),
                        RoutePlan.open(name, meters.route(name, 0, 0))
                                .chosenBy(RouteChoice.by(RouteMatch.written(name), List.of()))))
                .toList();
    }

    private void noteRetired() {
        Generation now = current;
        retired = live.stream().filter(generation -> generation != now).toList();
    }

    /** The ids of superseded generations that exchanges still use. Thread-safe. */
    Set<Long> pinned() {
        return retired.stream().map(Generation::id).collect(Collectors.toUnmodifiableSet());
    }

    private double oldestAge() {
        return retired.stream()
                .map(Generation::retiredFor)
                .max(Comparator.naturalOrder())
                .map(age -> (double) age.toMillis() / SECOND)
                .orElse(0.0);
    }

    /** Removes a generation, and the metrics with labels that no other generation uses. */
    void remove(Generation gone) {
        live.remove(gone);
        noteRetired();
        Set<String> labels = gone.routeLabels().collect(Collectors.toCollection(HashSet::new));
        live.forEach(generation -> generation.routeLabels().forEach(labels::remove));
        if (!labels.isEmpty()) {
            meters.forget(labels);
        }
    }
}
