package io.policyengine.kernel.exercise;

import io.policyengine.core.config.EngineConfig;
import io.policyengine.core.config.Overrides;
import io.policyengine.core.error.Problem;
import io.policyengine.core.route.RouteTable;
import io.policyengine.core.worker.ChainSpec;
import io.policyengine.core.worker.DeclaredPolicy;
import io.policyengine.core.worker.PreparedChain;
import io.policyengine.core.worker.WorkerConnector;
import io.policyengine.core.worker.WorkerControl;
import io.policyengine.core.worker.WorkerDescription;
import io.policyengine.kernel.generation.Pinned;
import io.policyengine.kernel.metrics.KernelMeters;
import io.policyengine.kernel.overload.Reserve;
import io.policyengine.kernel.plan.Modes;
import io.policyengine.kernel.plan.Planner;
import io.policyengine.kernel.plan.RoutePlan;
import io.policyengine.kernel.worker.Replica;
import io.policyengine.kernel.worker.Worker;
import io.policyengine.kernel.worker.ownership.Declarations;
import io.policyengine.kernel.worker.ownership.Ownership;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The routes of the kernel's warm-up requests (the exercise). They use one worker that belongs to no generation or
 * registry.
 */
record ExercisedRoutes(EngineConfig config, RouteTable<RoutePlan> routes, WorkerControl control, List<Long> chains)
        implements Pinned {
    private static final long GENERATION = 1;

    /** Connects to the worker and prepares the chains of all routes in it; fails if a chain is invalid. */
    static Future<ExercisedRoutes> prepare(EngineConfig config, WorkerConnector connector, KernelMeters meters) {
        Worker worker = Worker.of(config.kernel().workers().getFirst(), _ -> {});
        worker.publish(List.of(new Replica(0, connector)));
        return connector
                .connect(() -> {})
                .compose(control -> control.describe()
                        .compose(description -> plan(config, declarations(worker, description), control, meters)));
    }

    private static Declarations declarations(Worker worker, WorkerDescription description) {
        Map<String, Declarations.Owner> owners = description.policies().stream()
                .collect(Collectors.toMap(
                        policy -> policy.descriptor().name(),
                        (DeclaredPolicy policy) -> new Declarations.Owner(worker, description.maxBodySize(), policy)));
        return new Declarations(owners, Map.of(), List.of(), true, Ownership.NONE);
    }

    private static Future<ExercisedRoutes> plan(
            EngineConfig config, Declarations declarations, WorkerControl control, KernelMeters meters) {
        List<ChainSpec> chains = new ArrayList<>();
        Planner planner = new Planner(
                new Modes(declarations, new Overrides(List.of(), List.of())),
                (_, route, phase, entries) -> {
                    ChainSpec chain = new ChainSpec(chains.size() + 1L, route, phase, entries);
                    chains.add(chain);
                    return chain;
                },
                meters,
                config.kernel().envoy(),
                false);
        List<Planner.DraftRoute> drafts =
                config.routes().stream().map(planner::draft).toList();
        return control.prepare(GENERATION, chains)
                .map(prepared -> new ExercisedRoutes(
                        config,
                        routes(planner, drafts, prepared),
                        control,
                        chains.stream().map(ChainSpec::id).toList()));
    }

    private static RouteTable<RoutePlan> routes(
            Planner planner, List<Planner.DraftRoute> drafts, List<PreparedChain> prepared) {
        Map<Long, PreparedChain> byId =
                prepared.stream().collect(Collectors.toMap(PreparedChain::id, Function.identity()));
        List<Problem> problems = new ArrayList<>();
        List<RouteTable.Row<RoutePlan>> rows = drafts.stream()
                .map(draft -> new RouteTable.Row<>(draft.route().match(), planner.plan(draft, byId, problems)))
                .toList();
        if (!problems.isEmpty()) {
            throw new IllegalStateException(String.valueOf(problems.getFirst()));
        }
        return new RouteTable<>(rows, List.of());
    }

    Future<Void> release() {
        return control.release(chains);
    }

    @Override
    public long id() {
        return 0;
    }

    @Override
    public Duration retiredFor() {
        return Duration.ZERO;
    }

    @Override
    public Reserve reserve() {
        return Reserve.NONE;
    }

    @Override
    public void unpin() {
        // Never retired.
    }
}
