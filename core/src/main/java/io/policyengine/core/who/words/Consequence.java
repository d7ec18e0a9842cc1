package io.policyengine.core.who.words;

import io.policyengine.core.config.Overrides;
import io.policyengine.core.error.Location;
import io.policyengine.core.who.AnsweredRoute;
import io.policyengine.core.who.Opened;
import io.policyengine.core.who.words.RouteReport.Open;
import io.policyengine.core.who.words.RouteReport.OpenWay;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A consequence of a change that opens a route, in words.
 *
 * @param sentence a main clause that names the consequence and the settings that permit it
 * @param place the position of the first of these settings, or else of the route
 * @param remedy an action for the operator, in the imperative
 */
public record Consequence(String sentence, Location place, String remedy) {
    /**
     * Returns the consequences of a change, one for each way.
     *
     * @param overrides the overrides in force, which may set the modes of entries
     */
    public static List<Consequence> of(AnsweredRoute before, AnsweredRoute after, Opened opened, Overrides overrides) {
        Location place = after.route().config().location();
        List<Consequence> consequences = new ArrayList<>();
        RouteReport words = RouteReport.of(after, opened, overrides);
        words.openings().forEach(open -> open.ways().forEach(way -> consequences.add(of(open, way, place))));
        Lost.of(before, opened)
                .forEach(lost -> consequences.add(new Consequence(lost.sentence(), place, lost.remedy())));
        words.reroutes()
                .forEach(entry -> consequences.add(new Consequence(
                        Sentences.rerouted(entry), place, "protect the other routes by their own policies")));
        return consequences;
    }

    private static Consequence of(Open open, OpenWay way, Location route) {
        if (way.reasons().isEmpty()) {
            return new Consequence(
                    Sentences.subject(open) + ", since no entry provides one",
                    route,
                    "add an entry that authenticates, such as jwtValidation");
        }
        Set<String> settings = new LinkedHashSet<>();
        Set<String> remedies = new LinkedHashSet<>();
        for (Reason reason : way.reasons()) {
            if (reason.setting() != null) {
                settings.add("`" + reason.setting() + "`");
            }
            remedies.add(reason.remedy());
        }
        String because = settings.isEmpty() ? "" : " (" + String.join(", ", settings) + ")";
        return new Consequence(
                Sentences.sentence(open, way) + because,
                way.reasons().getFirst().place(),
                String.join("; or ", remedies));
    }
}
