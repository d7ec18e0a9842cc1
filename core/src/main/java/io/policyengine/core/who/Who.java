package io.policyengine.core.who;

import io.policyengine.core.config.EntryMode;
import io.policyengine.core.config.Overrides;
import io.policyengine.core.lint.LintEntry;
import io.policyengine.core.lint.LintRoute;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.who.Opening.Place;
import io.policyengine.core.who.Opening.Reach;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Answers for routes who gets in, and as whom. Routes with equal chains share the calculation. Not thread-safe. */
public final class Who {
    /** Maximum number of alternatives in an opening; those with the fewest circumstances are kept. */
    private static final int MAX_WAYS = 8;

    private record Chains(List<Step> request, List<Step> response) {}

    /** A missing guarantee with its causes. Entries that lack it for the same causes are reported together. */
    private record Missing(Reach reach, Guarantee guarantee, List<List<Cause>> causes) {}

    /** The entries that lack their effect, and the ways of the first one. */
    private record Lacking(List<Place> guards, List<Way> ways) {}

    private final Overrides overrides;
    private final Conditions conditions = new Conditions();
    private final Satisfiability satisfiability = new Satisfiability();
    private final Map<Chains, RouteAnswer> answers = new HashMap<>();

    public Who(Overrides overrides) {
        this.overrides = overrides;
    }

    /** Returns the answer for a route. */
    public RouteAnswer of(LintRoute route) {
        var chains = new Chains(steps(route, route.request()), steps(route, route.response()));
        RouteAnswer known = answers.get(chains);
        if (known == null) {
            known = answer(chains);
            answers.put(chains, known);
        }
        return known;
    }

    private List<Step> steps(LintRoute route, List<LintEntry> flow) {
        return flow.stream()
                .map(entry -> Step.of(
                        entry,
                        overrides
                                .inForce(entry.config(), route.config().routeName(), entry.worker())
                                .mode()))
                .toList();
    }

    private RouteAnswer answer(Chains chains) {
        AbstractRun ofIdentity = run(chains.request(), Phase.REQUEST, AbstractRun.IDENTITY, List.of(State.START));
        List<State> reached = ofIdentity.passed();
        SortedSet<Integer> identities = new TreeSet<>();
        reached.forEach(state -> identities.add(state.identity()));
        Map<Missing, Lacking> missing = new LinkedHashMap<>();
        List<Way> anonymous = anonymous(reached);
        add(missing, Reach.UPSTREAM, Guarantee.IDENTITY, anonymous, null);
        for (List<State> states : ofIdentity.answered().values()) {
            List<Way> stored = beyond(anonymous(states), anonymous);
            add(missing, Reach.FROM_MEMORY, Guarantee.IDENTITY, stored, null);
        }
        List<Place> kept = new ArrayList<>();
        guards(chains.request(), Phase.REQUEST, List.of(State.START), missing, kept);
        List<State> responses = identities.stream()
                .map(identity -> State.START.by(identity, true))
                .toList();
        guards(chains.response(), Phase.RESPONSE, responses, missing, kept);
        storedBefore(chains, ofIdentity.answered().keySet(), missing, kept);
        return new RouteAnswer(!reached.isEmpty(), identities, openings(missing), kept, reroutes(chains));
    }

    private static List<Way> anonymous(List<State> states) {
        return ways(
                states.stream().filter(state -> state.identity() == State.NONE).toList(), Phase.REQUEST);
    }

    private AbstractRun run(List<Step> steps, Phase phase, int guard, List<State> from) {
        return new AbstractRun(steps, phase, guard, conditions, satisfiability).run(from);
    }

    private void guards(
            List<Step> steps, Phase phase, List<State> from, Map<Missing, Lacking> missing, List<Place> kept) {
        for (int i = 0; i < steps.size(); i++) {
            Guarantee guarantee = Guarantee.of(steps.get(i).facts());
            if (guarantee == null) {
                continue;
            }
            var place = new Place(phase, i);
            AbstractRun run = run(steps, phase, i, from);
            List<Way> ways = ways(run.passed(), phase);
            add(missing, phase == Phase.REQUEST ? Reach.UPSTREAM : Reach.CLIENT, guarantee, ways, place);
            boolean isKept = ways.isEmpty();
            if (phase == Phase.REQUEST && guarantee != Guarantee.LIMIT) {
                for (List<State> states : run.answered().values()) {
                    List<Way> stored = beyond(ways(states, phase), ways);
                    add(missing, Reach.FROM_MEMORY, guarantee, stored, place);
                    isKept &= stored.isEmpty();
                }
            }
            if (isKept) {
                kept.add(place);
            }
        }
    }

