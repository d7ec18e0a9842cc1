package io.policyengine.app.check;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.policyengine.app.engine.Conf;
import io.policyengine.app.engine.Placement;
import io.policyengine.app.engine.Workers;
import io.policyengine.app.envoy.EnvoyNeeds;
import io.policyengine.core.config.EngineConfig;
import io.policyengine.core.config.EntryConfig;
import io.policyengine.core.config.EntryMode;
import io.policyengine.core.config.FlowConfig;
import io.policyengine.core.config.Overrides;
import io.policyengine.core.config.RouteConfig;
import io.policyengine.core.config.WorkerEndpointConfig;
import io.policyengine.core.config.files.ConfTexts;
import io.policyengine.core.config.reading.Completeness;
import io.policyengine.core.config.reading.ConfDirectory;
import io.policyengine.core.config.reading.MemoryFit;
import io.policyengine.core.error.Location;
import io.policyengine.core.error.Problem;
import io.policyengine.core.lint.CallTimes;
import io.policyengine.core.lint.Lint;
import io.policyengine.core.lint.LintEntry;
import io.policyengine.core.lint.LintRoute;
import io.policyengine.core.lint.Replicas;
import io.policyengine.core.memory.MemoryPlan;
import io.policyengine.core.memory.ProcessMemory;
import io.policyengine.core.params.NearestKey;
import io.policyengine.core.params.ParamProblem;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.PolicyDescriptor;
import io.policyengine.core.vertx.EngineVertx;
import io.policyengine.core.work.executor.Executor;
import io.policyengine.core.worker.PreparedChain;
import io.policyengine.kernel.plan.BodyUse;
import io.policyengine.worker.PolicyRegistry;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Finds all problems of a conf directory, including those of policy parameters, without serving. */
public final class ConfCheck {
    private static final Comparator<Problem> BY_PLACE = Comparator.comparing(
                    (Problem problem) -> problem.location().file())
            .thenComparingInt(problem -> problem.location().line())
            .thenComparingInt(problem -> problem.location().column());

    private final ConfDirectory.Reading reading;
    private final EngineConfig config;
    private final Map<String, PreparedEntries> workers;

    private final Map<String, PolicyDescriptor> known = new TreeMap<>();
    private final List<Problem> problems;
    private final Set<Location> wrong;
    /** The number of errors found in entries, including errors that were not reported. */
    private int errors;

    /**
     * The result of a check.
     *
     * @param problems ordered by file and line
     * @param routes number of route policies
     * @param entries number of entries in their chains
     * @param chains the chains of valid route policies, with the facts that workers report for their entries
     * @param config the configuration, as far as it can be read
     */
    public record Report(List<Problem> problems, int routes, int entries, List<LintRoute> chains, EngineConfig config) {
        /** Returns a copy of the report with additional problems. */
        public Report and(List<Problem> more) {
            return new Report(
                    Stream.concat(problems.stream(), more.stream())
                            .sorted(BY_PLACE)
                            .toList(),
                    routes,
                    entries,
                    chains,
                    config);
        }

        /** Returns the number of errors, including those found by the lint. */
        public long errors() {
            return problems.stream()
                    .filter(problem -> problem.severity() == Problem.Severity.ERROR)
                    .count();
        }

        public long warnings() {
            return problems.size() - errors();
        }

        /** Returns whether there is no error or, if {@code strict}, neither an error nor a warning. */
        public boolean isValid(boolean strict) {
            return strict ? problems.isEmpty() : errors() == 0;
        }
    }

    private ConfCheck(ConfDirectory.Reading reading, Map<String, PreparedEntries> workers, List<Problem> problems) {
        this.reading = reading;
        this.config = reading.config();
        this.workers = workers;
        this.problems = problems;
        this.wrong = problems.stream()
                .filter(problem -> problem.severity() == Problem.Severity.ERROR)
                .map(Problem::location)
                .collect(Collectors.toSet());
    }

