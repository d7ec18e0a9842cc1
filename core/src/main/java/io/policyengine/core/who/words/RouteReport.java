package io.policyengine.core.who.words;

import io.policyengine.core.config.AcceptConfig;
import io.policyengine.core.config.OverrideConfig;
import io.policyengine.core.config.Overrides;
import io.policyengine.core.lint.LintEntry;
import io.policyengine.core.lint.LintRoute;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.who.Acknowledged;
import io.policyengine.core.who.AnsweredRoute;
import io.policyengine.core.who.Cause;
import io.policyengine.core.who.Guarantee;
import io.policyengine.core.who.Opened;
import io.policyengine.core.who.Opening;
import io.policyengine.core.who.RouteAnswer;
import io.policyengine.core.who.Way;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The answer for a route, with names and positions.
 *
 * @param openings the ways in which messages pass without a guarantee
 */
public record RouteReport(LintRoute route, RouteAnswer answer, List<Open> openings) {
    /**
     * A guarantee that messages lack, with the circumstances in words.
     *
     * @param ways the alternative ways
     * @param isComplete whether {@code ways} has all alternatives
     * @param isAccepted whether every alternative is accepted
     */
    public record Open(
            Opening.Reach reach,
            Guarantee guarantee,
            List<String> entries,
            List<OpenWay> ways,
            boolean isComplete,
            boolean isAccepted) {}

    /**
     * A set of circumstances in which messages lack a guarantee, in words.
     *
     * @param accepted the items that accept it; empty if it is not accepted
     * @param item the item that would accept it, as a line of YAML without a reason; empty if no item can
     */
    public record OpenWay(Way way, List<Reason> reasons, List<AcceptConfig> accepted, String item) {
        /** The reasons for which the way is accepted, or null. */
        public @Nullable String acceptedFor() {
            return accepted.isEmpty()
                    ? null
                    : accepted.stream().map(AcceptConfig::reason).distinct().collect(Collectors.joining("; "));
        }
    }

    /** Returns the answer of a route in words; {@code overrides} set the modes of its entries. */
    public static RouteReport of(LintRoute route, RouteAnswer answer, Overrides overrides) {
        return new RouteReport(
                route,
                answer,
                answer.openings().stream()
                        .map(opening -> open(route, opening, overrides))
                        .toList());
    }

    /** Returns the answer of a route in words. */
    public static RouteReport of(AnsweredRoute answered, Overrides overrides) {
        return of(answered.route(), answered.answer(), overrides);
    }

    /** Returns the report on what a change opens. {@code after} is the answer after the change. */
    public static RouteReport of(AnsweredRoute after, Opened opened, Overrides overrides) {
        RouteAnswer whole = after.answer();
        var open = new RouteAnswer(
                whole.isReached(), whole.identities(), opened.openings(), whole.kept(), opened.reroutes());
        return of(after.route(), open, overrides);
    }

    private static Open open(LintRoute route, Opening opening, Overrides overrides) {
        Acknowledged acknowledged = Acknowledged.of(route);
        return new Open(
                opening.reach(),
                opening.guarantee(),
                opening.guards().stream()
                        .map(place -> entry(route, place.phase(), place.entry())
                                .config()
                                .name())
                        .toList(),
                opening.ways().stream()
                        .map(way -> new OpenWay(
                                way,
                                way.causes().stream()
                                        .map(cause -> reason(route, cause, overrides))
                                        .toList(),
                                acknowledged.accepting(opening, way),
                                way.isUndecided() ? "" : AcceptLine.of(acknowledged.item(opening, way), route)))
                        .toList(),
                opening.isComplete(),
                acknowledged.covers(opening));
    }

    private static Reason reason(LintRoute route, Cause cause, Overrides overrides) {
        LintEntry entry = entry(route, cause.phase(), cause.entry());
        OverrideConfig override = overrides
                .inForce(entry.config(), route.config().routeName(), entry.worker())
                .override();
        return Reason.of(cause, entry, override);
    }

    private static LintEntry entry(LintRoute route, Phase phase, int index) {
        List<LintEntry> flow = switch (phase) {
            case REQUEST -> route.request();
            case RESPONSE -> route.response();
        };
        return Objects.requireNonNull(flow.get(index));
    }

    /** Returns the names of the entries that identify the requests to the upstream. */
    public List<String> identities() {
        return answer.identities().stream()
                .filter(entry -> entry != RouteAnswer.ANYONE)
                .map(entry -> route.request().get(entry).config().name())
                .toList();
    }

    /** Returns whether requests without an identity reach the upstream. */
    public boolean letsAnyoneIn() {
        return answer.identities().contains(RouteAnswer.ANYONE);
    }

    /** The names of the entries of a flow whose guarantee no message lacks. */
    public List<String> kept(Phase flow) {
        return names(
                answer.kept().stream().filter(place -> place.phase() == flow).toList());
    }

    /** The number of openings, including entries that lead to other routes. */
    public int count() {
        return openings.size() + answer.reroutes().size();
    }

    /** The number of openings that are accepted. */
    public int accepted() {
        return Acknowledged.of(route).count(answer);
    }

    /** The names of the entries after which Envoy may select another route. */
    public List<String> reroutes() {
        return names(answer.reroutes());
    }

    private List<String> names(List<Opening.Position> places) {
        return places.stream()
                .map(place ->
                        entry(route, place.phase(), place.entry()).config().name())
                .toList();
    }
}
