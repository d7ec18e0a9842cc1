package io.policyengine.it.simulation;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.policyengine.core.config.EngineConfig;
import io.policyengine.core.config.WorkerEndpointConfig;
import io.policyengine.core.metrics.KernelMetric;
import io.policyengine.core.worker.WorkerConnector;
import io.policyengine.it.simulation.judge.Answers;
import io.policyengine.it.simulation.judge.Faults;
import io.policyengine.it.simulation.judge.Judge;
import io.policyengine.it.simulation.judge.SimulatedExchange;
import io.policyengine.it.simulation.judge.Timeline;
import io.policyengine.it.simulation.judge.TrailersJudge;
import io.policyengine.it.simulation.net.VirtualMachine;
import io.policyengine.it.simulation.world.Chance;
import io.policyengine.it.simulation.world.Configuration;
import io.policyengine.it.simulation.world.World;
import io.policyengine.kernel.remote.RemoteWorker;
import io.policyengine.kernel.remote.RemoteWorkerOptions;
import io.policyengine.kernel.worker.registry.WorkerConnectors;
import io.policyengine.testkit.envoy.EnvoySim;
import io.policyengine.testkit.envoy.model.FilterConfig;
import io.vertx.core.Future;
import io.vertx.core.net.SocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One seed: Envoy, a kernel and workers, all of them the real code but for Envoy, on a {@link VirtualMachine}; exchanges, reloads, and
 * what goes wrong meanwhile.
 */
final class Simulation {
    private static final Duration MAX_TIME = Duration.ofMinutes(2);
    private static final Duration SETTLING = Duration.ofMillis(50);
    private static final long SPAN = Duration.ofSeconds(1).toNanos();

    private final VirtualMachine machine;
    private final Path directory;
    private final Chance chance;
    private final Journal journal;
    private final Agenda agenda;
    private final Timeline timeline = new Timeline();
    private final Faults faults = new Faults();
    private final Traffic traffic;
    private final Reloads reloads;
    private final List<SimulatedReplica> replicas;
    private final List<Configuration> configurations;
    private final boolean withTrailers;
    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();

    /**
     * What a seed came to.
     *
     * @param violations empty if the invariant holds
     * @param passed exchanges in which client and upstream got each other's messages
     * @param overtaken exchanges that ran on by their generation when another was current
     * @param stamped trailers that policies have stamped
     * @param excused how often an {@code on_failure} let a chain go on without a part
     */
    record Outcome(
            List<String> violations,
            List<String> history,
            int exchanges,
            int passed,
            int overtaken,
            int stamped,
            int excused) {
        boolean holds() {
            return violations.isEmpty();
        }
    }

    private Simulation(Stage stage, long seed, boolean withHistory, boolean withTrailers) {
        this.withTrailers = withTrailers;
        machine = stage.machine();
        directory = stage.directory();
        chance = new Chance(seed);
        journal = new Journal(machine.ticker(), withHistory);
        agenda = new Agenda(machine, journal);
        traffic = new Traffic(agenda, chance, SPAN, withTrailers);
        configurations = World.draw(chance, withTrailers);
        reloads = new Reloads(agenda, timeline, configurations);
        Actors actors = new Actors(agenda, chance, configurations, traffic::exchange);
        stage.onCalls(actors);
        replicas = World.WORKERS.stream()
                .flatMap(worker -> configurations.stream()
                        .flatMap(each -> each.settings().replicas(worker).stream())
                        .distinct()
                        .sorted()
                        .map(name -> new SimulatedReplica(stage, actors, worker, name)))
                .toList();
    }

    /** Runs a seed. */
    static Outcome run(Stage stage, long seed, boolean withHistory) {
        stage.machine().begin(seed);
        return new Simulation(stage, seed, withHistory, false).run();
    }

    /** Runs a seed in which messages have trailers and policies look at them; nothing is disturbed, and Envoy honours mode overrides. */
    static Outcome runWithTrailers(Stage stage, long seed, boolean withHistory) {
        stage.machine().begin(seed);
        return new Simulation(stage, seed, withHistory, true).run();
    }

