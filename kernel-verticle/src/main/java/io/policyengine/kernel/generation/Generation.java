package io.policyengine.kernel.generation;

import io.policyengine.core.config.EngineConfig;
import io.policyengine.core.route.RouteTable;
import io.policyengine.kernel.change.PlannedRoutes;
import io.policyengine.kernel.change.RouteAnswers;
import io.policyengine.kernel.change.RouteRefusals;
import io.policyengine.kernel.metrics.RouteLabels;
import io.policyengine.kernel.overload.Reserve;
import io.policyengine.kernel.plan.Modes;
import io.policyengine.kernel.plan.RoutePlan;
import io.policyengine.kernel.worker.registry.WorkerSet;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A live configuration: settings, routes and their plans, and the chains prepared in the workers. Immutable except for
 * the count of its exchanges. Each exchange uses (pins) the generation in which it began until its end. A retired
 * generation is freed with its last exchange.
 */
public final class Generation implements Pinned {
    private final Snapshot snapshot;
    private final EngineConfig config;
    private final RouteTable<RoutePlan> routes;
    private final List<RoutePlan> plans;
    private final List<RoutePlan> open;
    private final RouteStates report;
    private final RouteRefusals leftOut;
    private final RouteAnswers answers;
    private final Modes modes;
    private final WorkerSet workers;
    private final LiveChains.Share chains;
    private final RouteLabels labels;
    private final Reserve reserve;
    private final Pins pins;
    /** The time of retirement by the clock {@code time}; null if not retired. It is written before {@code time}. */
    private volatile @Nullable Instant retired;

    private volatile @Nullable InstantSource time;

    /**
     * Creates the generation of a draft.
     *
     * @param open routes that intentionally have no policies
     * @param changes the changes since the previous generation
     * @param unused called when no exchange uses the generation any more
     */
    Generation(
            Snapshot snapshot,
            GenerationDraft draft,
            List<RouteTable.Row<RoutePlan>> open,
            RouteStates.Changes changes,
            Consumer<Generation> unused) {
        List<RouteTable.Row<RoutePlan>> rows = draft.rows();
        this.snapshot = snapshot;
        this.config = draft.candidate().config();
        this.routes = new RouteTable<>(rows, open);
        this.plans = rows.stream().map(RouteTable.Row::value).toList();
        this.open = open.stream().map(RouteTable.Row::value).toList();
        this.report = RouteStates.of(plans, changes, draft.candidate().leftOut().names(), this.open.size());
        this.leftOut = draft.candidate().leftOut();
        this.answers = draft.answers();
        this.modes = draft.modes();
        this.workers = draft.workers();
        this.chains = draft.chains();
        this.labels = RouteLabels.of(config);
        this.reserve = Reserve.of(plans.stream().map(RoutePlan::priority).toList());
        this.pins = new Pins(() -> unused.accept(this));
    }

    /**
     * Returns the number of the generation. Later generations have greater numbers, even after a restart if generations
     * are kept on disk.
     */
    @Override
    public long id() {
        return snapshot.id();
    }

    public Snapshot snapshot() {
        return snapshot;
    }

    @Override
    public EngineConfig config() {
        return config;
    }

    @Override
    public RouteTable<RoutePlan> routes() {
        return routes;
    }

    /** Retires the generation. It is kept as long as exchanges use it. */
    void retire(InstantSource clock) {
        retired = clock.instant();
        time = clock;
        unpin();
    }

    @Override
    public Duration retiredFor() {
        Instant since = retired;
        InstantSource now = time;
        return since == null || now == null ? Duration.ZERO : Duration.between(since, now.instant());
    }

    @Override
    public Reserve reserve() {
        return reserve;
    }

    /** The plans of all route policies, in the order of the files. */
    public List<RoutePlan> plans() {
        return plans;
    }

    public RouteStates report() {
        return report;
    }

    /** Returns the parts of the files that are not in force, because they would refuse served requests. */
    public RouteRefusals leftOut() {
        return leftOut;
    }

    PlannedRoutes plannedRoutes() {
        return new PlannedRoutes(config, plans);
    }

    /** Returns which requests the routes let through, and with which guarantees. */
    public RouteAnswers answers() {
        return answers;
    }

    /** Returns the modes of chain entries that the plans were made with. */
    public Modes modes() {
        return modes;
    }

    /** Returns the values that the configuration requests for the metrics' label {@code route}. */
    RouteLabels labels() {
        return labels;
    }

    /** Returns the values of the metrics' label {@code route} for all routes of the generation, including open ones. */
    Stream<String> routeLabels() {
        return Stream.concat(plans.stream(), open.stream())
                .map(plan -> labels.of(plan.routeName()))
                .distinct();
    }

    WorkerSet workers() {
        return workers;
    }

    LiveChains.Share chains() {
        return chains;
    }

    /**
     * Pins the generation, so that it is not freed before it is unpinned. Returns false if it is already freed; the
     * caller must then pin a newer generation.
     */
    public boolean tryPin() {
        return pins.tryPin();
    }

    @Override
    public void unpin() {
        pins.unpin();
    }
}
