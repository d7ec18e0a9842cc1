package io.policyengine.kernel.blackbox.chains;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.config.EntryConfig;
import io.policyengine.core.config.FlowConfig;
import io.policyengine.core.config.Overrides;
import io.policyengine.core.config.RouteConfig;
import io.policyengine.core.config.reading.ConfDirectory;
import io.policyengine.core.lint.LintEntry;
import io.policyengine.core.lint.LintRoute;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.who.Guarantee;
import io.policyengine.core.who.Opening;
import io.policyengine.core.who.Opening.Reach;
import io.policyengine.core.who.RouteAnswer;
import io.policyengine.core.who.Who;
import io.policyengine.core.worker.WorkerException;
import io.policyengine.kernel.harness.KernelHarness;
import io.policyengine.testkit.envoy.SimRequest;
import io.policyengine.testkit.envoy.SimResponse;
import io.policyengine.testkit.envoy.SimResult;
import io.policyengine.testkit.worker.ScriptedWorker;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Random chains of policies that do what they declare, with random requests and faults: no request gets in that the
 * abstract run called impossible. A failure names seed, chain and request.
 */
class WhoGetsInTest {
    private static final int CHAINS = Integer.getInteger("who.chains", 400);
    private static final long SEED = Long.getLong("who.seed", 1);
    private static final int REQUESTS = 4;
    private static final int UPSTREAM_STATUS = 200;

    private static final String SETTINGS = """
            workers: [ { name: one }, { name: two, fail_open: true } ]
            allow_empty: true
            """;

    private final KernelHarness kernel = KernelHarness.create();
    private final Map<String, DeclaringPolicies.Declared> policies = DeclaringPolicies.all();
    private final ScriptedWorker one = kernel.worker("one");
    private final ScriptedWorker two = kernel.worker("two");
    private final Set<String> seen = new HashSet<>();
    private int openings;

    @AfterEach
    void stop() {
        kernel.close();
    }

    @Test
    void noRequestGetsInThatTheAbstractRunCallsImpossible() {
        RandomChains random = new RandomChains(new Random(SEED), policies);
        StringBuilder routes = new StringBuilder("route_policies:\n");
        for (int i = 0; i < CHAINS; i++) {
            routes.append(random.route("r" + i));
        }
        policies.forEach(
                (name, policy) -> add(DeclaringPolicies.workerOf(name).equals("one") ? one : two, name, policy));
        kernel.start(SETTINGS, routes.toString());
        List<RouteConfig> configs =
                ConfDirectory.read(kernel.directory(), _ -> null).routes();
        Who who = new Who(Overrides.at(Instant.EPOCH, List.of()));

        for (RouteConfig config : configs) {
            LintRoute route = new LintRoute(config, entries(config.requestFlow()), entries(config.responseFlow()));
            RouteAnswer answer = who.of(route);
            openings += answer.openings().size();
            for (int i = 0; i < REQUESTS; i++) {
                one.failCalls(random.failure());
                two.failCalls(random.failure());
                SimRequest request = random.request(route);
                judge(route, answer, request, kernel.exchange(config.routeName(), request));
            }
        }

        // It is not right only because it calls everything possible: requests were found for many openings.
        assertThat(seen.size())
                .as("openings that a request has taken, of %s", openings)
                .isGreaterThan(openings / 4);
    }

    private static void add(ScriptedWorker worker, String name, DeclaringPolicies.Declared policy) {
        worker.with(
                name, BodyNeed.NONE, policy.behaviour(), policy.facts().facts().toArray(new Fact[0]));
    }

    private List<LintEntry> entries(FlowConfig flow) {
        return flow.chain().stream().map(this::entry).toList();
    }

    private LintEntry entry(EntryConfig entry) {
        String worker = DeclaringPolicies.workerOf(entry.policy());
        var policy = policies.get(entry.policy());
        return new LintEntry(
                entry, worker, worker.equals("two"), policy == null ? null : policy.facts(), BodyNeed.NONE);
    }