    /**
     * Checks a directory, and reads the files to which its policies refer.
     *
     * @param engine the memory of the engine that will load the directory, or null if unknown
     */
    public static Report checkBlocking(Conf conf, @Nullable MemoryPlan engine) {
        ConfTexts texts = ConfTexts.readBlocking(conf.directory());
        return checkBlocking(conf, texts, Workers.policies(), InstantSource.system(), engine);
    }

    /**
     * Returns the namespaces of Envoy's metadata that the chains of a directory read. Also reads the files to which
     * policies refer.
     */
    public static EnvoyNeeds needsBlocking(Conf conf) {
        EngineConfig config = conf.loadBlocking();
        return EnvoyNeeds.of(
                config.routes(), checkBlocking(conf, (MemoryPlan) null).chains());
    }

    /** Checks texts as if they were the files of the directory. Reads the current files to which policies refer. */
    public static Report checkBlocking(Conf conf, ConfTexts texts) {
        return checkBlocking(conf, texts, Workers.policies(), InstantSource.system(), null);
    }

    /** Checks a directory with the given policies and clock; see {@link #checkBlocking(Conf, MemoryPlan)}. */
    static Report checkBlocking(
            Conf conf, ConfTexts texts, PolicyRegistry policies, InstantSource clock, @Nullable MemoryPlan engine) {
        ConfDirectory.Reading reading = ConfDirectory.examine(texts, System::getenv);
        List<Problem> problems = new ArrayList<>(reading.problems());
        problems.addAll(
                Overrides.at(clock.instant(), reading.config().overrides()).remarks());
        // A missing setting may be in an unreadable file.
        if (reading.isUsable() && !Completeness.isOfWorkersAlone(texts, reading.config())) {
            problems.addAll(Completeness.missing(texts, reading.config()));
            problems.addAll(misfits(texts, reading.config(), engine));
        }
        List<LintRoute> chains = checkPoliciesBlocking(conf, reading, policies, problems);
        if (reading.knowsWorkers()) {
            problems.addAll(UnusedItems.problems(
                    chains, Overrides.at(clock.instant(), reading.config().overrides())));
        }
        List<RouteConfig> routes = reading.config().routes();
        return new Report(
                problems.stream().distinct().sorted(BY_PLACE).map(conf::placed).toList(),
                routes.size(),
                routes.stream()
                        .mapToInt(route -> route.requestFlow().chain().size()
                                + route.responseFlow().chain().size())
                        .sum(),
                chains,
                reading.config());
    }

    /** Returns problems of settings that do not fit in memory, as warnings if the engine's memory is unknown. */
    private static List<Problem> misfits(ConfTexts texts, EngineConfig config, @Nullable MemoryPlan engine) {
        return engine == null
                ? Stream.concat(
                                MemoryFit.misfits(texts, config, MemoryPlan.HERE).stream(),
                                MemoryFit.misfits(texts, config, ProcessMemory.HERE).stream())
                        .map(misfit -> Problem.warning(misfit.location(), misfit.message()))
                        .toList()
                : MemoryFit.misfits(texts, config, engine);
    }

    private static List<LintRoute> checkPoliciesBlocking(
            Conf conf, ConfDirectory.Reading reading, PolicyRegistry policies, List<Problem> problems) {
        Vertx vertx = EngineVertx.create();
        SimpleMeterRegistry metrics = new SimpleMeterRegistry();
        try {
            Executor work = Executor.ofProcess(metrics);
            EngineConfig config = reading.config();
            Map<String, PreparedEntries> workers = new HashMap<>();
            for (WorkerEndpointConfig endpoint : config.kernel().workers()) {
                workers.computeIfAbsent(
                        endpoint.name(),
                        name -> new PreparedEntries(
                                Workers.local(vertx, metrics, work, conf.directory(), config, name, policies)));
            }
            config.workers()
                    .forEach(worker ->
                            problems.addAll(policies.check(worker.policies().config())));
            return new ConfCheck(reading, workers, problems).run(policies);
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().join();
        }
    }

