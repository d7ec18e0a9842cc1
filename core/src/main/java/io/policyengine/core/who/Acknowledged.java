package io.policyengine.core.who;

import io.policyengine.core.config.AcceptConfig;
import io.policyengine.core.config.AcceptConfig.Circumstance;
import io.policyengine.core.config.EntryConfig;
import io.policyengine.core.error.LintCode;
import io.policyengine.core.error.Location;
import io.policyengine.core.lint.LintRoute;
import io.policyengine.core.policy.Phase;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The {@code accept} items of a route, which declare missing guarantees as intended. An item accepts exactly the
 * circumstances that it names; {@code always} accepts all requests that reach the upstream without an identity.
 */
public final class Acknowledged {
    private final LintRoute route;
    private final List<AcceptConfig> items;

    private Acknowledged(LintRoute route) {
        this.route = route;
        this.items = route.config().accepted();
    }

    /** Returns the items of a route. */
    public static Acknowledged of(LintRoute route) {
        return new Acknowledged(route);
    }

    /**
     * Returns the items that accept the circumstances {@code way} for all entries whose effect is missing; empty if one
     * entry is not covered.
     */
    public List<AcceptConfig> accepting(Opening opening, Way way) {
        if (opening.guards().isEmpty()) {
            return items.stream()
                    .filter(item -> accepts(item, opening, way, null))
                    .limit(1)
                    .toList();
        }
        Set<AcceptConfig> accepting = new LinkedHashSet<>();
        for (Opening.Position guard : opening.guards()) {
            AcceptConfig found = items.stream()
                    .filter(item -> accepts(item, opening, way, guard))
                    .findFirst()
                    .orElse(null);
            if (found == null) {
                return List.of();
            }
            accepting.add(found);
        }
        return List.copyOf(accepting);
    }

    /** Returns whether every way in which messages lack the guarantee is known and accepted. */
    public boolean covers(Opening opening) {
        boolean isKnown = opening.isComplete() || items.stream().anyMatch(item -> isOfAll(item, opening));
        return isKnown
                && opening.ways().stream()
                        .noneMatch(way -> accepting(opening, way).isEmpty());
    }

    /** Returns whether rerouting by the entry is intended, that is, whether the lint finding about it is suppressed. */
    public boolean coversReroute(Opening.Position place) {
        LintCode code = LintCode.REROUTE_SKIPS_CHAIN;
        return entry(place).lintIgnore().contains(code)
                || route.config().lintIgnore().contains(code);
    }

    /** Returns the number of accepted missing guarantees in a route's answer, including reroutes. */
    public int count(RouteAnswer answer) {
        return Math.toIntExact(answer.openings().stream().filter(this::covers).count()
                + answer.reroutes().stream().filter(this::coversReroute).count());
    }

    /**
     * Returns the items that accept nothing in the answer. An item also counts as used if it may concern an opening
     * whose ways the answer does not list completely.
     */
    public List<AcceptConfig> unused(RouteAnswer answer) {
        return items.stream()
                .filter(item -> answer.openings().stream().noneMatch(opening -> isUsed(item, opening)))
                .toList();
    }

    /** Returns whether an unused item would be used if the texts of conditions were ignored. */
    public boolean differsInCondition(AcceptConfig item, RouteAnswer answer) {
        Set<Circumstance> circumstances = withoutConditions(item.circumstances());
        return answer.openings().stream()
                .filter(opening -> isOf(item, opening))
                .flatMap(opening -> opening.ways().stream())
                .anyMatch(way -> withoutConditions(circumstances(way)).equals(circumstances));
    }

    /** Returns an item with an empty reason that would accept a way. */
    public AcceptConfig item(Opening opening, Way way) {
        List<Circumstance> circumstances = circumstances(way);
        List<String> entries =
                opening.guards().stream().map(guard -> entry(guard).name()).toList();
        boolean isNamed =
                circumstances.stream().map(Circumstance::entry).toList().containsAll(entries);
        return new AcceptConfig(
                opening.guarantee().acceptKey(),
                circumstances,
                flow(opening),
                isNamed ? List.of() : entries,
                "",
                Location.ofFile(""));
    }

    private boolean isUsed(AcceptConfig item, Opening opening) {
        if (!opening.isComplete() && isOf(item, opening)) {
            return true;
        }
        return opening.ways().stream()
                .anyMatch(way -> opening.guards().isEmpty()
                        ? accepts(item, opening, way, null)
                        : opening.guards().stream().anyMatch(guard -> accepts(item, opening, way, guard)));
    }

    /** Returns whether an item accepts a way for an entry, which is null if the guarantee is an identity. */
    private boolean accepts(AcceptConfig item, Opening opening, Way way, Opening.@Nullable Position guard) {
        if (isOfAll(item, opening)) {
            return true;
        }
        boolean isMeant = isOf(item, opening)
                && item.flow() == flow(opening)
                && (guard == null || names(item, entry(guard).name()));
        return isMeant
                && !item.circumstances().isEmpty()
                && new HashSet<>(item.circumstances()).equals(new HashSet<>(circumstances(way)));
    }

    private static boolean isOf(AcceptConfig item, Opening opening) {
        return item.key().equals(opening.guarantee().acceptKey());
    }

    /** Returns whether an item accepts every way of the opening. */
    private static boolean isOfAll(AcceptConfig item, Opening opening) {
        return item.circumstances().isEmpty()
                && opening.guarantee() == Guarantee.IDENTITY
                && opening.reach() == Opening.Reach.UPSTREAM;
    }

    private static boolean names(AcceptConfig item, String entry) {
        return item.entries().isEmpty()
                ? item.circumstances().stream()
                        .anyMatch(circumstance -> circumstance.entry().equals(entry))
                : item.entries().contains(entry);
    }

    private static Phase flow(Opening opening) {
        return opening.guards().isEmpty()
                ? Phase.REQUEST
                : opening.guards().getFirst().phase();
    }

    /**
     * Returns the circumstances of a way, in the order of its causes. A cause in the other flow can only be an answer
     * from memory.
     */
    private List<Circumstance> circumstances(Way way) {
        return way.causes().stream()
                .map(cause -> circumstance(cause, entry(new Opening.Position(cause.phase(), cause.entry()))))
                .distinct()
                .toList();
    }

    private static Circumstance circumstance(Cause cause, EntryConfig entry) {
        boolean isCondition = cause.kind() == Cause.Kind.CONDITION_FALSE;
        return new Circumstance(
                cause.kind().code(),
                entry.name(),
                isCondition ? Objects.requireNonNull(entry.when()).strip() : null);
    }

    private static Set<Circumstance> withoutConditions(List<Circumstance> circumstances) {
        Set<Circumstance> all = new HashSet<>();
        circumstances.forEach(one -> all.add(new Circumstance(one.kind(), one.entry(), null)));
        return all;
    }

    private EntryConfig entry(Opening.Position place) {
        return switch (place.phase()) {
            case REQUEST -> route.request().get(place.entry()).config();
            case RESPONSE -> route.response().get(place.entry()).config();
        };
    }
}
