package io.policyengine.core.who;

import io.policyengine.core.config.RouteConfig;
import io.policyengine.core.lint.LintEntry;
import io.policyengine.core.lint.LintRoute;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.who.Opening.Position;
import io.policyengine.core.who.Opening.Reach;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;

/** A route with its answer. Positions in the answer denote entries of this route. */
public record AnsweredRoute(LintRoute route, RouteAnswer answer) {
    /** Returns the answer for a route to which no policy applies: every request reaches the upstream. */
    public static AnsweredRoute withoutPolicies(RouteConfig config) {
        var always = new Way(List.of(), List.of());
        var opening = new Opening(Reach.UPSTREAM, Guarantee.IDENTITY, List.of(), List.of(always), true);
        return new AnsweredRoute(
                new LintRoute(config, List.of(), List.of()),
                new RouteAnswer(
                        true, new TreeSet<>(List.of(RouteAnswer.ANYONE)), List.of(opening), List.of(), List.of()));
    }

    /** Returns the entry at a place. */
    public LintEntry entry(Position place) {
        return Objects.requireNonNull(flow(place.phase()).get(place.entry()));
    }

    /** Returns the entries of a flow. */
    public List<LintEntry> flow(Phase phase) {
        return switch (phase) {
            case REQUEST -> route.request();
            case RESPONSE -> route.response();
        };
    }
}
