package io.policyengine.kernel.generation;

import io.policyengine.core.async.OffLoop;
import io.policyengine.core.config.Overrides;
import io.policyengine.core.error.Problem;
import io.policyengine.core.lint.Lint;
import io.policyengine.core.lint.LintRoute;
import io.policyengine.core.worker.ChainSpec;
import io.policyengine.core.worker.PreparedChain;
import io.policyengine.kernel.envoy.MutationRules;
import io.policyengine.kernel.metrics.KernelMeters;
import io.policyengine.kernel.metrics.RouteLabels;
import io.policyengine.kernel.plan.Modes;
import io.policyengine.kernel.plan.Planner;
import io.policyengine.kernel.plan.RoutePlan;
import io.policyengine.kernel.recorder.RouteChoice;
import io.policyengine.kernel.route.RouteTable;
import io.policyengine.kernel.worker.Worker;
import io.policyengine.kernel.worker.ownership.Declarations;
import io.policyengine.kernel.worker.registry.WorkerRegistry;
import io.policyengine.kernel.worker.registry.WorkerSet;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Makes drafts of candidates: plans their routes and prepares the chains in the workers. Part of a step of {@link Generations}; each draft
 * becomes a generation, or is discarded.
 */
final class Drafting {
    private final Vertx vertx;
    private final WorkerRegistry registry;
    private final KernelMeters meters;
    private final GenerationSteps turns;
    private final LiveChains chains;
    private long lastId;

    /**
     * Creates the steps without a draft.
     *
     * @param turns the queue of steps, which wait for a draft unless they are urgent
     * @param firstChainId greater than any id that a worker which outlived another kernel may still have
     */
    Drafting(Vertx vertx, WorkerRegistry registry, KernelMeters meters, GenerationSteps turns, long firstChainId) {
        this.vertx = vertx;
        this.registry = registry;
        this.meters = meters;
        this.turns = turns;
        this.chains = new LiveChains(firstChainId, registry::release);
    }

    /** Numbers drafts from this one on; before the first. */
    void countFrom(long firstId) {
        lastId = firstId - 1;
    }

    /**
     * A draft.
     *
     * @param inForce the overrides
     * @param offToo whether entries that are off are planned as if they were not, so that their problems are found
     */
    Future<GenerationDraft> draft(Candidate candidate, WorkerSet workers, Overrides inForce, boolean offToo) {
        return draft(candidate, workers, inForce, offToo, null);
    }

    /**
     * A draft that waits for nothing that is being prepared.
     *
     * @param live the chains of all live generations, which a replica must have to be called
     */
    Future<GenerationDraft> draftAtOnce(
            Candidate candidate, WorkerSet workers, Overrides inForce, List<LiveChains.Share> live) {
        return draft(candidate, workers, inForce, false, live);
    }

    private Future<GenerationDraft> draft(
            Candidate candidate,
            WorkerSet workers,
            Overrides inForce,
            boolean offToo,
            @Nullable List<LiveChains.Share> urgent) {
        long id = ++lastId;
        Modes modes = new Modes(registry.declarations(workers), inForce);
        LiveChains.Share share = chains.share(RouteLabels.of(candidate.config()));
        Planner planner = new Planner(
                modes,
                share,
                meters,
                MutationRules.of(candidate.config().kernel().envoy()),
                offToo);
        return aside(() ->
                        candidate.config().routes().stream().map(planner::draft).toList())
                .compose(routes -> (urgent == null
                                ? prepareAll(id, workers, modes.declarations())
                                : prepareAtOnce(id, workers, modes.declarations(), share, urgent))
                        .compose(prepared -> aside(() -> {
                            List<Problem> problems =
                                    new ArrayList<>(modes.overrides().remarks());
                            List<RouteTable.Row<RoutePlan>> rows =
                                    rows(planner, modes, routes, prepared.chains(), problems);
                            prepared.chains().values().forEach(share::plan);
                            return new GenerationDraft(
                                    id, candidate, workers, share, modes, rows, problems, prepared.unconfirmed());
                        })))
                .onFailure(_ -> discard(workers, share));
    }

