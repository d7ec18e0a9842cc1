package io.policyengine.app.check;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.policyengine.app.engine.Conf;
import io.policyengine.app.engine.Placement;
import io.policyengine.app.engine.Workers;
import io.policyengine.core.chain.OnFailure;
import io.policyengine.core.config.ConfDirectory;
import io.policyengine.core.config.ConfigException;
import io.policyengine.core.config.EngineConfig;
import io.policyengine.core.config.EntryConfig;
import io.policyengine.core.config.EntryMode;
import io.policyengine.core.config.FlowConfig;
import io.policyengine.core.config.RouteConfig;
import io.policyengine.core.config.WorkerCoreConfig;
import io.policyengine.core.config.WorkerEndpointConfig;
import io.policyengine.core.error.Location;
import io.policyengine.core.error.Problem;
import io.policyengine.core.params.NearestKey;
import io.policyengine.core.params.ParamProblem;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.worker.ChainSpec;
import io.policyengine.core.worker.PreparedChain;
import io.policyengine.kernel.plan.BodyUse;
import io.policyengine.worker.LocalWorker;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Finds everything that is wrong with a conf directory, parameters of policies included, without serving. */
public final class ConfCheck {
    private static final Comparator<Problem> BY_PLACE = Comparator.comparing(
                    (Problem problem) -> problem.location().file())
            .thenComparingInt(problem -> problem.location().line())
            .thenComparingInt(problem -> problem.location().column());

    private final EngineConfig config;
    private final LocalWorker worker;
    private final Set<String> known = new TreeSet<>();
    private final List<Problem> problems = new ArrayList<>();
    private long lastChainId;

    /**
     * What was found.
     *
     * @param problems by file and line
     * @param routes route policies that were read
     * @param entries their chain entries
     */
    public record Report(List<Problem> problems, int routes, int entries) {
        /** How many problems forbid use. */
        public long errors() {
            return problems.stream()
                    .filter(problem -> problem.severity() == Problem.Severity.ERROR)
                    .count();
        }
    }

    private ConfCheck(EngineConfig config, LocalWorker worker) {
        this.config = config;
        this.worker = worker;
    }

    /** Checks a directory. Reads files that policies refer to. */
    public static Report checkBlocking(Conf conf) {
        EngineConfig config;
        try {
            config = ConfDirectory.read(conf.directory(), System::getenv);
        } catch (ConfigException e) {
            return report(conf, e.problems(), List.of());
        }
        Vertx vertx = Vertx.vertx();
        try {
            LocalWorker worker = Workers.local(
                    vertx,
                    new SimpleMeterRegistry(),
                    conf.directory(),
                    config,
                    config.kernel().workers().getFirst().name());
            ConfCheck check = new ConfCheck(config, worker);
            check.run();
            return report(conf, check.problems, config.routes());
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().join();
        }
    }

    private static Report report(Conf conf, List<Problem> problems, List<RouteConfig> routes) {
        return new Report(
                problems.stream().distinct().sorted(BY_PLACE).map(conf::placed).toList(),
                routes.size(),
                routes.stream()
                        .mapToInt(route -> route.requestFlow().chain().size()
                                + route.responseFlow().chain().size())
                        .sum());
    }

    private void run() {
        problems.addAll(config.warnings());
        checkPlacement();
        worker.describe()
                .result()
                .policies()
                .forEach(policy -> known.add(policy.descriptor().name()));
        for (RouteConfig route : config.routes()) {
            checkFlow(route, Phase.REQUEST, route.requestFlow());
            checkFlow(route, Phase.RESPONSE, route.responseFlow());
        }
    }

    private void checkPlacement() {
        String twice = Placement.embeddedTwice(config.kernel().workers().stream()
                .filter(endpoint -> endpoint.socketPath() == null)
                .toList());
        if (twice != null) {
            problems.add(Problem.error(Location.ofFile("kernel.yaml"), twice));
        }
    }

    private void checkFlow(RouteConfig route, Phase phase, FlowConfig flow) {
        flow.chain().stream()
                .filter(entry -> !known.contains(entry.policy()))
                .forEach(entry -> problems.add(unknown(entry)));
        List<EntryConfig> entries = flow.chain().stream()
                .filter(entry -> known.contains(entry.policy()))
                .toList();
        ChainSpec chain = new ChainSpec(
                ++lastChainId,
                route.routeName(),
                phase,
                entries.stream().map(ConfCheck::spec).toList());
        PreparedChain prepared = worker.prepare(1, List.of(chain))
                .toCompletionStage()
                .toCompletableFuture()
                .join()
                .getFirst();
        for (int i = 0; i < entries.size(); i++) {
            EntryConfig entry = entries.get(i);
            for (ParamProblem problem : prepared.entries().get(i).problems()) {
                problems.add(located(entry, problem));
            }
            String misfit =
                    BodyUse.misfit(flow.mode(), prepared.entries().get(i).bodyNeed());
            if (misfit != null && entry.mode() == EntryMode.ENFORCE) {
                problems.add(Problem.error(entry.source().location(), "policy '" + entry.policy() + "' " + misfit));
            }
        }
    }

    private static ChainSpec.Entry spec(EntryConfig entry) {
        OnFailure onFailure = entry.onFailure() == null ? OnFailure.DENY : entry.onFailure();
        return new ChainSpec.Entry(entry.name(), entry.policy(), entry.params(), onFailure, entry.timeout());
    }

    private static Problem located(EntryConfig entry, ParamProblem problem) {
        Location place = problem.pointer().isEmpty()
                ? entry.source().location()
                : problem.concernsKey()
                        ? entry.source().locateKey(problem.pointer())
                        : entry.source().locate(problem.pointer());
        return Problem.error(place, entry.policy() + ": " + problem.message());
    }

    /** Not of this program. A worker whose settings are elsewhere may be another program, with policies of its own. */
    private Problem unknown(EntryConfig entry) {
        String foreign = foreignWorker();
        return foreign == null
                ? Problem.error(
                        entry.source().location(),
                        "no worker declares policy '" + entry.policy() + "'" + NearestKey.hint(entry.policy(), known))
                : Problem.warning(
                        entry.source().location(),
                        "policy '" + entry.policy() + "' is not one of this program's"
                                + NearestKey.hint(entry.policy(), known) + "; worker '" + foreign
                                + "', which has no file here, may declare it");
    }

    private @Nullable String foreignWorker() {
        Set<String> here = config.workers().stream().map(WorkerCoreConfig::name).collect(Collectors.toSet());
        return config.kernel().workers().stream()
                .filter(endpoint -> endpoint.socketPath() != null)
                .map(WorkerEndpointConfig::name)
                .filter(name -> !here.contains(name))
                .findFirst()
                .orElse(null);
    }
}