    private Outcome run() {
        awaitAll(replicas.stream().map(SimulatedReplica::start));
        RandomGenerator random = chance.of("kernel");
        String socket = directory.resolve("kernel").toString();
        SimulatedKernel kernel = new SimulatedKernel(
                reloads.first(),
                new Placed(),
                metrics,
                machine.ticker(),
                random,
                socket,
                random.nextInt(4) == 0 ? 2 : 1);
        kernel.onSwap(reloads::swapped);
        String deployment = machine.await(machine.vertx().deployVerticle(kernel));
        EnvoySim envoy = envoy(socket, true, random.nextInt(1, 3));
        // Its connection is one, so that the judge knows which exchanges share it.
        EnvoySim other = random.nextInt(4) == 0 && !withTrailers ? envoy(socket, false, 1) : envoy;
        machine.runUntil(kernel::isReady, Duration.ofSeconds(10));

        traffic.through(envoy, other);
        reloads.draw(kernel, traffic.beginnings(), chance.of("reloads"));
        if (!withTrailers) {
            new Disturbances(agenda, faults, replicas, () -> machine.network().cut(socket))
                    .draw(chance.of("faults"), SPAN);
        }
        machine.runUntil(traffic::isOver, MAX_TIME);
        settle(kernel);

        Judge judge = new Judge(timeline, faults);
        traffic.exchanges().forEach(judge::judge);
        judge.judgeBodies(traffic.exchanges());
        TrailersJudge ofTrailers = new TrailersJudge(configurations);
        if (withTrailers) {
            traffic.exchanges().forEach(exchange -> judge.note(ofTrailers.violation(exchange)));
        }
        judge.judgeCount(partialChains());
        judgeAtRest(kernel, judge);
        machine.await(envoy.shutdown());
        machine.await(other.shutdown());
        machine.await(machine.vertx().undeploy(deployment));
        awaitAll(replicas.stream().map(SimulatedReplica::close));
        replicas.forEach(replica -> replica.reportAfterwards(judge));
        return outcome(judge, ofTrailers.stamped());
    }

    private EnvoySim envoy(String socket, boolean honoursOverrides, int connections) {
        return EnvoySim.builder(machine.vertx())
                .target(SocketAddress.domainSocketAddress(socket))
                .filter(FilterConfig.builder()
                        .routeName(World.ROUTE)
                        .responseAttribute("response.code_details", "via_upstream")
                        .allowModeOverride(honoursOverrides)
                        .build())
                .connections(connections)
                .build();
    }

    /** What is late comes now; it must be in vain. */
    private void settle(SimulatedKernel kernel) {
        agenda.close();
        machine.pass(SETTLING);
        replicas.forEach(replica -> replica.stall(false));
        machine.pass(SETTLING);
        machine.runUntil(() -> reloads.isOver() && kernel.activeExchanges() == 0, Duration.ofSeconds(30));
        machine.pass(SETTLING);
    }

    private void judgeAtRest(SimulatedKernel kernel, Judge judge) {
        if (kernel.activeExchanges() != 0 || !kernel.heldBytes().isEmpty()) {
            judge.note("the kernel still holds " + kernel.activeExchanges() + " exchanges and these bytes: "
                    + kernel.heldBytes());
        }
        for (SimulatedReplica replica : replicas) {
            replica.report(judge, faults);
            replica.reportAtRest(judge);
        }
    }

    private double partialChains() {
        return metrics.find(KernelMetric.PARTIAL_CHAINS.id()).counters().stream()
                .mapToDouble(Counter::count)
                .sum();
    }

    private Outcome outcome(Judge judge, int stamped) {
        List<SimulatedExchange> exchanges = traffic.exchanges();
        long passed = exchanges.stream()
                .map(SimulatedExchange::result)
                .filter(result -> result != null && Answers.isOfUpstream(result.response()))
                .count();
        long overtaken = exchanges.stream().filter(judge::isOvertaken).count();
        return new Outcome(
                judge.violations(),
                journal.lines(),
                exchanges.size(),
                (int) passed,
                (int) overtaken,
                stamped,
                judge.excused());
    }

    private void awaitAll(Stream<Future<Void>> futures) {
        machine.await(Future.join(futures.toList()));
    }

    /** The ways to the replicas: the configuration names sockets that are elsewhere on this machine. */
    private final class Placed implements WorkerConnectors {
        private final LongAdder unsent = new LongAdder();

        @Override
        public long unsentBytes() {
            return unsent.sum();
        }

        @Override
        public String place(WorkerEndpointConfig worker) {
            Path named = Path.of(String.valueOf(worker.socketPath()));
            return directory.resolve(named.getFileName()).toString();
        }

        @Override
        public @Nullable String mismatch(List<WorkerEndpointConfig> workers) {
            return null;
        }

        @Override
        public WorkerConnector connect(WorkerEndpointConfig worker, EngineConfig config) {
            RemoteWorkerOptions options = RemoteWorkerOptions.defaults(place(worker));
            return new RemoteWorker(machine.vertx(), options, machine.ticker(), () -> {}, unsent);
        }
    }
}
