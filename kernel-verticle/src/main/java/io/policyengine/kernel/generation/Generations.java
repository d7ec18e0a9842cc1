package io.policyengine.kernel.generation;

import io.policyengine.core.config.EngineConfig;
import io.policyengine.core.config.RouteConfig;
import io.policyengine.core.error.Problem;
import io.policyengine.core.worker.ChainSpec;
import io.policyengine.core.worker.PreparedChain;
import io.policyengine.kernel.metrics.KernelMeters;
import io.policyengine.kernel.plan.Planner;
import io.policyengine.kernel.plan.RoutePlan;
import io.policyengine.kernel.route.RouteTable;
import io.policyengine.kernel.worker.Worker;
import io.policyengine.kernel.worker.WorkerRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes generations and swaps them: draft → prepare in the workers → plan → swap → retire. Lives on the registry's event loop,
 * where one such step follows the other; {@link #current} may be asked from everywhere.
 */
public final class Generations implements WorkerRegistry.Listener {
    private static final Logger LOG = LoggerFactory.getLogger(Generations.class);

    private final WorkerRegistry registry;
    private final KernelMeters meters;
    private final Context context;
    /** Current and retiring ones, by id: what is prepared in the workers. */
    private final Map<Long, Generation> live = new LinkedHashMap<>();

    private final EngineConfig config;
    private Future<Void> lastStep = Future.succeededFuture();
    private long lastId;
    private long lastChainId;
    /** Workers whose chains the current generation takes to be good because no replica could be asked. */
    private Set<Worker> unconfirmed = Set.of();

    private Set<String> reported = Set.of();

    private volatile @Nullable Generation current;

    /**
     * Generations of this configuration, on the current context.
     *
     * @param firstChainId above all that a worker which outlived another kernel may still hold
     */
    public Generations(
            Vertx vertx, WorkerRegistry registry, KernelMeters meters, EngineConfig config, long firstChainId) {
        this.registry = registry;
        this.meters = meters;
        this.context = vertx.getOrCreateContext();
        this.config = config;
        this.lastChainId = firstChainId;
        meters.generation(() -> {
            Generation now = current;
            return now == null ? 0 : now.id();
        });
    }

    /** The generation that new exchanges pin; null before the first. */
    public @Nullable Generation current() {
        return current;
    }

    /** Pins the generation that new exchanges run by; null before the first. May be called on any event loop. */
    public @Nullable Generation pinCurrent() {
        while (true) {
            Generation now = current;
            if (now == null || now.tryPin()) {
                return now;
            }
        }
    }

    /** Makes the first generation from what the workers have declared so far. */
    public Future<Void> start() {
        return step(this::replan);
    }

    @Override
    public void replicaAccepted(Worker worker, boolean declarationsChanged) {
        step(() -> declarationsChanged || unconfirmed.contains(worker) ? replan() : prepareAgain(worker));
    }

    @Override
    public void workerRefused() {
        step(this::replan);
    }

    /** Runs steps one after another, whatever becomes of each. */
    private Future<Void> step(Supplier<Future<Void>> step) {
        lastStep = lastStep.transform(_ -> step.get())
                .onFailure(bug -> LOG.error("a step towards a new generation failed", bug));
        return lastStep;
    }

    private Future<Void> replan() {
        long id = ++lastId;
        Planner planner = new Planner(registry.declarations(), () -> ++lastChainId, meters);
        List<Planner.Draft> drafts =
                config.routes().stream().map(planner::draft).toList();
        Map<Worker, List<ChainSpec>> chains = chainsOf(drafts);
        return prepareAll(id, chains).map(prepared -> {
            unconfirmed = chains.keySet().stream()
                    .filter(worker -> !isConfirmed(chains.getOrDefault(worker, List.of()), prepared))
                    .collect(Collectors.toSet());
            swap(generation(id, planner, drafts, chains, prepared));
            return null;
        });
    }

    private static boolean isConfirmed(List<ChainSpec> chains, Map<Long, PreparedChain> prepared) {
        return chains.stream().allMatch(chain -> prepared.containsKey(chain.id()));
    }

    private static Map<Worker, List<ChainSpec>> chainsOf(List<Planner.Draft> drafts) {
        Map<Worker, List<ChainSpec>> chains = new LinkedHashMap<>();
        for (Planner.Draft draft : drafts) {
            for (List<Planner.DraftSegment> flow : List.of(draft.request(), draft.response())) {
                flow.forEach(segment -> chains.computeIfAbsent(segment.worker(), _ -> new ArrayList<>())
                        .add(segment.chain()));
            }
        }
        return chains;
    }

    private Future<Map<Long, PreparedChain>> prepareAll(long id, Map<Worker, List<ChainSpec>> chains) {
        Map<Long, PreparedChain> prepared = new HashMap<>();
        List<Future<?>> all = new ArrayList<>();
        for (Worker worker : registry.workers()) {
            Map<Long, List<ChainSpec>> wanted = liveChains(worker);
            wanted.put(id, chains.getOrDefault(worker, List.of()));
            all.add(registry.prepare(worker, wanted).onSuccess(prepared::putAll));
        }
        return Future.join(all).map(prepared);
    }

    private Map<Long, List<ChainSpec>> liveChains(Worker worker) {
        Map<Long, List<ChainSpec>> chains = new LinkedHashMap<>();
        live.forEach((id, generation) -> chains.put(id, generation.chains().getOrDefault(worker, List.of())));
        return chains;
    }

    /** A worker is back with what it declared before; a chain that it no longer accepts needs a new plan. */
    private Future<Void> prepareAgain(Worker worker) {
        Generation now = current;
        return registry.prepare(worker, liveChains(worker)).compose(prepared -> {
            boolean asPlanned = now == null
                    || now.chains().getOrDefault(worker, List.of()).stream()
                            .map(chain -> prepared.get(chain.id()))
                            .allMatch(chain -> chain == null || chain.isCallable());
            return asPlanned ? Future.succeededFuture() : replan();
        });
    }

    private Generation generation(
            long id,
            Planner planner,
            List<Planner.Draft> drafts,
            Map<Worker, List<ChainSpec>> chains,
            Map<Long, PreparedChain> prepared) {
        List<Problem> problems = new ArrayList<>();
        List<RoutePlan> plans = new ArrayList<>();
        List<RouteTable.Row<RoutePlan>> rows = new ArrayList<>();
        for (Planner.Draft draft : drafts) {
            RoutePlan plan = planner.plan(draft, prepared, problems);
            RouteConfig route = draft.route();
            plans.add(plan);
            rows.add(new RouteTable.Row<>(route.match(), plan));
        }
        report(problems);
        return new Generation(
                id,
                new RouteTable<>(rows),
                plans,
                chains,
                unused -> context.runOnContext(_ -> step(() -> free(unused))));
    }

    /** Says what is wrong with routes, each problem once until it is gone. */
    private void report(List<Problem> problems) {
        Set<String> now = new LinkedHashSet<>();
        for (Problem problem : problems) {
            now.add(problem.toString());
            if (!reported.contains(problem.toString())) {
                LOG.atError().addKeyValue("location", problem.location()).log("{}", problem.message());
            }
        }
        reported = now;
    }

    private void swap(Generation next) {
        Generation before = current;
        live.put(next.id(), next);
        current = next;
        if (before != null) {
            before.unpin();
        }
        LOG.atInfo()
                .addKeyValue("generation", next.id())
                .addKeyValue("routes", next.plans().size())
                .addKeyValue(
                        "refused_routes",
                        next.plans().stream()
                                .filter(plan -> plan.refusal() != null)
                                .count())
                .log("generation is active");
    }

    private Future<Void> free(Generation unused) {
        live.remove(unused.id());
        unused.chains()
                .forEach((worker, chains) -> registry.release(
                        worker, chains.stream().map(ChainSpec::id).toList()));
        return Future.succeededFuture();
    }
}
