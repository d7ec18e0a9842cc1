package io.policyengine.core.who;

import io.policyengine.core.config.EntryMode;
import io.policyengine.core.config.RouteConfig;
import io.policyengine.core.policy.HeaderUse;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.who.Opening.Position;
import io.policyengine.core.who.Opening.Reach;
import io.policyengine.core.who.RouteDiff.Change;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Compares the answers for the routes of two configurations. Routes that share their answers share the calculation.
 * Ways that the configuration after the change accepts do not count as opened. Bounded: once the work is spent, all
 * ways of the routes that differ count as opened. Not thread-safe.
 */
public final class WhoDiff {
    /**
     * Maximum work of {@code who --diff} for all routes together, in comparisons of ways and in values of conditions.
     */
    private static final long MAX_WORK = 50_000_000;

    private final Map<Compared, Opened> known = new HashMap<>();
    private final Conditions conditions = new Conditions();
    private final WorkBudget budget;

    /** Creates a comparison. */
    public WhoDiff() {
        this(MAX_WORK);
    }

    /** Creates a comparison with the given limit of work. */
    WhoDiff(long maxWork) {
        this.budget = new WorkBudget(maxWork);
    }

    /**
     * The data on which a comparison depends. Routes may share answers although their entries differ in policies or
     * names.
     */
    private record Compared(Side from, Side to) {}

    private record Side(RouteAnswer answer, List<String> entries) {
        static Side of(AnsweredRoute route) {
            return new Side(
                    route.answer(),
                    Stream.of(Phase.values())
                            .flatMap(phase -> Stream.concat(
                                    Stream.of(phase.name()),
                                    route.flow(phase).stream()
                                            .flatMap(entry -> Stream.of(
                                                    entry.config().policy(),
                                                    entry.config().name(),
                                                    entry.worker()))))
                            .toList());
        }
    }

    /**
     * The ways in which messages pass without the effect of some entries; entries with equal groups are reported
     * together.
     */
    private record Group(Reach reach, Guarantee guarantee, List<Way> ways, boolean isComplete) {}

    /**
     * Returns the routes that differ. Routes with an answer after the change come first, in the new order. Refused and
     * removed routes follow, in the old order.
     *
     * @param before the routes with an answer, by key
     * @param after the routes with an answer, by key
     * @param refused the keys of those route policies of the new configuration that refuse all requests
     * @param next returns the answer for the requests of a route that is gone, or null if they are refused
     */
    public List<RouteDiff> between(
            Map<String, AnsweredRoute> before,
            Map<String, AnsweredRoute> after,
            Set<String> refused,
            Function<RouteConfig, @Nullable AnsweredRoute> next) {
        List<RouteDiff> diffs = new ArrayList<>();
        after.forEach((key, now) -> {
            AnsweredRoute old = before.get(key);
            if (old == null) {
                diffs.add(new RouteDiff(Change.NEW, null, now, Opened.NOTHING, Opened.NOTHING));
            } else if (!isSame(old, now)) {
                diffs.add(diff(Change.KEPT, old, now));
            }
        });
        before.forEach((key, old) -> {
            if (refused.contains(key)) {
                diffs.add(diff(Change.KEPT, old, null));
            } else if (!after.containsKey(key)) {
                diffs.add(diff(Change.GONE, old, next.apply(old.route().config())));
            }
        });
        return diffs;
    }

    /**
     * Returns the difference for requests that had one route policy before a change and have another one after it.
     *
     * @param names the name of their route, or a prefix of it followed by a star
     */
    public RouteDiff moved(AnsweredRoute old, AnsweredRoute now, String names) {
        return new RouteDiff(Change.MOVED, old, now, unaccepted(old, now), Opened.NOTHING, names);
    }

    /** Returns whether the limit of work was reached, so that some ways may wrongly count as opened. */
    public boolean isSpent() {
        return budget.isSpent();
    }

    /** Returns whether the chains and the answers are the same, so that nothing can differ. */
    private static boolean isSame(AnsweredRoute old, AnsweredRoute now) {
        return old.answer().equals(now.answer())
                && old.route().config().runsTheSameAs(now.route().config());
    }

    private RouteDiff diff(Change change, AnsweredRoute old, @Nullable AnsweredRoute now) {
        return now == null
                ? new RouteDiff(change, old, null, Opened.NOTHING, Opened.NOTHING)
                : new RouteDiff(change, old, now, unaccepted(old, now), opened(now, old));
    }

    private Opened unaccepted(AnsweredRoute old, AnsweredRoute now) {
        return opened(old, now).without(Acknowledged.of(now.route()));
    }

    /** Returns the ways that are closed for requests of {@code from} and open for requests of {@code to}. */
    private Opened opened(AnsweredRoute from, AnsweredRoute to) {
        return known.computeIfAbsent(new Compared(Side.of(from), Side.of(to)), _ -> {
            var pairs = new EntryPairs(from, to);
            return new Opened(openings(from, to, pairs), gone(from, to, pairs), reroutes(from, to, pairs));
        });
    }

    private List<Opening> openings(AnsweredRoute old, AnsweredRoute now, EntryPairs pairs) {
        Map<Group, List<Position>> groups = new LinkedHashMap<>();
        for (Opening opening : now.answer().openings()) {
            if (opening.guards().isEmpty()) {
                group(groups, opening, beyond(opening, null, old, now, pairs));
            }
            for (Position guard : opening.guards()) {
                Position same = pairs.before(guard);
                if (same != null && gave(old, same, opening)) {
                    List<Position> guards = group(groups, opening, beyond(opening, same, old, now, pairs));
                    guards.add(guard);
                }
            }
        }
        List<Opening> openings = new ArrayList<>();
        groups.forEach((group, guards) -> {
            if (!group.ways().isEmpty()) {
                openings.add(new Opening(group.reach(), group.guarantee(), guards, group.ways(), group.isComplete()));
            }
        });
        return openings;
    }

