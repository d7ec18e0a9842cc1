package io.policyengine.core.who.change;

import io.policyengine.core.config.EngineConfig;
import io.policyengine.core.config.RouteConfig;
import io.policyengine.core.config.RouteMatch;
import io.policyengine.core.who.change.NextRoute.Next;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The requests to which another route policy, or none, applies after a change of the configuration. All names and
 * prefixes of both configurations are looked up in both. A regular expression is assumed to match a name in common with
 * another expression or a prefix, unless their literal beginnings exclude it. Bounded: beyond {@link #MAX_PAIRS} pairs
 * or {@link
 * #MAX_MOVES} moves the result is incomplete.
 */
public final class MovedRequests {
    /** Maximum number of pairs of route policies, one before and one after the change, that are considered. */
    private static final int MAX_PAIRS = 2_000_000;

    /** Maximum number of moves that are listed: pairs of route policies, one before and one after the change. */
    private static final int MAX_MOVES = 10_000;

    /**
     * Requests that have moved.
     *
     * @param to the treatment after the change; never a refusal
     * @param names the name of their route, or a prefix of it followed by a star
     */
    public record Move(RouteConfig from, Next to, String names) {}

    /**
     * The treatment of requests by a configuration.
     *
     * @param placeBefore index of the route policy among the regular expressions before the change; their number if it
     *     is not one of them
     * @param placeAfter index of the route policy among the regular expressions after the change; their number if it is
     *     not one of them
     * @param beginnings of the names that the regular expression matches; null without a regular expression
     * @param isUnmoved true if requests cannot move from this treatment to another treatment whose {@code isUnmoved} is
     *     true
     */
    private record Treatment(
            Next next,
            int placeBefore,
            int placeAfter,
            @Nullable List<String> beginnings,
            boolean isUnmoved) {}

    /** A configuration, and its regular expressions in the order in which they are tried. */
    private static final class Side {
        final NextRoute next;
        final List<RouteConfig> regexes;
        final Map<String, Integer> places = new HashMap<>();
        final Map<String, List<String>> beginnings = new HashMap<>();

        Side(EngineConfig config) {
            next = new NextRoute(config);
            regexes = config.routes().stream()
                    .filter(route -> route.match() instanceof RouteMatch.Regex)
                    .toList();
            for (RouteConfig regex : regexes) {
                places.putIfAbsent(regex.key(), places.size());
                beginnings.putIfAbsent(regex.key(), RegexBeginnings.of(regex.routeName()));
            }
        }

        /**
         * Returns the treatments of names with this prefix: those by regular expressions that may match, then
         * {@code rest}.
         */
        List<Next> treatments(String prefix, Next rest) {
            List<Next> treatments = new ArrayList<>();
            if (asksRegexes(rest)) {
                regexes.stream()
                        .filter(regex -> RegexBeginnings.areCompatible(beginnings(regex), List.of(prefix)))
                        .forEach(regex -> treatments.add(new Next.Policy(regex)));
            }
            treatments.add(rest);
            return treatments;
        }

        List<String> beginnings(RouteConfig regex) {
            return Objects.requireNonNull(beginnings.get(regex.key()));
        }

        /**
         * Returns whether regular expressions take precedence over the treatment: always, except over a route policy's
         * prefix.
         */
        static boolean asksRegexes(Next rest) {
            return !(rest instanceof Next.Policy(RouteConfig route) && route.match() instanceof RouteMatch.Prefix);
        }

        /** Returns the place of a regular expression, or the place after all of them. */
        int place(Next treatment) {
            Integer place = treatment instanceof Next.Policy(RouteConfig route) ? places.get(route.key()) : null;
            return place == null ? places.size() : place;
        }
    }

    private final Side before;
    private final Side after;
    /**
     * The keys of regular expressions that are in both configurations, in the same order; empty if the order differs.
     */
    private final Set<String> unmoved;

    private final Map<List<String>, Move> moves = new LinkedHashMap<>();
    private int pairs;
    private boolean hasTooManyMoves;

    private MovedRequests(EngineConfig before, EngineConfig after) {
        this.before = new Side(before);
        this.after = new Side(after);
        List<String> common = keys(this.before.regexes).stream()
                .filter(this.after.places::containsKey)
                .toList();
        boolean isSameOrder = common.equals(keys(this.after.regexes).stream()
                .filter(this.before.places::containsKey)
                .toList());
        this.unmoved = isSameOrder ? Set.copyOf(common) : Set.of();
    }

    /** Returns the requests that a change moves. */
    public static MovedRequests between(EngineConfig before, EngineConfig after) {
        MovedRequests moved = new MovedRequests(before, after);
        boolean isSameRegexes = keys(moved.before.regexes).equals(keys(moved.after.regexes));
        Set<String> prefixes = new LinkedHashSet<>(List.of(""));
        matches(before, after).forEach(match -> {
            switch (match) {
                case RouteMatch.Exact(String name) ->
                    moved.add(moved.before.next.named(name), moved.after.next.named(name), name);
                case RouteMatch.Prefix(String prefix) -> prefixes.add(prefix);
                case RouteMatch.Regex _, RouteMatch.Any _ -> {}
            }
        });
        prefixes.forEach(prefix -> moved.addPrefix(prefix, isSameRegexes));
        return moved;
    }

    private static List<String> keys(List<RouteConfig> routes) {
        return routes.stream().map(RouteConfig::key).toList();
    }

    private static Stream<RouteMatch> matches(EngineConfig before, EngineConfig after) {
        return Stream.of(before, after)
                .flatMap(config -> Stream.concat(
                        config.routes().stream().map(RouteConfig::match),
                        config.kernel().openRoutes().stream().map(RouteMatch::written)));
    }

    /** The moves, at most one for each pair of route policies. */
    public Collection<Move> moves() {
        return moves.values();
    }

    /** Returns whether all pairs of route policies were considered and all moves are listed. */
    boolean isComplete() {
        return pairs <= MAX_PAIRS && !hasTooManyMoves;
    }

    private void addPrefix(String prefix, boolean isSameRegexes) {
        Next oldRest = before.next.unlisted(prefix);
        Next newRest = after.next.unlisted(prefix);
        boolean areTriedBefore = Side.asksRegexes(oldRest);
        boolean areTriedAfter = Side.asksRegexes(newRest);
        boolean areTried = areTriedBefore || areTriedAfter;
        if (!areTried || (isSameRegexes && areTriedBefore == areTriedAfter)) {
            add(oldRest, newRest, prefix + "*");
            return;
        }
        if (!isComplete()) {
            return;
        }
        pairs += before.regexes.size() + after.regexes.size();
        List<Treatment> newTreatments = after.treatments(prefix, newRest).stream()
                .map(now -> treatment(now, after))
                .toList();
        List<Treatment> others =
                newTreatments.stream().filter(now -> !now.isUnmoved()).toList();
        for (Next next : before.treatments(prefix, oldRest)) {
            Treatment old = treatment(next, before);
            for (Treatment now : old.isUnmoved() ? others : newTreatments) {
                pairs++;
                if (!isComplete()) {
                    return;
                }
                if (isPossible(old, areTriedBefore, now, areTriedAfter)) {
                    add(old.next(), now.next(), prefix + "*");
                }
            }
        }
    }

    private Treatment treatment(Next next, Side side) {
        boolean isRegex = next instanceof Next.Policy(RouteConfig route) && route.match() instanceof RouteMatch.Regex;
        return new Treatment(
                next,
                before.place(next),
                after.place(next),
                next instanceof Next.Policy(RouteConfig route) && isRegex ? side.beginnings(route) : null,
                next instanceof Next.Policy(RouteConfig route) && unmoved.contains(route.key()));
    }

    /**
     * Returns whether a name can have the treatment {@code old} before the change and {@code now} after it. A regular
     * expression that is in both configurations is tried in both, and matches the same names.
     */
    private static boolean isPossible(Treatment old, boolean areTriedBefore, Treatment now, boolean areTriedAfter) {
        boolean isOldTriedFirst = areTriedAfter && old.placeAfter() < now.placeAfter();
        boolean isNewTriedFirst = areTriedBefore && now.placeBefore() < old.placeBefore();
        return !isOldTriedFirst && !isNewTriedFirst && haveCommonNames(old.beginnings(), now.beginnings());
    }

    private static boolean haveCommonNames(@Nullable List<String> some, @Nullable List<String> others) {
        return some == null || others == null || RegexBeginnings.areCompatible(some, others);
    }

    private void add(Next old, Next now, String names) {
        if (old instanceof Next.Policy(RouteConfig from)) {
            @Nullable
            String to = switch (now) {
                case Next.Policy(RouteConfig route) -> route.key();
                case Next.Open _, Next.Unknown _ -> "";
                case Next.Refused _ -> null;
            };
            if (to != null && !to.equals(from.key())) {
                List<String> pair = List.of(from.key(), to);
                hasTooManyMoves |= moves.size() >= MAX_MOVES && !moves.containsKey(pair);
                if (!hasTooManyMoves) {
                    moves.putIfAbsent(pair, new Move(from, now, names));
                }
            }
        }
    }
}
