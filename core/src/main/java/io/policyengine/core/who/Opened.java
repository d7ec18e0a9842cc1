package io.policyengine.core.who;

import java.util.ArrayList;
import java.util.List;

/**
 * The guarantees that messages of one route lose by a change of the configuration.
 *
 * @param openings openings after the change, with the ways that the change opens
 * @param gone entries before the change whose guarantee no entry gives after it
 * @param reroutes entries of the new configuration after which Envoy may now select another route
 */
public record Opened(List<Opening> openings, List<Opening.Position> gone, List<Opening.Position> reroutes) {
    /** The result of a change that opens nothing. */
    public static final Opened NOTHING = new Opened(List.of(), List.of(), List.of());

    public Opened {
        openings = List.copyOf(openings);
        gone = List.copyOf(gone);
        reroutes = List.copyOf(reroutes);
    }

    /** Returns whether the change opens nothing. */
    public boolean isEmpty() {
        return openings.isEmpty() && gone.isEmpty() && reroutes.isEmpty();
    }

    /**
     * Returns a copy without the ways and reroutes that the route accepts. An opening with unlisted ways is kept
     * unchanged, unless one item of the route accepts all of its ways.
     */
    Opened without(Acknowledged acknowledged) {
        List<Opening> left = new ArrayList<>();
        for (Opening opening : openings) {
            if (acknowledged.covers(opening)) {
                continue;
            }
            if (!opening.isComplete()) {
                left.add(opening);
                continue;
            }
            List<Way> ways = opening.ways().stream()
                    .filter(way -> acknowledged.accepting(opening, way).isEmpty())
                    .toList();
            left.add(new Opening(opening.reach(), opening.guarantee(), opening.guards(), ways, true));
        }
        return new Opened(
                left,
                gone,
                reroutes.stream()
                        .filter(place -> !acknowledged.coversReroute(place))
                        .toList());
    }
}
