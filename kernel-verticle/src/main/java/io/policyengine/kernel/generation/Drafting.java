package io.policyengine.kernel.generation;

import io.policyengine.core.async.OffLoop;
import io.policyengine.core.config.Overrides;
import io.policyengine.core.config.RouteConfig;
import io.policyengine.core.error.Problem;
import io.policyengine.core.lint.CallTimes;
import io.policyengine.core.lint.Lint;
import io.policyengine.core.lint.LintRoute;
import io.policyengine.core.lint.Replicas;
import io.policyengine.core.route.RouteTable;
import io.policyengine.core.who.change.RouteChanges;
import io.policyengine.core.worker.ChainSpec;
import io.policyengine.core.worker.PreparedChain;
import io.policyengine.kernel.change.PlannedRoutes;
import io.policyengine.kernel.change.RouteAnswers;
import io.policyengine.kernel.change.RouteOpenings;
import io.policyengine.kernel.change.RouteRefusals;
import io.policyengine.kernel.metrics.KernelMeters;
import io.policyengine.kernel.metrics.RouteLabels;
import io.policyengine.kernel.plan.Modes;
import io.policyengine.kernel.plan.Planner;
import io.policyengine.kernel.plan.RoutePlan;
import io.policyengine.kernel.recorder.RouteChoice;
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
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Drafts generations: plans the routes of candidates and has the workers prepare the chains, as part of a step of
 * {@link Generations}. Each draft becomes a generation or is discarded.
 */
final class Drafting {
    private final Vertx vertx;
    private final WorkerRegistry registry;
    private final KernelMeters meters;
    private final GenerationSteps turns;
    private final LiveChains chains;
    private final Supplier<@Nullable Generation> running;
    private long lastId;

    /**
     * Creates an object that has made no draft yet.
     *
     * @param turns the queue of steps; urgent steps do not wait for a draft
     * @param firstChainId greater than all chain ids that workers may know from an earlier kernel
     * @param running returns the running generation, or null before the first
     */
    Drafting(
            Vertx vertx,
            WorkerRegistry registry,
            KernelMeters meters,
            GenerationSteps turns,
            long firstChainId,
            Supplier<@Nullable Generation> running) {
        this.running = running;
        this.vertx = vertx;
        this.registry = registry;
        this.meters = meters;
        this.turns = turns;
        this.chains = new LiveChains(firstChainId, registry::release);
    }

    /** Sets the id of the first draft; called before the first draft. */
    void countFrom(long firstId) {
        lastId = firstId - 1;
    }

    /**
     * Drafts a generation from a candidate configuration.
     *
     * @param inForce the overrides in force
     * @param offToo whether entries with mode {@code off} are also planned, to find their problems
     */
    Future<GenerationDraft> draft(Candidate candidate, WorkerSet workers, Overrides inForce, boolean offToo) {
        return draft(candidate, workers, inForce, offToo, null);
    }

    /**
     * Creates a draft without waiting for steps in progress.
     *
     * @param live the chains of all live generations; a replica that has not prepared them cannot be called
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
        Planner planner =
                new Planner(modes, share, meters, candidate.config().kernel().envoy(), offToo);
        return aside(() ->
                        candidate.config().routes().stream().map(planner::draft).toList())
                .compose(routes -> (urgent == null
                                ? prepareAll(id, workers, modes.declarations())
                                : prepareAtOnce(id, workers, modes.declarations(), share, urgent))
                        .compose(prepared -> aside(() -> {
                            GenerationDraft.Planned planned = planned(candidate, planner, modes, routes, prepared);
                            prepared.chains().values().forEach(share::plan);
                            return new GenerationDraft(
                                    id, candidate, workers, share, modes, planned, prepared.unconfirmed());
                        })))
                .onFailure(_ -> discard(workers, share));
    }

    /**
     * The chains that the workers have prepared.
     *
     * @param chains the chains by id
     * @param unconfirmed workers without a reachable replica
     */
    private record Prepared(Map<Long, PreparedChain> chains, Set<String> unconfirmed) {}

    /** Prepares the chains of all generations and drafts. Only urgent steps run meanwhile. */
    private Future<Prepared> prepareAll(long id, WorkerSet workers, Declarations declarations) {
        return turns.apart(() -> prepareAll(id, workers, declarations, false, chains::of));
    }

    /** Prepares only the chains that the draft needs, without waiting for preparations in progress. */
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

    private GenerationDraft.Planned planned(
            Candidate candidate, Planner planner, Modes modes, List<Planner.DraftRoute> routes, Prepared prepared) {
        List<Problem> problems = new ArrayList<>(modes.overrides().remarks());
        List<LintRoute> served = new ArrayList<>();
        List<RouteConfig> awaited = new ArrayList<>();
        List<RouteTable.Row<RoutePlan>> rows = new ArrayList<>();
        for (Planner.DraftRoute draft : routes) {
            RouteChoice choice = RouteChoice.by(draft.route().match(), modes.overridesOf(draft.route()));
            RoutePlan plan = planner.plan(draft, prepared.chains(), problems).chosenBy(choice);
            rows.add(new RouteTable.Row<>(draft.route().match(), plan));
            if (plan.refusal() == null) {
                served.add(planner.lintRoute(draft, prepared.chains()));
            } else if (plan.isAwaited()) {
                awaited.add(draft.route());
            }
        }
        // The lint cannot advise on a chain that does not run as written.
        List<LintRoute> sound = served.stream()
                .filter(route -> modes.areAsWritten(route.config()))
                .toList();
        // Reported, and rejected by strict checks, but no route is refused for them.
        problems.addAll(Lint.findings(
                sound,
                CallTimes.of(candidate.config().kernel()),
                Replicas.of(candidate.config().kernel()),
                sound.size() == routes.size()));
        Generation before = running.get();
        RouteAnswers answers = RouteAnswers.of(
                served,
                awaited,
                candidate.config(),
                modes,
                before == null ? null : before.config(),
                before == null ? RouteAnswers.NONE : before.answers());
        RouteOpenings openings = before == null
                ? RouteOpenings.NONE
                : RouteOpenings.between(
                        new RouteChanges.Side(before.config(), before.answers().known()),
                        new RouteChanges.Side(candidate.config(), answers.judged()));
        RouteRefusals refusals = before == null
                ? RouteRefusals.NONE
                : RouteRefusals.between(
                        before.plannedRoutes(),
                        new PlannedRoutes(
                                candidate.config(),
                                rows.stream().map(RouteTable.Row::value).toList()));
        return new GenerationDraft.Planned(rows, problems, answers, openings, refusals);
    }

    /** Runs a part of a step off the event loop, because with many routes it would block the loop. */
    private <T> Future<T> aside(Callable<T> work) {
        return OffLoop.call(vertx, work);
    }

    Future<Map<Long, PreparedChain>> prepareAgain(String worker, Declarations declarations) {
        return turns.apart(() -> registry.prepare(worker, lastId, chains.of(worker), declarations, false));
    }

    void discard(GenerationDraft draft) {
        discard(draft.workers(), draft.chains());
    }

    /** Releases the chains and workers of a draft, or of the generation made from it. */
    void discard(WorkerSet workers, LiveChains.Share share) {
        share.release();
        registry.leave(workers);
    }
}
