package io.policyengine.kernel.blackbox.chains;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.config.EntryConfig;
import io.policyengine.core.config.FlowConfig;
import io.policyengine.core.config.RouteConfig;
import io.policyengine.core.lint.LintEntry;
import io.policyengine.core.lint.LintRoute;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.EntryFacts;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.who.Cause;
import io.policyengine.core.who.Guarantee;
import io.policyengine.core.who.Opening;
import io.policyengine.core.who.Opening.Reach;
import io.policyengine.core.who.RouteAnswer;
import io.policyengine.core.who.Who;
import io.policyengine.core.worker.WorkerException;
import io.policyengine.testkit.envoy.SimRequest;
import io.policyengine.testkit.envoy.SimResponse;
import io.policyengine.testkit.envoy.SimResult;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A route of {@link DeclaringPolicies} with the answer of the abstract run, by which exchanges are judged. */
final class RouteJudge {
    private static final int UPSTREAM_STATUS = 200;

    /** The number of ways of an opening from which on others are left out. */
    private static final int MAX_WAYS = 8;

    private final LintRoute route;
    private final RouteAnswer answer;
    private final Set<Opening> taken = new HashSet<>();

    private RouteJudge(LintRoute route, RouteAnswer answer) {
        this.route = route;
        this.answer = answer;
    }

    /** Returns the route with its answer if its policies have these facts; null for unknown ones. */
    static RouteJudge of(RouteConfig config, Function<String, @Nullable EntryFacts> facts, Who who) {
        LintRoute route =
                new LintRoute(config, entries(config.requestFlow(), facts), entries(config.responseFlow(), facts));
        return new RouteJudge(route, who.of(route));
    }

    LintRoute route() {
        return route;
    }

    /** The number of openings. */
    int openings() {
        return answer.openings().size();
    }

    /** The number of openings that a judged request has taken. */
    int taken() {
        return taken.size();
    }

    private static List<LintEntry> entries(FlowConfig flow, Function<String, @Nullable EntryFacts> facts) {
        return flow.chain().stream().map(entry -> entry(entry, facts)).toList();
    }

    private static LintEntry entry(EntryConfig entry, Function<String, @Nullable EntryFacts> facts) {
        String worker = DeclaringPolicies.workerOf(entry.policy());
        return new LintEntry(entry, worker, worker.equals("two"), facts.apply(entry.policy()), BodyNeed.NONE);
    }

    /**
     * Judges an exchange.
     *
     * @throws AssertionError if something happened that the answer calls impossible
     */
    void judge(ChainRuns.Sent sent, SimResult result) {
        SimRequest reached = result.upstream();
        String hit = result.response().header(DeclaringPolicies.HIT);
        if (reached != null) {
            assertThat(answer.isReached()).as(told(sent)).isTrue();
            identity(sent, reached.header(DeclaringPolicies.IDENTITY));
            guards(Phase.REQUEST, sent, stamps(reached));
            if (result.status() == UPSTREAM_STATUS) {
                guards(Phase.RESPONSE, sent, stamps(result.response()));
            }
        } else if (hit != null) {
            List<String> stamps = List.of(hit.split(",", -1));
            // Limits and masks of requests protect the upstream, which the answer does not reach.
            guards(
                    Phase.REQUEST,
                    sent,
                    name -> isOfUpstream(name) || stamps.contains(name.toLowerCase(Locale.ROOT)) ? name : null);
            if (!stamps.contains(DeclaringPolicies.IDENTITY)) {
                require(sent, Set.of(Reach.UPSTREAM, Reach.FROM_MEMORY), Guarantee.IDENTITY, null);
            }
        }
    }

    private boolean isOfUpstream(String name) {
        return route.request().stream()
                .filter(entry -> entry.config().name().equals(name))
                .map(LintEntry::facts)
                .anyMatch(facts -> facts != null && (facts.has(Fact.LIMITS_USE) || facts.has(Fact.MASKS_CONTENT)));
    }