    private static List<Position> group(Map<Group, List<Position>> groups, Opening opening, List<Way> ways) {
        return groups.computeIfAbsent(
                new Group(opening.reach(), opening.guarantee(), ways, opening.isComplete()), _ -> new ArrayList<>());
    }

    /**
     * Returns the ways of an opening that no way before the change covers. Returns all ways of the opening if no listed
     * way is new but an unlisted way may be, or if the budget is spent.
     */
    private List<Way> beyond(
            Opening opening, @Nullable Position guard, AnsweredRoute old, AnsweredRoute now, EntryPairs pairs) {
        if (budget.isSpent()) {
            return opening.ways();
        }
        List<Circumstances> before = before(opening.reach(), opening.guarantee(), guard, old, pairs);
        List<Way> beyond = opening.known()
                .filter(way -> budget.isSpent()
                        || circumstances(way, now, place -> place, byProvider(old))
                                .areBeyond(before, budget))
                .map(opening::reported)
                .distinct()
                .toList();
        boolean hasUnknown = !opening.isComplete()
                && (now.answer().mayHideMoreThan(old.answer())
                        || before(old, opening.reach(), opening.guarantee(), guard)
                                .allMatch(Opening::isComplete));
        return beyond.isEmpty() && hasUnknown ? opening.ways() : beyond;
    }

    /**
     * Returns the circumstances in which messages lacked the guarantee before the change. For answers from memory, the
     * ways to other destinations are included, since a message that takes such a way needs no answer from memory.
     */
    private List<Circumstances> before(
            Reach reach, Guarantee guarantee, @Nullable Position guard, AnsweredRoute old, EntryPairs pairs) {
        return before(old, reach, guarantee, guard)
                .flatMap(Opening::known)
                .map(way -> circumstances(way, old, place -> common(place, pairs), byProvider(old)))
                .toList();
    }

    private Circumstances circumstances(
            Way way, AnsweredRoute route, UnaryOperator<Position> places, boolean byProvider) {
        budget.take(1L + way.causes().size() + way.conditions().size());
        return Circumstances.of(way, route, places, byProvider, conditions);
    }

    /**
     * Returns whether a condition on the identity distinguishes requests by the entry that provides the identity. If
     * every request had an identity before the change, another provider does not weaken the condition.
     */
    private static boolean byProvider(AnsweredRoute old) {
        return old.answer().identities().contains(RouteAnswer.ANYONE);
    }

    private static Stream<Opening> before(
            AnsweredRoute old, Reach reach, Guarantee guarantee, @Nullable Position guard) {
        return old.answer().openings().stream()
                .filter(opening -> opening.guarantee() == guarantee)
                .filter(opening -> opening.reach() == reach || reach == Reach.FROM_MEMORY)
                .filter(opening -> guard == null || opening.guards().contains(guard));
    }

    /** Returns an entry's position after the change; for a removed entry, a position that no entry has. */
    private static Position common(Position old, EntryPairs pairs) {
        Position now = pairs.after(old);
        return now == null ? new Position(old.phase(), -1 - old.entry()) : now;
    }

    /** Returns the entries whose guarantee no entry gives any more, unless messages passed without it before. */
    private List<Position> gone(AnsweredRoute old, AnsweredRoute now, EntryPairs pairs) {
        List<Position> gone = new ArrayList<>();
        if (!now.answer().isReached()) {
            return gone;
        }
        for (Phase phase : Phase.values()) {
            Reach reach = phase == Phase.REQUEST ? Reach.UPSTREAM : Reach.CLIENT;
            for (int i = 0; i < old.flow(phase).size(); i++) {
                var place = new Position(phase, i);
                Position left = pairs.after(place);
                Guarantee guarantee = guarantee(old, place);
                if (guarantee != null
                        && (left == null || guarantee(now, left) != guarantee)
                        && (budget.isSpent()
                                || Circumstances.ALWAYS.areBeyond(
                                        before(reach, guarantee, place, old, pairs), budget))) {
                    gone.add(place);
                }
            }
        }
        return gone;
    }

    /**
     * Returns whether an entry gave the guarantee before the change. For stored answers, a removed field counts as
     * masked.
     */
    private static boolean gave(AnsweredRoute old, Position place, Opening opening) {
        Guarantee guarantee = guarantee(old, place);
        boolean removedFields = guarantee == null
                && opening.reach() == Reach.FROM_MEMORY
                && opening.guarantee() == Guarantee.MASK
                && old.entry(place).config().mode() == EntryMode.ENFORCE
                && old.entry(place).uses(HeaderUse.Action.REMOVES);
        return removedFields || opening.guarantee() == guarantee;
    }

    private static @Nullable Guarantee guarantee(AnsweredRoute route, Position place) {
        return Guarantee.of(route.entry(place).facts());
    }

    private static List<Position> reroutes(AnsweredRoute old, AnsweredRoute now, EntryPairs pairs) {
        return now.answer().reroutes().stream()
                .filter(place -> {
                    Position same = pairs.before(place);
                    return same == null || !old.answer().reroutes().contains(same);
                })
                .toList();
    }
}
