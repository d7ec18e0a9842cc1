package io.policyengine.kernel.generation;

import io.policyengine.core.async.OffLoop;
import io.policyengine.core.config.EntryMode;
import io.policyengine.core.config.KernelConfig;
import io.policyengine.core.config.OverrideConfig;
import io.policyengine.core.config.Overrides;
import io.policyengine.core.config.RouteMatch;
import io.policyengine.core.config.files.ConfTexts;
import io.policyengine.core.error.ConfigException;
import io.policyengine.core.error.Problem;
import io.policyengine.core.lint.Lint;
import io.policyengine.core.lint.LintRoute;
import io.policyengine.core.worker.ChainSpec;
import io.policyengine.core.worker.PreparedChain;
import io.policyengine.kernel.envoy.MutationRules;
import io.policyengine.kernel.metrics.KernelMeters;
import io.policyengine.kernel.plan.Modes;
import io.policyengine.kernel.plan.Planner;
import io.policyengine.kernel.plan.RoutePlan;
import io.policyengine.kernel.route.RouteTable;
import io.policyengine.kernel.worker.Worker;
import io.policyengine.kernel.worker.ownership.Declarations;
import io.policyengine.kernel.worker.registry.WorkerConnectors;
import io.policyengine.kernel.worker.registry.WorkerRegistry;
import io.policyengine.kernel.worker.registry.WorkerSet;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Makes generations and swaps them: plan → prepare in the workers → swap → retire. Makes one anew when an override ends. Lives on the registry's event loop, where one
 * such step follows the other; {@link #current} may be asked from everywhere.
 */
public final class Generations implements WorkerRegistry.Listener {
    private static final Logger LOG = LoggerFactory.getLogger(Generations.class);

    private final Vertx vertx;
    private final WorkerRegistry registry;
    private final KernelMeters meters;
    private final InstantSource clock;
    private final Context context;
    private final LiveChains chains;
    private final OverrideWatch overrides;
    /** The current one, and those that are not freed yet. */
    private final Set<Generation> live = new LinkedHashSet<>();

    private final List<Consumer<Generation>> listeners = new ArrayList<>();

    private final Turns turns = new Turns();
    private long lastId;
    private KeyedHash hashes = KeyedHash.ofProcess();
    /** How often something urgent was put into force. */
    private long urgentSwaps;
    /** Overrides that no file of the conf directory has. */
    private List<OverrideConfig> kept = List.of();

    /** What the current generation was made of. */
    private @Nullable Draft active;

    private Set<String> reported = Set.of();

    private volatile @Nullable Generation current;

    /**
     * No generation yet; on the current context.
     *
     * @param firstChainId above all that a worker which outlived another kernel may still hold
     */
    public Generations(
            Vertx vertx,
            WorkerConnectors connectors,
            KernelMeters meters,
            InstantSource clock,
            RandomGenerator random,
            long firstChainId) {
        this.vertx = vertx;
        this.meters = meters;
        this.clock = clock;
        this.context = vertx.getOrCreateContext();
        this.registry = new WorkerRegistry(vertx, connectors, meters, random, this);
        this.chains = new LiveChains(firstChainId, registry::release);
        this.overrides = new OverrideWatch(vertx, meters, clock, this::endOverrides);
        for (RouteReport.State state : RouteReport.State.values()) {
            meters.routes(state.label(), () -> {
                Generation now = current;
                return now == null ? 0 : now.report().count(state);
            });
        }
        meters.generation(() -> {
            Generation now = current;
            return now == null ? 0 : now.id();
        });
    }

    /** Numbers generations from this one on; before the first. */
    public void countFrom(long firstId) {
        lastId = firstId - 1;
    }

    /** Makes the hashes of generations by these from now on; before the first. */
    public void hashBy(KeyedHash hashes) {
        this.hashes = hashes;
    }

    /** The workers. */
    public WorkerRegistry registry() {
        return registry;
    }

    /** Tells of every generation that becomes active, just before it does. */
    public void onSwap(Consumer<Generation> listener) {
        listeners.add(listener);
    }

    /** The generation that new exchanges pin; null before the first. */
    public @Nullable Generation current() {
        return current;
    }

    /** Pins the generation that new exchanges run by. There must have been a first one. May be called on any event loop. */
    public Generation pinCurrent() {
        while (true) {
            Generation now = Objects.requireNonNull(current, "no generation is active yet");
            if (now.tryPin()) {
                return now;
            }
        }
    }

    /**
     * Makes a generation active; what is wrong with single routes makes them invalid.
     *
     * @return the generation; fails with {@link ConfigException} if too many routes would be lost
     */
    public Future<Generation> activate(Candidate candidate) {
        return step(() -> {
            long since = urgentSwaps;
            return joined(candidate).compose(draft -> {
                List<Problem> losses = badlyLost(draft);
                if (losses.isEmpty()) {
                    return Future.succeededFuture(swapUnlessSuperseded(draft, since));
                }
                discard(draft);
                return Future.failedFuture(new ConfigException(losses));
            });
        });
    }

    /** Overrides beside those of configurations, from the first generation on. */
    public void keep(List<OverrideConfig> overrides) {
        kept = List.copyOf(overrides);
    }

    /**
     * Makes a generation active before whatever is being checked or prepared, and does not wait for workers that cannot be reached.
     *
     * @param base what the candidate was made from
     * @return the generation; fails with {@link SupersededException} if something else than the base is running
     */
    public Future<Generation> activateAtOnce(Candidate candidate, ConfTexts base) {
        return turns.takeAtOnce(() -> {
            if (!Objects.requireNonNull(current).snapshot().texts().hash().equals(base.hash())) {
                return Future.failedFuture(new SupersededException());
            }
            return prepare(candidate, registry.join(candidate.config()), overridesOf(candidate), false, true)
                    .map(this::swapUrgently);
        });
    }

    /** Makes the current generation anew with other overrides beside those of its configuration, as {@link #activateAtOnce} does. */
    public Future<Generation> overrideAtOnce(List<OverrideConfig> overrides) {
        return turns.takeAtOnce(() -> {
            Draft now = Objects.requireNonNull(active, "no generation is active yet");
            List<OverrideConfig> before = kept;
            kept = List.copyOf(overrides);
            Candidate candidate =
                    new Candidate(now.candidate().texts(), now.candidate().config(), Origin.API);
            registry.use(now.workers());
            return prepare(candidate, now.workers(), overridesOf(candidate), false, true)
                    .map(this::swapUrgently)
                    .onFailure(_ -> kept = before);
        });
    }

    private Generation swapUrgently(Draft draft) {
        urgentSwaps++;
        return swap(draft);
    }

    /** What was planned before something urgent was put into force would undo that. */
    private Generation swapUnlessSuperseded(Draft draft, long since) {
        if (since != urgentSwaps) {
            discard(draft);
            throw new SupersededException();
        }
        return swap(draft);
    }

    /** What looks like an accident in the routes that a draft takes from the current generation. */
    private List<Problem> badlyLost(Draft draft) {
        Generation before = current;
        KernelConfig wanted = draft.candidate().config().kernel();
        if (before == null || draft.candidate().guard() == LossGuard.NONE || wanted.allowLoss()) {
            return List.of();
        }
        return losses(before, draft).objections(wanted.maxLostRoutes());
    }

    private static RouteLosses losses(Generation before, Draft draft) {
        return RouteLosses.between(
                before,
                draft.candidate().config(),
                draft.rows().stream().map(RouteTable.Row::value).toList());
    }

    /**
     * Makes a generation active if each route can be served and each worker called.
     *
     * @return what is wrong; it is active if {@link Problem#forbidsUse none of that forbids it}
     */
    public Future<List<Problem>> activateIfSound(Candidate candidate) {
        return step(() -> {
            long since = urgentSwaps;
            return examined(candidate).map(draft -> {
                List<Problem> objections = new ArrayList<>(badlyLost(draft));
                objections.addAll(draft.objections());
                if (objections.stream().noneMatch(Problem::forbidsUse)) {
                    swapUnlessSuperseded(draft, since);
                } else {
                    discard(draft);
                }
                return objections;
            });
        });
    }

    /** What would be wrong with a configuration, or hardly meant; the running one stays. */
    public Future<List<Problem>> check(Candidate candidate) {
        return step(() -> examined(candidate).map(draft -> {
            List<Problem> found = new ArrayList<>(badlyLost(draft));
            found.addAll(draft.objections());
            found.addAll(draft.warnings());
            discard(draft);
            return found;
        }));
    }

    /** Makes the current generation anew, from the same configuration: what workers refused may be good now. */
    public Future<Generation> renew(Origin origin) {
        return stepAgain(() -> {
            Draft now = Objects.requireNonNull(active, "no generation is active yet");
            return replan(now, origin);
        });
    }

    @Override
    public void replicasChanged(String worker) {
        stepAgain(() -> {
            Draft now = active;
            if (now == null) {
                return Future.<Void>succeededFuture();
            }
            return now.unconfirmed().contains(worker) || isOutdated(now) ? replan(now) : prepareAgain(now, worker);
        });
    }

    @Override
    public void declarationsChanged() {
        stepAgain(() -> {
            Draft now = active;
            return now == null || !isOutdated(now) ? Future.<Void>succeededFuture() : replan(now);
        });
    }

    private boolean isOutdated(Draft draft) {
        return !registry.declarations(draft.workers()).equals(draft.modes().declarations());
    }

    /** Plans without the overrides whose time is over, if there are new ones. */
    private void endOverrides() {
        stepAgain(() -> {
            Draft now = Objects.requireNonNull(active, "only a generation has overrides");
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

    /** Runs steps one after another, whatever becomes of each. */
    private <T> Future<T> step(Supplier<Future<T>> step) {
        return turns.take(step).onFailure(failure -> {
            if (!(failure instanceof ConfigException || failure instanceof SupersededException)) {
                LOG.error("a step towards a new generation failed", failure);
            }
        });
    }

    /** A step that begins with what is running, and so begins anew where that has changed. */
    private <T> Future<T> stepAgain(Supplier<Future<T>> step) {
        return step(() -> again(step));
    }

    private static <T> Future<T> again(Supplier<Future<T>> step) {
        return step.get()
                .recover(
                        failure -> failure instanceof SupersededException ? again(step) : Future.failedFuture(failure));
    }

    private Future<Void> replan(Draft now) {
        return replan(now, Origin.WORKERS).mapEmpty();
    }

    private Future<Generation> replan(Draft now, Origin origin) {
        return replan(new Candidate(now.candidate().texts(), now.candidate().config(), origin), now.workers());
    }

    private Future<Generation> replan(Candidate candidate, WorkerSet workers) {
        long since = urgentSwaps;
        registry.use(workers);
        return prepare(candidate, workers, overridesOf(candidate), false, false)
                .map(draft -> swapUnlessSuperseded(draft, since));
    }

    /** With the problems of chains as they are written: what is hidden today, by an override or as it is off, is there again one day. */
    private Future<Draft> examined(Candidate candidate) {
        Overrides now = overridesOf(candidate);
        if (now.active().isEmpty() && !hasEntriesThatAreOff(candidate)) {
            return joined(candidate);
        }
        return joined(candidate, now.ended(), true)
                .compose(written -> joined(candidate)
                        .map(draft -> draft.with(written.problems()))
                        .onComplete(_ -> discard(written)));
    }

    private static boolean hasEntriesThatAreOff(Candidate candidate) {
        return candidate.config().routes().stream()
                .flatMap(route -> Stream.of(route.requestFlow(), route.responseFlow()))
                .flatMap(flow -> flow.chain().stream())
                .anyMatch(entry -> entry.mode() == EntryMode.OFF);
    }

    private Future<Draft> joined(Candidate candidate) {
        return joined(candidate, overridesOf(candidate), false);
    }

    private Future<Draft> joined(Candidate candidate, Overrides inForce, boolean offToo) {
        WorkerSet workers = registry.join(candidate.config());
        return turns.apart(() -> registry.tried(workers))
                .compose(_ -> prepare(candidate, workers, inForce, offToo, false));
    }

    private Future<Draft> prepare(
            Candidate candidate, WorkerSet workers, Overrides inForce, boolean offToo, boolean urgent) {
        long id = ++lastId;
        Modes modes = new Modes(registry.declarations(workers), inForce);
        LiveChains.Share share = chains.share();
        Planner planner = new Planner(
                modes,
                share,
                meters,
                MutationRules.of(candidate.config().kernel().envoy()),
                offToo);
        return aside(() ->
                        candidate.config().routes().stream().map(planner::draft).toList())
                .compose(routes -> (urgent
                                ? prepareAtOnce(id, workers, modes.declarations(), share)
                                : prepareAll(id, workers, modes.declarations()))
                        .compose(prepared -> aside(() -> {
                            List<Problem> problems =
                                    new ArrayList<>(modes.overrides().remarks());
                            List<RouteTable.Row<RoutePlan>> rows =
                                    rows(planner, modes, routes, prepared.chains(), problems);
                            prepared.chains().values().forEach(share::plan);
                            return new Draft(
                                    id, candidate, workers, share, modes, rows, problems, prepared.unconfirmed());
                        })))
                .onFailure(_ -> discard(workers, share));
    }

    /**
     * What preparing found out.
     *
     * @param chains by id
     * @param unconfirmed workers none of whose replicas could be asked
     */
    private record Prepared(Map<Long, PreparedChain> chains, Set<String> unconfirmed) {}

    /** Other steps wait meanwhile, unless they are urgent. */
    private Future<Prepared> prepareAll(long id, WorkerSet workers, Declarations declarations) {
        return turns.apart(() -> prepareAll(id, workers, declarations, false, chains::of));
    }

    /** Only what is needed now, and not behind what is being prepared. */
    private Future<Prepared> prepareAtOnce(
            long id, WorkerSet workers, Declarations declarations, LiveChains.Share share) {
        List<LiveChains.Share> needed = withLive(share);
        return prepareAll(id, workers, declarations, true, worker -> LiveChains.of(worker, needed));
    }

    private List<LiveChains.Share> withLive(LiveChains.Share share) {
        return Stream.concat(live.stream().map(Generation::chains), Stream.of(share))
                .toList();
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
            RoutePlan plan = planner.plan(draft, prepared, problems);
            rows.add(new RouteTable.Row<>(draft.route().match(), plan));
            // Of a chain that runs in another way than it is written, the lint cannot say what to write.
            if (plan.refusal() == null && modes.areAsWritten(draft.route())) {
                sound.add(planner.lintRoute(draft, prepared));
            }
        }
        // Said, and objected to by strict checks, but no route is refused for it: the engine serves what was written.
        problems.addAll(Lint.findings(sound, sound.size() == routes.size()));
        return rows;
    }

    /** Does elsewhere what would hold up the event loop with many routes. It is part of a step, and so alone with what it works on. */
    private <T> Future<T> aside(Callable<T> work) {
        return OffLoop.call(vertx, work);
    }

    /** A worker declares what it did before; a chain that it no longer takes, or takes only now, needs a new plan. */
    private Future<Void> prepareAgain(Draft now, String worker) {
        long since = urgentSwaps;
        return turns.apart(() -> registry.prepare(
                        worker, lastId, chains.of(worker), now.modes().declarations(), false))
                .compose(prepared -> {
                    if (since != urgentSwaps) {
                        return Future.failedFuture(new SupersededException());
                    }
                    boolean asPlanned = prepared.values().stream().allMatch(now.chains()::isAsPlanned);
                    return asPlanned ? Future.succeededFuture() : replan(now);
                });
    }

    private Generation swap(Draft draft) {
        Generation before = current;
        Snapshot snapshot = new Snapshot(
                draft.id(),
                draft.candidate().origin(),
                clock.instant(),
                hashes.of(draft.candidate().texts()),
                draft.candidate().texts());
        Generation next = new Generation(
                snapshot,
                draft.candidate().config(),
                draft.rows(),
                open(draft.candidate()),
                lost(before, draft),
                draft.modes(),
                draft.workers(),
                draft.chains(),
                unused -> context.runOnContext(_ -> step(() -> free(unused))));
        // Not what is still being prepared for a configuration that may never be active.
        List<LiveChains.Share> inUse = withLive(draft.chains());
        registry.adopt(
                draft.workers(),
                draft.candidate().config(),
                draft.modes().declarations(),
                worker -> LiveChains.of(worker, inUse));
        report(draft.problems());
        overrides.take(draft.modes().overrides());
        listeners.forEach(listener -> listener.accept(next));
        live.add(next);
        active = draft;
        current = next;
        if (before != null) {
            before.unpin();
        }
        LOG.atInfo()
                .addKeyValue("generation", next.id())
                .addKeyValue("origin", snapshot.origin().name().toLowerCase(Locale.ROOT))
                .addKeyValue("routes", next.plans().size())
                .addKeyValue(
                        "refused_routes",
                        next.plans().stream()
                                .filter(plan -> plan.refusal() != null)
                                .count())
                .log("generation is active");
        next.report()
                .remarks()
                .forEach(remark ->
                        LOG.atWarn().addKeyValue("generation", next.id()).log(remark));
        return next;
    }

    /** Made anew from the same configuration, a generation has lost what the one before had. */
    private static List<String> lost(@Nullable Generation before, Draft draft) {
        if (before == null) {
            return List.of();
        }
        return before.snapshot().texts().hash().equals(draft.candidate().texts().hash())
                ? before.report().lost()
                : losses(before, draft).lost();
    }

    private List<RouteTable.Row<RoutePlan>> open(Candidate candidate) {
        return candidate.config().kernel().openRoutes().stream()
                .map(name ->
                        new RouteTable.Row<>(RouteMatch.written(name), RoutePlan.open(name, meters.route(name, 0, 0))))
                .toList();
    }

    /** Says what is wrong with routes, or hardly meant, each problem once until it is gone. */
    private void report(List<Problem> problems) {
        Set<String> now = new LinkedHashSet<>();
        for (Problem problem : problems) {
            now.add(problem.toString());
            if (!reported.contains(problem.toString())) {
                LoggingEventBuilder line = LOG.atLevel(
                                problem.severity() == Problem.Severity.ERROR ? Level.ERROR : Level.WARN)
                        .addKeyValue("location", problem.location());
                if (problem.code() != null) {
                    line = line.addKeyValue("lint", problem.code().text());
                }
                line.log("{}", problem.message());
            }
        }
        reported = now;
    }

    private void discard(Draft draft) {
        discard(draft.workers(), draft.chains());
    }

    private void discard(WorkerSet workers, LiveChains.Share share) {
        share.release();
        registry.leave(workers);
    }

    private Future<Void> free(Generation unused) {
        live.remove(unused);
        discard(unused.workers(), unused.chains());
        Set<String> gone = new HashSet<>(unused.routeNames());
        live.forEach(generation -> generation.routeNames().forEach(gone::remove));
        if (!gone.isEmpty()) {
            meters.forget(gone);
        }
        return Future.succeededFuture();
    }
}