    private List<LintRoute> run(PolicyRegistry policies) {
        if (reading.knowsWorkers()) {
            checkPlacement();
        }
        policies.declared().forEach(policy -> known.put(policy.descriptor().name(), policy.descriptor()));
        List<LintRoute> sound = new ArrayList<>();
        for (RouteConfig route : config.routes()) {
            int before = errors;
            List<LintEntry> request = checkFlow(route, Phase.REQUEST, route.requestFlow());
            List<LintEntry> response = checkFlow(route, Phase.RESPONSE, route.responseFlow());
            // A chain with an invalid part cannot be linted.
            if (errors == before && reading.isWhole(route)) {
                sound.add(new LintRoute(route, request, response));
            }
        }
        if (reading.knowsWorkers()) {
            problems.addAll(Lint.findings(
                    sound,
                    CallTimes.of(config.kernel()),
                    Replicas.of(config.kernel()),
                    reading.isUsable() && sound.size() == config.routes().size()));
        }
        return List.copyOf(sound);
    }

    private void checkPlacement() {
        String twice = Placement.embeddedTwice(config.kernel().workers().stream()
                .filter(endpoint -> endpoint.socketPath() == null)
                .toList());
        if (twice != null) {
            problems.add(Problem.error(Location.ofFile("kernel.yaml"), twice));
        }
    }

    private boolean isUnlisted(EntryConfig entry) {
        return config.kernel().workers().stream()
                .allMatch(endpoint ->
                        endpoint.policies() != null && !endpoint.policies().contains(entry.policy()));
    }

    /** Returns whether kernel.yaml assigns the entry's policy to a worker that may be another program. */
    private boolean isListedElsewhere(EntryConfig entry) {
        return config.kernel().workers().stream()
                .anyMatch(endpoint -> isElsewhere(endpoint)
                        && endpoint.policies() != null
                        && endpoint.policies().contains(entry.policy()));
    }

    /** Returns whether the worker has a socket and its settings are not in this directory. */
    private boolean isElsewhere(WorkerEndpointConfig endpoint) {
        return endpoint.socketPath() != null
                && config.workers().stream().noneMatch(worker -> worker.name().equals(endpoint.name()));
    }

    private List<LintEntry> checkFlow(RouteConfig route, Phase phase, FlowConfig flow) {
        List<EntryConfig> entries = new ArrayList<>();
        for (EntryConfig entry : flow.chain()) {
            entry.problems().forEach(this::add);
            PolicyDescriptor descriptor = known.get(entry.policy());
            if (descriptor == null || isUnlisted(entry)) {
                // Unknown workers may declare unknown policies.
                if (reading.knowsWorkers()) {
                    addUnknown(entry);
                }
            } else if (!descriptor.phases().contains(phase)) {
                add(entry.wrongPhase(phase));
            } else {
                entries.add(entry);
            }
        }
        IdentityHashMap<EntryConfig, PreparedChain.Entry> results = prepareBlocking(route, phase, entries);
        for (EntryConfig entry : entries) {
            PreparedChain.Entry prepared = Objects.requireNonNull(results.get(entry));
            prepared.problems().forEach(problem -> add(entry, problem));
            String mismatch = BodyUse.mismatch(flow.mode(), prepared.bodyNeed());
            if (mismatch != null && entry.mode() != EntryMode.OFF) {
                add(Problem.error(entry.source().policy(), "policy '" + entry.policy() + "' " + mismatch));
            }
        }
        return flow.chain().stream()
                .map(entry -> lintEntry(entry, results.get(entry)))
                .toList();
    }

    private LintEntry lintEntry(EntryConfig entry, PreparedChain.@Nullable Entry prepared) {
        WorkerEndpointConfig foreign = foreignOwner(entry);
        return prepared == null || !prepared.problems().isEmpty()
                ? new LintEntry(
                        entry,
                        foreign == null ? "" : foreign.name(),
                        foreign != null && foreign.failOpen(),
                        null,
                        BodyNeed.NONE)
                : new LintEntry(
                        entry, ownerOf(entry).name(), ownerOf(entry).failOpen(), prepared.facts(), prepared.bodyNeed());
    }

