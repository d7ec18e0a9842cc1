package io.policyengine.testkit.conformance;

import io.policyengine.testkit.envoy.BodyArrival;
import io.policyengine.testkit.envoy.EnvoySim;
import io.policyengine.testkit.envoy.SimRequest;
import io.policyengine.testkit.envoy.StreamEnd;
import io.policyengine.testkit.envoy.Upstream;
import io.policyengine.testkit.envoy.model.FilterConfig;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Runs conformance cases against any ext_proc server. A case is not applicable if it needs a behaviour that the server
 * does not declare. The same applies if a permitted action of the server makes it unobservable. Thread-safe.
 */
public final class Conformance {
    /** Time to wait for superfluous answers after an exchange ends. */
    private static final Duration LINGER = Duration.ofMillis(50);

    private final Vertx vertx;
    private final SocketAddress target;
    private final Duration limit;
    private final Set<Behaviour> behaviours;
    private final Function<Behaviour, String> routes;
    private final int parallel;

    private Conformance(Builder builder) {
        this.vertx = builder.vertx;
        this.target = Objects.requireNonNull(builder.target, "target");
        this.limit = builder.limit;
        this.behaviours = EnumSet.of(Behaviour.ANY);
        this.behaviours.addAll(builder.behaviours);
        this.routes = builder.routes;
        this.parallel = builder.parallel;
    }

    /** Returns a builder whose defaults are 5 s for each exchange, no behaviours, and one case at a time. */
    public static Builder builder(Vertx vertx) {
        return new Builder(vertx);
    }

    /** Runs the cases and returns their results in the same order; fails if nothing listens at the target. */
    public Future<List<CaseResult>> run(List<ConformanceCase> cases) {
        Queue<Integer> waiting = new ConcurrentLinkedQueue<>();
        List<@Nullable CaseResult> results = new ArrayList<>();
        for (int i = 0; i < cases.size(); i++) {
            waiting.add(i);
            results.add(null);
        }
        return reach().compose(_ -> {
            List<Future<Void>> lanes = new ArrayList<>();
            for (int i = 0; i < parallel; i++) {
                lanes.add(lane(cases, waiting, results));
            }
            return Future.all(lanes)
                    .map(_ -> results.stream().map(Objects::requireNonNull).toList());
        });
    }

    private Future<Void> reach() {
        return vertx.createNetClient().connect(target).compose(socket -> socket.close());
    }

    private Future<Void> lane(List<ConformanceCase> cases, Queue<Integer> waiting, List<@Nullable CaseResult> results) {
        Integer index = waiting.poll();
        if (index == null) {
            return Future.succeededFuture();
        }
        return run(cases.get(index)).compose(result -> {
            results.set(index, result);
            return lane(cases, waiting, results);
        });
    }

    public Future<CaseResult> run(ConformanceCase testCase) {
        ConformanceCase.Elsewhere elsewhere = testCase.elsewhere();
        if (elsewhere != null) {
            return Future.succeededFuture(CaseResult.notApplicable(testCase, elsewhere.because()));
        }
        if (!behaviours.contains(testCase.behaviour())) {
            return Future.succeededFuture(CaseResult.notApplicable(testCase, "needs " + testCase.needs()));
        }
        FilterConfig config = config(testCase);
        EnvoySim sim = sim(testCase, config);
        Future<CaseResult> played = testCase.raw().isEmpty()
                ? new SimCaseRun(vertx, sim, config, testCase, limit).run()
                : new RawCaseRun(vertx, sim, testCase, routes.apply(testCase.behaviour()), limit).run();
        return played.compose(result -> testCase.servesAfterwards() && result.verdict() == CaseVerdict.PASS
                        ? servesStill(sim, testCase)
                        : Future.succeededFuture(result))
                .eventually(sim::shutdown);
    }

    private Future<CaseResult> servesStill(EnvoySim sim, ConformanceCase testCase) {
        return sim.exchange(SimRequest.get("/"), Upstream.replying(200)).map(result -> {
            String fault = SimCaseRun.fault(result);
            String problem = result.streamEnd().kind() == StreamEnd.Kind.SERVER_ERROR ? result.details() : fault;
            return problem == null
                    ? CaseResult.pass(testCase)
                    : CaseResult.fail(testCase, "the connection serves no more: " + problem);
        });
    }

    private FilterConfig config(ConformanceCase testCase) {
        return SimInputs.filter(testCase.envoy(), routes.apply(testCase.behaviour()), limit.dividedBy(2));
    }

    private EnvoySim sim(ConformanceCase testCase, FilterConfig config) {
        return EnvoySim.builder(vertx)
                .target(target)
                .filter(config)
                .bodyArrival(
                        testCase.envoy().bodiesArriveWithHeaders()
                                ? BodyArrival.WITH_HEADERS
                                : BodyArrival.AFTER_HEADERS_ANSWER)
                .linger(testCase.times() > 1 ? Duration.ZERO : LINGER)
                .build();
    }

    public static final class Builder {
        private final Vertx vertx;
        private @Nullable SocketAddress target;
        private Duration limit = Duration.ofSeconds(5);
        private Set<Behaviour> behaviours = Set.of();
        private Function<Behaviour, String> routes = Behaviour::route;
        private int parallel = 1;

        private Builder(Vertx vertx) {
            this.vertx = vertx;
        }

        /** Sets the address of the ext_proc server. Required. */
        public Builder target(SocketAddress target) {
            this.target = target;
            return this;
        }

        /** Sets the time limit of an exchange; each answer may take half of it. */
        public Builder limit(Duration limit) {
            this.limit = limit;
            return this;
        }

        /** Sets the behaviours that the server is configured for. The default is none. */
        public Builder behaviours(Set<Behaviour> behaviours) {
            this.behaviours = Set.copyOf(behaviours);
            return this;
        }

        /** Sets the route name for each behaviour. The default is {@link Behaviour#route}. */
        public Builder routes(Function<Behaviour, String> routes) {
            this.routes = routes;
            return this;
        }

        /** Sets the number of cases that run at once. The default is 1. */
        public Builder parallel(int parallel) {
            this.parallel = parallel;
            return this;
        }

        public Conformance build() {
            return new Conformance(this);
        }
    }
}