    private void judge(LintRoute route, RouteAnswer answer, SimRequest sent, SimResult result) {
        SimRequest reached = result.upstream();
        String hit = result.response().header(DeclaringPolicies.HIT);
        if (reached != null) {
            assertThat(answer.isReached()).as(told(route, sent)).isTrue();
            identity(route, answer, sent, reached.header(DeclaringPolicies.IDENTITY));
            guards(route, answer, Phase.REQUEST, sent, stamps(reached));
            if (result.status() == UPSTREAM_STATUS) {
                guards(route, answer, Phase.RESPONSE, sent, stamps(result.response()));
            }
        } else if (hit != null) {
            List<String> stamps = List.of(hit.split(",", -1));
            guards(route, answer, Phase.REQUEST, sent, name -> stamps.contains(name) ? name : null);
            if (!stamps.contains(DeclaringPolicies.IDENTITY)) {
                require(route, answer, sent, Set.of(Reach.UPSTREAM, Reach.FROM_MEMORY), Guarantee.IDENTITY, null);
            }
        }
    }

    private void identity(LintRoute route, RouteAnswer answer, SimRequest sent, @Nullable String by) {
        if (by == null) {
            require(route, answer, sent, Set.of(Reach.UPSTREAM), Guarantee.IDENTITY, null);
            assertThat(answer.identities()).as(told(route, sent)).contains(RouteAnswer.ANYONE);
        } else {
            assertThat(answer.identities().stream()
                            .filter(entry -> entry != RouteAnswer.ANYONE)
                            .map(entry -> route.request().get(entry).config().name()))
                    .as(told(route, sent))
                    .contains(by);
        }
    }

    private interface Stamps {
        @Nullable
        String of(String name);
    }

    private static Stamps stamps(SimRequest request) {
        return name -> request.header(DeclaringPolicies.STAMP + name);
    }

    private static Stamps stamps(SimResponse response) {
        return name -> response.header(DeclaringPolicies.STAMP + name);
    }

    /** Each entry that gives a guarantee has left its stamp, or its absence is among the openings. */
    private void guards(LintRoute route, RouteAnswer answer, Phase phase, SimRequest sent, Stamps stamps) {
        List<LintEntry> flow = phase == Phase.REQUEST ? route.request() : route.response();
        for (int i = 0; i < flow.size(); i++) {
            var place = new Opening.Place(phase, i);
            String name = flow.get(i).config().name();
            boolean isGuard = answer.kept().contains(place)
                    || answer.openings().stream()
                            .anyMatch(opening -> opening.guards().contains(place));
            if (isGuard && stamps.of(name) == null) {
                require(route, answer, sent, Set.of(Reach.values()), null, place);
            }
        }
    }

    private void require(
            LintRoute route,
            RouteAnswer answer,
            SimRequest sent,
            Set<Reach> reaches,
            @Nullable Guarantee guarantee,
            Opening.@Nullable Place place) {
        List<Opening> fitting = answer.openings().stream()
                .filter(opening -> reaches.contains(opening.reach()))
                .filter(opening -> place == null
                        ? opening.guarantee() == guarantee
                        : opening.guards().contains(place))
                .toList();
        assertThat(fitting)
                .as("an opening %s %s of %s", guarantee, place, told(route, sent))
                .isNotEmpty();
        fitting.forEach(opening -> seen.add(route.config().routeName() + opening));
    }

    private static String told(LintRoute route, SimRequest sent) {
        return "seed " + SEED + ", route " + route.config().routeName() + ", request flow "
                + route.request().stream().map(WhoGetsInTest::told).toList() + ", response flow "
                + route.response().stream().map(WhoGetsInTest::told).toList() + ", request " + sent;
    }

    private static String told(LintEntry entry) {
        EntryConfig config = entry.config();
        return config.policy() + " when " + config.when() + " " + config.mode() + " on_failure " + config.onFailure()
                + " on_overload " + config.onOverload();
    }

    /** Failures of whole calls, so that a worker is away or overloaded. */
    static @Nullable WorkerException failure(int dice) {
        return switch (dice) {
            case 0 -> new WorkerException(WorkerException.Kind.TIMEOUT, "too slow");
            case 1 -> new WorkerException(WorkerException.Kind.OVERLOADED, "too much");
            default -> null;
        };
    }
}
