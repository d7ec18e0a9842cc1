package io.policyengine.app.simulation;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.policyengine.app.simulation.net.VirtualMachine;
import io.policyengine.core.config.EngineConfig;
import io.policyengine.core.config.WorkerEndpointConfig;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.core.instruction.RequestInstruction;
import io.policyengine.core.instruction.ResponseInstruction;
import io.policyengine.core.instruction.SetHeader;
import io.policyengine.core.metrics.MetricNames;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.policy.ResponseContext;
import io.policyengine.core.policy.ResponseOutcome;
import io.policyengine.core.worker.WorkerConnector;
import io.policyengine.kernel.remote.RemoteWorker;
import io.policyengine.kernel.remote.RemoteWorkerOptions;
import io.policyengine.kernel.worker.WorkerConnectors;
import io.policyengine.testkit.envoy.EnvoySim;
import io.policyengine.testkit.envoy.RunningExchange;
import io.policyengine.testkit.envoy.SimRequest;
import io.policyengine.testkit.envoy.SimResponse;
import io.policyengine.testkit.envoy.Upstream;
import io.policyengine.testkit.envoy.model.FilterConfig;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One seed: Envoy, a kernel and workers, all of them the real code but for Envoy, on a {@link VirtualMachine}; exchanges, and what
 * goes wrong meanwhile.
 */
final class Simulation implements StampingPolicy.Calls {
    /** The header field of responses of the upstream. */
    static final String UPSTREAM = "x-upstream";

    /** The header field of a policy's denial: its stamp. */
    static final String DENIED_BY = "x-denied-by";

    /** Envoy's way to the kernel, among the {@link Faults}. */
    static final String ENVOY = "envoy";

    private static final Duration MOST_TIME = Duration.ofMinutes(2);
    private static final Duration SETTLING = Duration.ofMillis(50);
    private static final long SPAN = Duration.ofSeconds(1).toNanos();

    private final Stage stage;
    private final VirtualMachine machine;
    private final Chance chance;
    private final Scenario scenario;
    private final Journal journal;
    private final Faults faults = new Faults();
    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private final List<SimulatedReplica> replicas = new ArrayList<>();
    private final List<SimulatedExchange> exchanges = new ArrayList<>();
    private int ended;
    private boolean over;

    /**
     * What a seed came to.
     *
     * @param violations empty if the invariant holds
     * @param passed exchanges in which client and upstream got each other's messages
     * @param excused how often an {@code on_failure} let a chain go on without a part
     */
    record Outcome(List<String> violations, List<String> history, int exchanges, int passed, int excused) {
        boolean holds() {
            return violations.isEmpty();
        }
    }

    private Simulation(Stage stage, long seed, boolean withHistory) {
        this.stage = stage;
        this.machine = stage.machine();
        this.chance = new Chance(seed);
        this.scenario = Scenario.draw(chance);
        this.journal = new Journal(machine.ticker(), withHistory);
    }

    /** Runs a seed. */
    static Outcome run(Stage stage, long seed, boolean withHistory) {
        stage.machine().begin(seed);
        return new Simulation(stage, seed, withHistory).run();
    }

    private Outcome run() {
        stage.onCalls(this);
        List<Future<?>> started = new ArrayList<>();
        Map<String, RemoteWorker> remotes = new HashMap<>();
        EngineConfig config = scenario.config(1);
        for (WorkerEndpointConfig endpoint : config.kernel().workers()) {
            SimulatedReplica replica =
                    new SimulatedReplica(stage, endpoint.name(), endpoint.name() + "-" + replicas.size());
            replicas.add(replica);
            started.add(replica.start());
            remotes.put(String.valueOf(endpoint.socketPath()), remote(replica.socket()));
        }
        machine.await(Future.all(started));
        RandomGenerator random = chance.of("kernel");
        String socket = stage.directory().resolve("kernel").toString();
        SimulatedKernel kernel = new SimulatedKernel(
                config, new Placed(remotes), metrics, machine.ticker(), random, socket, random.nextInt(4) == 0 ? 2 : 1);
        String deployment = machine.await(machine.vertx().deployVerticle(kernel));
        EnvoySim envoy = EnvoySim.builder(machine.vertx())
                .target(SocketAddress.domainSocketAddress(socket))
                .filter(FilterConfig.builder().routeName(Scenario.ROUTE).build())
                .connections(random.nextInt(1, 3))
                .build();
        machine.runUntil(kernel::isReady, Duration.ofSeconds(10));
        journal.note(() -> scenario.describe(1));

        int count = chance.of("exchanges").nextInt(3, 9);
        for (int i = 0; i < count; i++) {
            exchange(envoy, i);
        }
        disturb(socket);
        machine.runUntil(() -> ended == count, MOST_TIME);
        over = true;
        // What is late comes now; it must be in vain.
        machine.pass(SETTLING);
        replicas.forEach(replica -> replica.stall(false));
        machine.pass(SETTLING);
        List<String> violations = new ArrayList<>();
        int excused = judge(violations);
        machine.await(envoy.shutdown());
        machine.runUntil(() -> kernel.activeExchanges() == 0, Duration.ofSeconds(10));
        if (kernel.activeExchanges() != 0 || kernel.bufferedBytes() != 0) {
            violations.add("the kernel still holds " + kernel.activeExchanges() + " exchanges and "
                    + kernel.bufferedBytes() + " bytes");
        }
        machine.await(machine.vertx().undeploy(deployment));
        machine.await(Future.join(replicas.stream().map(SimulatedReplica::close).toList()));
        long passed = exchanges.stream()
                .filter(exchange ->
                        exchange.result != null && exchange.result.response().header(UPSTREAM) != null)
                .count();
        return new Outcome(violations, journal.lines(), count, (int) passed, excused);
    }