    /** Finds masks and judgements of responses that run only after a policy has stored the response. */
    private static void storedBefore(
            Chains chains, Iterable<Integer> answering, Map<Missing, Lacking> missing, List<Place> kept) {
        for (int entry : answering) {
            int stored = storing(chains, chains.request().get(entry).pair());
            for (int i = stored + 1; i < chains.response().size(); i++) {
                Guarantee guarantee = Guarantee.of(chains.response().get(i).facts());
                if (guarantee != null) {
                    var place = new Place(Phase.RESPONSE, i);
                    var cause = new Cause(Cause.Kind.FROM_MEMORY, Phase.REQUEST, entry, "");
                    List<Way> ways = List.of(new Way(List.of(cause), List.of()));
                    add(missing, Reach.FROM_MEMORY, guarantee, ways, place);
                    kept.remove(place);
                }
            }
        }
    }

    /** Returns the response entry that stores what the pair's request entry answers, or -1. */
    private static int storing(Chains chains, String pair) {
        for (int i = 0; i < chains.response().size(); i++) {
            Step step = chains.response().get(i);
            if (step.isEnforced() && step.pair().equals(pair) && step.has(Fact.STORES_ANSWERS)) {
                return i;
            }
        }
        return -1;
    }

    private static List<Place> reroutes(Chains chains) {
        List<Place> places = new ArrayList<>();
        for (int i = 0; i < chains.request().size(); i++) {
            Step step = chains.request().get(i);
            if (step.reroutes() && step.mode() == EntryMode.ENFORCE) {
                places.add(new Place(Phase.REQUEST, i));
            }
        }
        return places;
    }

    /** Returns the ways into these states, without those that include another one; those with the fewest causes first. */
    private static List<Way> ways(List<State> states, Phase phase) {
        List<State> sorted = states.stream()
                .sorted(Comparator.<State>comparingInt(state -> state.causes().size())
                        .thenComparing(state -> state.causes().toString())
                        .thenComparingInt(state -> state.requirements().size()))
                .toList();
        List<Way> ways = new ArrayList<>();
        for (State state : sorted) {
            Way way = way(state, phase);
            if (ways.size() < MAX_WAYS && ways.stream().noneMatch(way::includes)) {
                ways.add(way);
            }
        }
        return ways;
    }

    private static Way way(State state, Phase phase) {
        return new Way(
                state.causes(),
                state.requirements().stream()
                        .map(requirement -> new Way.Condition(
                                phase,
                                requirement.entry(),
                                requirement.value(),
                                requirement.identified(),
                                requirement.isOfOriginal()))
                        .toList());
    }

    /** Returns the ways that do not already follow from others. */
    private static List<Way> beyond(List<Way> ways, List<Way> others) {
        return ways.stream()
                .filter(way -> others.stream().noneMatch(way::includes))
                .toList();
    }

    private static void add(
            Map<Missing, Lacking> missing, Reach reach, Guarantee guarantee, List<Way> ways, @Nullable Place guard) {
        if (!ways.isEmpty()) {
            var what =
                    new Missing(reach, guarantee, ways.stream().map(Way::causes).toList());
            Lacking lacking = missing.computeIfAbsent(what, _ -> new Lacking(new ArrayList<>(), ways));
            if (guard != null) {
                lacking.guards().add(guard);
            }
        }
    }

    private static List<Opening> openings(Map<Missing, Lacking> missing) {
        List<Opening> openings = new ArrayList<>();
        missing.forEach((what, lacking) ->
                openings.add(new Opening(what.reach(), what.guarantee(), lacking.guards(), lacking.ways())));
        return openings;
    }
}
