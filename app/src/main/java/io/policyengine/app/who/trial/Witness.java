package io.policyengine.app.who.trial;

import io.policyengine.core.policy.Phase;
import io.policyengine.core.who.Opening;
import io.policyengine.core.who.Way;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A request that may confirm a reported way past a policy.
 *
 * @param isCertain whether the request certainly fulfils all conditions; then the way is refuted if the request does
 *     not pass
 */
record Witness(WitnessRequest request, boolean isCertain) {
    /** Returns a witness request for a way past a policy; null if none is found. */
    static @Nullable Witness of(TrialRoute route, Opening.Reach reach, Way way) {
        List<WitnessRequest.Asked> asked = asked(route, way);
        if (asked == null) {
            return null;
        }
        List<WitnessRequest.Asked> all = Stream.concat(asked.stream(), others(route, reach, way).stream())
                .toList();
        WitnessRequest sound = WitnessRequest.find(all);
        if (sound != null) {
            return new Witness(sound, way.conditions().stream().allMatch(Way.Condition::original));
        }
        WitnessRequest uncertain = WitnessRequest.find(asked);
        return uncertain == null ? null : new Witness(uncertain, false);
    }

    /**
     * Returns the conditions that must have certain values on the way past a policy; null if there can be no witness.
     */
    private static @Nullable List<WitnessRequest.Asked> asked(TrialRoute route, Way way) {
        if (way.isUndecided()) {
            return null;
        }
        List<WitnessRequest.Asked> asked = new ArrayList<>();
        for (Way.Condition condition : way.conditions()) {
            String when = route.flow(condition.phase())
                    .get(condition.entry())
                    .config()
                    .when();
            if (when == null) {
                return null;
            }
            asked.add(WitnessRequest.Asked.of(when, condition.phase(), condition.value(), condition.identified()));
        }
        return asked;
    }

    /**
     * Returns the route's conditions whose values the way past a policy leaves open. A message is denied if one of them
     * cannot be evaluated.
     */
    private static List<WitnessRequest.Asked> others(TrialRoute route, Opening.Reach reach, Way way) {
        List<Phase> phases =
                reach == Opening.Reach.CLIENT ? List.of(Phase.REQUEST, Phase.RESPONSE) : List.of(Phase.REQUEST);
        List<WitnessRequest.Asked> others = new ArrayList<>();
        for (Phase phase : phases) {
            for (int i = 0; i < route.flow(phase).size(); i++) {
                String when = route.flow(phase).get(i).config().when();
                if (when != null && !isAsked(way, phase, i)) {
                    others.add(WitnessRequest.Asked.any(when, phase));
                }
            }
        }
        return others;
    }

    private static boolean isAsked(Way way, Phase phase, int entry) {
        return way.conditions().stream()
                .anyMatch(condition -> condition.phase() == phase && condition.entry() == entry);
    }
}