    private IdentityHashMap<EntryConfig, PreparedChain.Entry> prepareBlocking(
            RouteConfig route, Phase phase, List<EntryConfig> entries) {
        IdentityHashMap<EntryConfig, PreparedChain.Entry> results = new IdentityHashMap<>();
        entries.stream()
                .collect(Collectors.groupingBy(entry -> ownerOf(entry).name()))
                .forEach((name, own) -> results.putAll(
                        Objects.requireNonNull(workers.get(name)).prepareBlocking(route.routeName(), phase, own)));
        return results;
    }

    /**
     * Returns the worker that lists the entry's policy. If none does, returns the first worker without a list of
     * policies, or the first worker if all have lists.
     */
    private WorkerEndpointConfig ownerOf(EntryConfig entry) {
        List<WorkerEndpointConfig> endpoints = config.kernel().workers();
        return endpoints.stream()
                .filter(endpoint ->
                        endpoint.policies() != null && endpoint.policies().contains(entry.policy()))
                .findFirst()
                .or(() -> endpoints.stream()
                        .filter(endpoint -> endpoint.policies() == null)
                        .findFirst())
                .orElseGet(endpoints::getFirst);
    }

    /** Adds a problem of a parameter. It is a warning if settings outside of this directory may resolve it. */
    private void add(EntryConfig entry, ParamProblem problem) {
        WorkerEndpointConfig owner = ownerOf(entry);
        Problem found = entry.problem(problem);
        if (problem.isIn(entry.params())) {
            add(found);
        } else if (reading.knowsWorkers()) {
            add(
                    isElsewhere(owner)
                            ? Problem.warning(
                                    found.location(),
                                    found.message() + ", unless 'policies.config' of worker '" + owner.name()
                                            + "', which has no file here, says otherwise")
                            : found);
        }
    }

    /** Counts the problem. Reports it unless its location already has an error that may explain it. */
    private void add(Problem problem) {
        errors += problem.severity() == Problem.Severity.ERROR ? 1 : 0;
        if (!wrong.contains(problem.location())) {
            problems.add(problem);
        }
    }

    private void addUnknown(EntryConfig entry) {
        if (isUnlisted(entry)) {
            add(Problem.error(
                    entry.source().policy(),
                    "no worker may run policy '" + entry.policy()
                            + "': each worker in kernel.yaml has a list of 'policies', and no list contains it"));
        } else if (!isListedElsewhere(entry)) {
            add(unknown(entry));
        }
    }

    /**
     * Returns the problem of an unknown policy. It is a warning if a worker whose settings are elsewhere may declare
     * the policy.
     */
    private Problem unknown(EntryConfig entry) {
        String foreign = foreignWorker();
        String hint = NearestKey.hint(entry.policy(), known.keySet(), "policies");
        return foreign == null
                ? Problem.error(entry.source().policy(), "no worker declares policy '" + entry.policy() + "'" + hint)
                : Problem.warning(
                        entry.source().policy(),
                        "only worker '" + foreign + "', whose file is not in this directory, may declare policy '"
                                + entry.policy() + "'" + hint);
    }

    /** Returns the worker without settings in this directory that may run an unknown policy, or null. */
    private @Nullable WorkerEndpointConfig foreignOwner(EntryConfig entry) {
        List<WorkerEndpointConfig> foreign =
                config.kernel().workers().stream().filter(this::isElsewhere).toList();
        return foreign.stream()
                .filter(endpoint ->
                        endpoint.policies() != null && endpoint.policies().contains(entry.policy()))
                .findFirst()
                .orElse(foreign.isEmpty() ? null : foreign.getFirst());
    }

    private @Nullable String foreignWorker() {
        return config.kernel().workers().stream()
                .filter(this::isElsewhere)
                .map(WorkerEndpointConfig::name)
                .findFirst()
                .orElse(null);
    }
}