    /** The ways to the replicas, by the sockets that the configuration names. */
    private record Placed(Map<String, RemoteWorker> remotes) implements WorkerConnectors {
        @Override
        public String place(WorkerEndpointConfig worker) {
            return String.valueOf(worker.socketPath());
        }

        @Override
        public @Nullable String misfit(List<WorkerEndpointConfig> workers) {
            return null;
        }

        @Override
        public WorkerConnector connect(WorkerEndpointConfig worker, EngineConfig config) {
            return Objects.requireNonNull(remotes.get(place(worker)));
        }
    }

    private RemoteWorker remote(String socket) {
        RemoteWorkerOptions options =
                new RemoteWorkerOptions(socket, Duration.ofMillis(500), Duration.ofSeconds(5), 1000, 16 << 20);
        return new RemoteWorker(machine.vertx(), options, machine.ticker(), () -> {});
    }

    /** What was to happen after the end of the seed does not. */
    private void after(long nanos, Runnable event) {
        machine.after(nanos, () -> {
            if (!over) {
                event.run();
            }
        });
    }

    // ---- exchanges

    private void exchange(EnvoySim envoy, int number) {
        RandomGenerator random = chance.of("exchange " + number);
        after(random.nextLong(SPAN), () -> {
            SimulatedExchange exchange =
                    new SimulatedExchange(exchanges.size(), machine.ticker().nanoTime());
            exchanges.add(exchange);
            journal.note(() -> "exchange " + exchange.number + " begins");
            SimRequest request = SimRequest.get("/", SimulatedExchange.NUMBER, Integer.toString(exchange.number));
            RunningExchange running = envoy.start(request, upstream(exchange, random.nextLong(20_000_000)));
            if (random.nextInt(16) == 0) {
                after(random.nextLong(60_000_000), () -> {
                    exchange.hungUp = exchange.result == null;
                    running.hangUp();
                });
            }
            running.result().onSuccess(result -> {
                exchange.result = result;
                exchange.endedNanos = machine.ticker().nanoTime();
                ended++;
                journal.note(() -> "exchange " + exchange.number + " ends: " + result.status() + " "
                        + result.response().headers() + " " + result.response().bodyText() + " " + result.streamEnd());
            });
        });
    }

    private Upstream upstream(SimulatedExchange exchange, long delay) {
        return request -> {
            journal.note(() -> "exchange " + exchange.number + " reaches the upstream: " + request.headers());
            Promise<SimResponse> response = Promise.promise();
            after(delay, () -> response.complete(SimResponse.of(200).withHeader(UPSTREAM, "1")));
            return response.future();
        };
    }

    // ---- policies

    @Override
    public Future<RequestOutcome> onRequest(String replica, Stamp stamp, RequestContext context) {
        HeaderMap headers = context.request().headers();
        String trail = headers.get(Stamp.REQUEST_TRAIL);
        return called(replica, stamp, headers, trail, kind -> requestOutcome(kind, stamp, trail));
    }

    @Override
    public Future<ResponseOutcome> onResponse(String replica, Stamp stamp, ResponseContext context) {
        String trail = context.response().headers().get(Stamp.RESPONSE_TRAIL);
        HeaderMap original = context.originalRequest().headers();
        return called(replica, stamp, original, trail, kind -> responseOutcome(kind, stamp, trail));
    }

    private <O> Future<O> called(
            String replica,
            Stamp stamp,
            HeaderMap headers,
            @Nullable String trail,
            Function<Behaviour.Kind, O> outcome) {
        String number = Objects.requireNonNull(headers.get(SimulatedExchange.NUMBER));
        SimulatedExchange exchange = exchanges.get(Integer.parseInt(number));
        Behaviour behaviour = Behaviour.draw(chance.of(number + " " + stamp), stamp.phase() == Phase.REQUEST);
        PolicyRun run = new PolicyRun(
                stamp, Stamp.trail(trail), behaviour, replica, machine.ticker().nanoTime());
        exchange.runs.add(run);
        journal.note(() -> "exchange " + number + ": " + run);
        if (behaviour.after().isZero()) {
            return outcome(behaviour, outcome);
        }
        Promise<O> later = Promise.promise();
        after(behaviour.after().toNanos(), () -> {
            try {
                outcome(behaviour, outcome).onComplete(later);
            } catch (IllegalStateException thrown) {
                later.fail(thrown);
            }
        });
        return later.future();
    }