    private void identity(ChainRuns.Sent sent, @Nullable String by) {
        if (by == null) {
            require(sent, Set.of(Reach.UPSTREAM), Guarantee.IDENTITY, null);
            assertThat(answer.identities()).as(told(sent)).contains(RouteAnswer.ANYONE);
        } else {
            assertThat(answer.identities().stream()
                            .filter(entry -> entry != RouteAnswer.ANYONE)
                            .map(entry -> route.request().get(entry).config().name()))
                    .as(told(sent))
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
    private void guards(Phase phase, ChainRuns.Sent sent, Stamps stamps) {
        List<LintEntry> flow = flow(phase);
        for (int i = 0; i < flow.size(); i++) {
            var place = new Opening.Position(phase, i);
            String name = flow.get(i).config().name();
            boolean isGuard = answer.kept().contains(place)
                    || answer.openings().stream()
                            .anyMatch(opening -> opening.guards().contains(place));
            if (isGuard && stamps.of(name) == null) {
                require(sent, Set.of(Reach.values()), null, place);
            }
        }
    }

    private void require(
            ChainRuns.Sent sent, Set<Reach> reaches, @Nullable Guarantee guarantee, Opening.@Nullable Position place) {
        List<Opening> fitting = answer.openings().stream()
                .filter(opening -> reaches.contains(opening.reach()))
                .filter(opening -> place == null
                        ? opening.guarantee() == guarantee
                        : opening.guards().contains(place))
                .filter(opening -> !isExact(opening) || isGiven(opening, sent))
                .toList();
        assertThat(fitting)
                .as("an opening %s %s of %s", guarantee, place, told(sent))
                .isNotEmpty();
        taken.addAll(fitting);
    }

    /**
     * Returns whether all ways of the opening are known: the abstract run drops some if there are many, which depends on
     * the number of ways to have no identity.
     */
    private boolean isExact(Opening opening) {
        long ofIdentity = route.request().stream()
                .filter(entry -> entry.facts() == null
                        || !entry.facts().has(Fact.DECLARES_ALL_EFFECTS)
                        || entry.facts().has(Fact.PROVIDES_IDENTITY)
                        || entry.facts().has(Fact.REQUIRES_IDENTITY))
                .count();
        return ofIdentity <= 1 && opening.ways().size() < MAX_WAYS;
    }

    /** Returns whether the circumstances of a way were given. */
    private boolean isGiven(Opening opening, ChainRuns.Sent sent) {
        return opening.ways().stream().anyMatch(way -> way.causes().stream().allMatch(cause -> holds(cause, sent)));
    }

    /** Returns whether the circumstance was given; whether conditions were false is not checked. */
    private boolean holds(Cause cause, ChainRuns.Sent sent) {
        EntryConfig entry = flow(cause.phase()).get(cause.entry()).config();
        return switch (cause.kind()) {
            case OFF, SHADOW, CONDITION_FALSE, TOO_LARGE, COSTS_NOTHING, ENCODED, REROUTED, UNDECIDED -> true;
            case NO_CREDENTIALS -> !sent.names(DeclaringPolicies.CREDENTIALS, entry.name());
            case WORKER_AWAY -> sent.isFailing(entry.policy(), WorkerException.Kind.TIMEOUT);
            case OVERLOADED ->
                sent.names("x-over", entry.name()) || sent.isFailing(entry.policy(), WorkerException.Kind.OVERLOADED);
            case DEPENDENCY_AWAY -> sent.names(cause.setting().startsWith("/") ? "x-away" : "x-fail", entry.name());
            case SKIPS_REMAINING -> sent.names("x-skip", entry.name());
            case UNDECLARED -> sent.names("x-drop", entry.name());
            case FROM_MEMORY -> sent.names("x-answer", entry.name());
        };
    }

    private List<LintEntry> flow(Phase phase) {
        return phase == Phase.REQUEST ? route.request() : route.response();
    }

    private String told(ChainRuns.Sent sent) {
        return "route " + route.config().routeName() + ", request flow "
                + route.request().stream().map(RouteJudge::told).toList() + ", response flow "
                + route.response().stream().map(RouteJudge::told).toList() + ", request " + sent;
    }

    private static String told(LintEntry entry) {
        EntryConfig config = entry.config();
        return config.policy() + " when " + config.when() + " " + config.mode() + " on_failure " + config.onFailure()
                + " on_overload " + config.onOverload();
    }
}