    /**
     * The answers of the workers.
     *
     * @param chains by id
     * @param unconfirmed workers without a reachable replica
     */
    private record Prepared(Map<Long, PreparedChain> chains, Set<String> unconfirmed) {}

    /** Prepares the chains of all generations and drafts; other steps wait meanwhile, unless they are urgent. */
    private Future<Prepared> prepareAll(long id, WorkerSet workers, Declarations declarations) {
        return turns.apart(() -> prepareAll(id, workers, declarations, false, chains::of));
    }

    /** Prepares only what is needed now, without waiting behind what is being prepared. */
    private Future<Prepared> prepareAtOnce(
            long id,
            WorkerSet workers,
            Declarations declarations,
            LiveChains.Share share,
            List<LiveChains.Share> live) {
        List<LiveChains.Share> needed =
                Stream.concat(live.stream(), Stream.of(share)).toList();
        return prepareAll(id, workers, declarations, true, worker -> LiveChains.of(worker, needed));
    }

    private Future<Prepared> prepareAll(
            long id,
            WorkerSet workers,
            Declarations declarations,
            boolean urgent,
            Function<String, List<ChainSpec>> needed) {
        Prepared all = new Prepared(new HashMap<>(), new HashSet<>());
        List<Future<?>> asked = new ArrayList<>();
        for (Worker worker : workers.workers()) {
            List<ChainSpec> wanted = needed.apply(worker.name());
            asked.add(registry.prepare(worker.name(), id, wanted, declarations, urgent)
                    .onSuccess(found -> {
                        all.chains().putAll(found);
                        if (!wanted.stream().allMatch(chain -> found.containsKey(chain.id()))) {
                            all.unconfirmed().add(worker.name());
                        }
                    }));
        }
        return Future.join(asked).map(all);
    }

    private static List<RouteTable.Row<RoutePlan>> rows(
            Planner planner,
            Modes modes,
            List<Planner.DraftRoute> routes,
            Map<Long, PreparedChain> prepared,
            List<Problem> problems) {
        List<LintRoute> sound = new ArrayList<>();
        List<RouteTable.Row<RoutePlan>> rows = new ArrayList<>();
        for (Planner.DraftRoute draft : routes) {
            RouteChoice choice = RouteChoice.by(draft.route().match(), modes.overridesOf(draft.route()));
            RoutePlan plan = planner.plan(draft, prepared, problems).chosenBy(choice);
            rows.add(new RouteTable.Row<>(draft.route().match(), plan));
            // The lint cannot say what to write for a chain that runs in another way than it is written.
            if (plan.refusal() == null && modes.areAsWritten(draft.route())) {
                sound.add(planner.lintRoute(draft, prepared));
            }
        }
        // Said, and objected to by strict checks, but no route is refused for it: the engine serves what was written.
        problems.addAll(Lint.findings(sound, sound.size() == routes.size()));
        return rows;
    }

    /** Does off the event loop what would hold it up with many routes. It is part of a step, so nothing else touches what it works on. */
    private <T> Future<T> aside(Callable<T> work) {
        return OffLoop.call(vertx, work);
    }

    /** Prepares in a worker what all generations and drafts have there. */
    Future<Map<Long, PreparedChain>> prepareAgain(String worker, Declarations declarations) {
        return turns.apart(() -> registry.prepare(worker, lastId, chains.of(worker), declarations, false));
    }

    /** The draft does not become a generation. */
    void discard(GenerationDraft draft) {
        discard(draft.workers(), draft.chains());
    }

    /** A draft, or the generation that was made of it, is no more. */
    void discard(WorkerSet workers, LiveChains.Share share) {
        share.release();
        registry.leave(workers);
    }
}