    private static <O> Future<O> outcome(Behaviour behaviour, Function<Behaviour.Kind, O> outcome) {
        return switch (behaviour.kind()) {
            case PROCEED, SKIP, DENY, ILLEGAL -> Future.succeededFuture(outcome.apply(behaviour.kind()));
            case THROW -> throw new IllegalStateException("the policy throws");
            case FAIL -> Future.failedFuture("the policy fails");
            case NEVER -> Promise.<O>promise().future();
        };
    }

    private static RequestOutcome requestOutcome(Behaviour.Kind kind, Stamp stamp, @Nullable String trail) {
        List<RequestInstruction> stamped = List.of(new SetHeader(Stamp.REQUEST_TRAIL, stamp.after(trail)));
        return switch (kind) {
            case SKIP -> new RequestOutcome.SkipRemaining(stamped, null);
            case DENY ->
                new RequestOutcome.Respond(
                        new ImmediateResponse(
                                418, HeaderMap.of(DENIED_BY, stamp.toString()), Buffer.buffer(), "policy_denied"),
                        List.of());
            case ILLEGAL ->
                new RequestOutcome.Proceed(List.of(stamped.getFirst(), new SetHeader("content-length", "1")), null);
            case PROCEED, THROW, FAIL, NEVER -> new RequestOutcome.Proceed(stamped, null);
        };
    }

    private static ResponseOutcome responseOutcome(Behaviour.Kind kind, Stamp stamp, @Nullable String trail) {
        List<ResponseInstruction> stamped = List.of(new SetHeader(Stamp.RESPONSE_TRAIL, stamp.after(trail)));
        return switch (kind) {
            case SKIP -> new ResponseOutcome.SkipRemaining(stamped, null);
            case ILLEGAL ->
                new ResponseOutcome.Proceed(List.of(stamped.getFirst(), new SetHeader("content-length", "1")), null);
            case PROCEED, DENY, THROW, FAIL, NEVER -> new ResponseOutcome.Proceed(stamped, null);
        };
    }

    // ---- what goes wrong

    private void disturb(String kernelSocket) {
        RandomGenerator random = chance.of("faults");
        int count = random.nextInt(3) == 0 ? 0 : random.nextInt(1, 5);
        for (int i = 0; i < count; i++) {
            SimulatedReplica victim = replicas.get(random.nextInt(replicas.size()));
            long at = random.nextLong(SPAN);
            long until = at + random.nextLong(SPAN);
            switch (random.nextInt(9)) {
                case 0, 1, 2 -> fault(at, until, victim, "dies", victim::kill, victim::start);
                case 3, 4 ->
                    fault(at, until, victim, "stands still", () -> victim.stall(true), () -> {
                        victim.stall(false);
                        return Future.succeededFuture();
                    });
                case 5, 6 -> fault(at, at, victim, "is cut off", victim::cut, Future::succeededFuture);
                case 7 -> fault(at, until, victim, "drains", victim::drain, victim::start);
                default ->
                    after(at, () -> {
                        journal.note(() -> "Envoy is cut off");
                        faults.begin(ENVOY, machine.ticker().nanoTime());
                        faults.end(ENVOY, machine.ticker().nanoTime());
                        machine.network().cut(kernelSocket);
                    });
            }
        }
    }

    private void fault(
            long at, long until, SimulatedReplica victim, String what, Runnable begin, Supplier<Future<Void>> mend) {
        after(at, () -> {
            journal.note(() -> victim.name() + " " + what);
            faults.begin(victim.worker(), machine.ticker().nanoTime());
            begin.run();
        });
        after(
                until,
                () -> mend.get().onComplete(_ -> {
                    journal.note(() -> victim.name() + " is back");
                    faults.end(victim.worker(), machine.ticker().nanoTime());
                }));
    }

    // ---- judgement

    private int judge(List<String> violations) {
        int excused = 0;
        boolean sure = true;
        for (SimulatedExchange exchange : exchanges) {
            try {
                Invariant.Excuses excuses = Invariant.check(scenario, faults, exchange);
                excused += excuses.times();
                sure &= excuses.all();
            } catch (Invariant.Violation violation) {
                violations.add("exchange " + exchange.number + ": " + violation.getMessage());
            }
        }
        double counted = metrics.find(MetricNames.KERNEL_PARTIAL_CHAINS).counters().stream()
                .mapToDouble(Counter::count)
                .sum();
        boolean tooMany = sure && excused == 0 && counted > 0;
        if (violations.isEmpty() && (counted < excused || tooMany)) {
            violations.add("an on_failure was used " + excused + " times, but " + counted + " are counted");
        }
        return excused;
    }
}
