package io.policyengine.kernel.generation;

import io.policyengine.core.config.EngineConfig;
import io.policyengine.kernel.metrics.RouteLabels;
import io.policyengine.kernel.overload.Reserve;
import io.policyengine.kernel.plan.Modes;
import io.policyengine.kernel.plan.RoutePlan;
import io.policyengine.kernel.route.RouteTable;
import io.policyengine.kernel.worker.registry.WorkerSet;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A configuration as it is live: settings, routes and their plans, and the chains that are prepared in the workers. Immutable but
 * for the count of exchanges that run by it: each pins the generation it began with, and a retired one is freed when the last is
 * over.
 */
public final class Generation implements Pinned {
    private final Snapshot snapshot;
    private final EngineConfig config;
    private final RouteTable<RoutePlan> routes;
    private final List<RoutePlan> plans;
    private final List<RoutePlan> open;
    private final RouteReport report;
    private final Modes modes;
    private final WorkerSet workers;
    private final LiveChains.Share chains;
    private final RouteLabels labels;
    private final Reserve reserve;
    private final Pins pins;
    /** Null while it is current; the clock that it was read from is set after it. */
    private volatile @Nullable Instant retired;

    private volatile @Nullable InstantSource time;

    /**
     * The generation that a draft becomes.
     *
     * @param open routes of which nothing has to run
     * @param lost routes that the generation before had
     * @param unused runs once nothing pins it
     */
    Generation(
            Snapshot snapshot,
            GenerationDraft draft,
            List<RouteTable.Row<RoutePlan>> open,
            List<String> lost,
            Consumer<Generation> unused) {
        List<RouteTable.Row<RoutePlan>> rows = draft.rows();
        this.snapshot = snapshot;
        this.config = draft.candidate().config();
        this.routes = new RouteTable<>(rows, open);
        this.plans = rows.stream().map(RouteTable.Row::value).toList();
        this.open = open.stream().map(RouteTable.Row::value).toList();
        this.report = RouteReport.of(plans, lost, this.open.size());
        this.modes = draft.modes();
        this.workers = draft.workers();
        this.chains = draft.chains();
        this.labels = RouteLabels.of(config);
        this.reserve = Reserve.of(plans.stream().map(RoutePlan::priority).toList());
        this.pins = new Pins(() -> unused.accept(this));
    }

    /** The number of the generation: it counts up, also across restarts of the kernel if generations are kept on disk. */
    @Override
    public long id() {
        return snapshot.id();
    }

    /** The snapshot that it was made of. */
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

    /** Another one takes its place; it is kept for as long as exchanges pin it. */
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

    /** All plans of route policies, in the order of the files. */
    public List<RoutePlan> plans() {
        return plans;
    }

    /** The states of its routes. */
    public RouteReport report() {
        return report;
    }

    /** The modes of chain entries that its plans were made with. */
    public Modes modes() {
        return modes;
    }

    /** The value of the label {@code route} that it wants for each of its routes. */
    RouteLabels labels() {
        return labels;
    }

    /** The values of that label for its routes, open ones included. */
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

    /** Pins the generation; false if it is freed already and a newer one must be taken. */
    public boolean tryPin() {
        return pins.tryPin();
    }

    @Override
    public void unpin() {
        pins.unpin();
    }
}
