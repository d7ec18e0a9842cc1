package io.policyengine.core.who;

import io.policyengine.core.config.EntryMode;
import io.policyengine.core.config.Overrides;
import io.policyengine.core.lint.LintRoute;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.who.Opening.Position;
import io.policyengine.core.who.Opening.Reach;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Determines for routes which requests reach the upstream, and with which identities. Routes with equal chains share
 * the calculation. Bounded: the work for one chain and the work for all chains together are limited. If a limit ends a
 * calculation, every message is assumed to pass ({@link Cause.Kind#UNDECIDED}). Not thread-safe.
 */
public final class Who {
    /** Maximum work of {@code who} for one route, in comparisons of states and in parts of conditions. */
    static final long MAX_WORK_OF_ROUTE = 1_000_000;

    /** Maximum work of {@code who} for all routes together, in comparisons of states and in parts of conditions. */
    private static final long MAX_WORK = 50_000_000;

    /** Maximum number of listed sets of circumstances in which one guarantee is missing; the smallest sets are kept. */
    private static final int MAX_WAYS = 8;

    private record Chains(List<Step> request, List<Step> response) {}

    /**
     * A missing guarantee with its causes. Entries whose effect is missing for the same causes are reported together.
     */
    private record Missing(Reach reach, Guarantee guarantee, List<List<Cause>> causes, boolean isComplete) {}

    /**
     * The sets of circumstances that lead to some states, those with the fewest causes first. A set that includes a
     * listed one is not listed.
     *
     * @param further the sets that are not listed
     * @param isComplete whether no state was forgotten
     */
    private record Ways(List<Way> list, List<Way> further, boolean isComplete) {
        static Ways of(AbstractRun run, List<State> states, Phase phase) {
            List<Sortable> sorted = states.stream()
                    .map(state -> new Sortable(state, state.causes().toString()))
                    .sorted(Sortable.ORDER)
                    .toList();
            List<Way> list = new ArrayList<>();
            List<Way> further = new ArrayList<>();
            for (Sortable one : sorted) {
                Way way = way(one.state(), phase);
                boolean isListed = list.size() <= MAX_WAYS && list.stream().noneMatch(way::includes);
                (isListed ? list : further).add(way);
            }
            return new Ways(list, further, run.isComplete());
        }

        /** Returns the ways that do not already follow from the other ways. */
        Ways beyond(Ways others) {
            return new Ways(beyond(list, others), beyond(further, others), isComplete);
        }

        private static List<Way> beyond(List<Way> ways, Ways others) {
            return ways.stream()
                    .filter(way -> others.list().stream().noneMatch(way::includes))
                    .toList();
        }
    }

    /** Entries whose effect is missing, and the ways in which messages pass without the effect of the first one. */
    private record Lacking(List<Position> guards, Ways ways) {}

    private record Sortable(State state, String causes) {
        static final Comparator<Sortable> ORDER = Comparator.<Sortable>comparingInt(
                        one -> one.state().causes().size())
                .thenComparing(Sortable::causes)
                .thenComparingInt(one -> one.state().requirements().size());
    }

    private final Overrides overrides;
    private final Conditions conditions = new Conditions();
    private final Satisfiability satisfiability = new Satisfiability();
    private final Map<Chains, RouteAnswer> answers = new HashMap<>();
    private final long maxOfRoute;
    private final long max;
    private long work;

    public Who(Overrides overrides) {
        this(overrides, MAX_WORK_OF_ROUTE, MAX_WORK);
    }

    /** Creates a calculation with the given limits of work for one route and for all routes. */
    Who(Overrides overrides, long maxOfRoute, long max) {
        this.overrides = overrides;
        this.maxOfRoute = maxOfRoute;
        this.max = max;
    }

    /** Returns the answer for a route. */
    public RouteAnswer of(LintRoute route) {
        RouteSteps steps = new RouteSteps(route, overrides, conditions);
        var chains = new Chains(steps.of(route.request()), steps.of(route.response()));
        RouteAnswer known = answers.get(chains);
        if (known == null) {
            var budget = new WorkBudget(Math.min(maxOfRoute, max - work));
            known = answer(
                    chains,
                    Flow.ofRequests(chains.request(), conditions, satisfiability, budget),
                    Flow.ofResponses(chains.response(), chains.request(), conditions, satisfiability, budget));
            work += budget.taken();
            answers.put(chains, known);
        }
        return known;
    }

    /** The number of different chains for which answers were calculated. */
    public int calculated() {
        return answers.size();
    }

    /** The work done so far, in comparisons of states and in parts of conditions. */
    public long work() {
        return work;
    }

    private static RouteAnswer answer(Chains chains, Flow request, Flow response) {
        AbstractRun ofIdentity = new AbstractRun(request, AbstractRun.IDENTITY).run(List.of(State.START));
        List<State> reached = ofIdentity.passed();
        SortedSet<Integer> identities = new TreeSet<>();
        reached.forEach(state -> identities.add(state.identity()));
        Map<Missing, Lacking> missing = new LinkedHashMap<>();
        Map<Integer, List<State>> answered = ofIdentity.answered();
        Ways anonymous = anonymous(ofIdentity, reached);
        add(missing, Reach.UPSTREAM, Guarantee.IDENTITY, anonymous, null);
        for (List<State> states : answered.values()) {
            Ways stored = anonymous(ofIdentity, states).beyond(anonymous);
            add(missing, Reach.FROM_MEMORY, Guarantee.IDENTITY, stored, null);
        }
        Set<Position> kept = new LinkedHashSet<>();
        guards(request, List.of(State.START), _ -> true, missing, kept);
        List<State> responses = identities.stream()
                .map(identity -> State.START.by(identity, true))
                .toList();
        guards(response, responses, state -> response.mayFollow(reached, state), missing, kept);
        answered.forEach((entry, states) ->
                storedBefore(chains, entry, Ways.of(ofIdentity, states, Phase.REQUEST), missing, kept));
        boolean isExact = missing.keySet().stream().allMatch(Missing::isComplete);
        return new RouteAnswer(
                !reached.isEmpty(),
                identities,
                openings(missing),
                List.copyOf(kept),
                reroutes(chains),
                isExact ? null : chains);
    }

    private static Ways anonymous(AbstractRun run, List<State> states) {
        return Ways.of(
                run,
                states.stream().filter(state -> state.identity() == State.NONE).toList(),
                Phase.REQUEST);
    }

    /**
     * Finds the ways in which messages pass a flow without the effect of one of its entries.
     *
     * @param isPossible decides whether a message may pass in a state
     */
    private static void guards(
            Flow flow,
            List<State> from,
            Predicate<State> isPossible,
            Map<Missing, Lacking> missing,
            Set<Position> kept) {
        Phase phase = flow.phase();
        for (int i = 0; i < flow.size(); i++) {
            Guarantee guarantee = Guarantee.of(flow.step(i).facts());
            if (guarantee == null) {
                continue;
            }
            var place = new Position(phase, i);
            AbstractRun run = new AbstractRun(flow, i).run(from);
            List<State> passed = run.passed().stream().filter(isPossible).toList();
            Map<Integer, List<State>> answered = run.answered();
            Ways ways = Ways.of(run, passed, phase);
            add(missing, phase == Phase.REQUEST ? Reach.UPSTREAM : Reach.CLIENT, guarantee, ways, place);
            boolean isKept = ways.list().isEmpty();
            if (phase == Phase.REQUEST && guarantee.isOfAnswers()) {
                for (List<State> states : answered.values()) {
                    Ways stored = Ways.of(run, states, phase).beyond(ways);
                    add(missing, Reach.FROM_MEMORY, guarantee, stored, place);
                    isKept &= stored.list().isEmpty();
                }
            }
            if (isKept) {
                kept.add(place);
            }
        }
    }

    /**
     * Finds entries that mask or judge a response only after a policy has stored it.
     *
     * @param entry the entry of the request flow that gives the stored response
     * @param ways the ways in which the entry gives the stored response
     */
    private static void storedBefore(
            Chains chains, int entry, Ways ways, Map<Missing, Lacking> missing, Set<Position> kept) {
        Step answering = chains.request().get(entry);
        int stored = storing(chains, answering.pair());
        if (stored < 0 && answering.has(Fact.STANDS_IN_BOTH_FLOWS)) {
            return;
        }
        for (int i = stored + 1; i < chains.response().size(); i++) {
            Guarantee guarantee = chains.response().get(i).lostOnAnswers();
            if (guarantee != null) {
                var place = new Position(Phase.RESPONSE, i);
                add(missing, Reach.FROM_MEMORY, guarantee, ways, place);
                kept.remove(place);
            }
        }
    }

    /** Returns the response entry that stores the responses for the request entry of this pair, or -1. */
    private static int storing(Chains chains, String pair) {
        for (int i = 0; i < chains.response().size(); i++) {
            Step step = chains.response().get(i);
            if (step.isEnforced() && step.pair().equals(pair) && step.has(Fact.STORES_ANSWERS)) {
                return i;
            }
        }
        return -1;
    }

    private static List<Position> reroutes(Chains chains) {
        List<Position> places = new ArrayList<>();
        for (int i = 0; i < chains.request().size(); i++) {
            Step step = chains.request().get(i);
            if (step.reroutes() && step.mode() == EntryMode.ENFORCE) {
                places.add(new Position(Phase.REQUEST, i));
            }
        }
        return places;
    }

    private static Way way(State state, Phase phase) {
        return new Way(
                state.causes(),
                state.requirements().stream()
                        .map(requirement -> new Way.Condition(
                                phase,
                                requirement.entry(),
                                requirement.value(),
                                requirement.identity(),
                                requirement.isOfOriginal()))
                        .toList());
    }

    private static void add(
            Map<Missing, Lacking> missing, Reach reach, Guarantee guarantee, Ways ways, @Nullable Position guard) {
        List<Way> all = ways.list();
        if (!all.isEmpty()) {
            var what =
                    new Missing(reach, guarantee, all.stream().map(Way::causes).toList(), ways.isComplete());
            Lacking lacking = missing.computeIfAbsent(what, _ -> new Lacking(new ArrayList<>(), ways));
            if (guard != null) {
                lacking.guards().add(guard);
            }
        }
    }

    private static List<Opening> openings(Map<Missing, Lacking> missing) {
        List<Opening> openings = new ArrayList<>();
        missing.forEach((what, lacking) -> openings.add(opening(what, lacking)));
        return openings;
    }

    private static Opening opening(Missing what, Lacking lacking) {
        List<Way> ways = lacking.ways().list();
        int shown = Math.min(ways.size(), MAX_WAYS);
        return new Opening(
                what.reach(),
                what.guarantee(),
                lacking.guards(),
                ways.subList(0, shown),
                Stream.concat(ways.subList(shown, ways.size()).stream(), lacking.ways().further().stream())
                        .toList(),
                what.isComplete() && ways.size() <= MAX_WAYS);
    }
}
