package io.policyengine.core.who.words;

import io.policyengine.core.policy.Phase;
import io.policyengine.core.who.Guarantee;
import io.policyengine.core.who.Opening;
import io.policyengine.core.who.words.RouteReport.Open;
import io.policyengine.core.who.words.RouteReport.OpenWay;
import java.util.List;
import java.util.stream.Collectors;

/** Sentences about the requests and responses of a route. */
public final class Sentences {
    private static final String NOT_REACHED =
            "no request reaches the upstream: a policy answers or denies every request";

    private Sentences() {}

    /** Returns the sentence about all requests of a route. */
    public static String whole(RouteReport route) {
        if (!route.answer().isReached()) {
            return NOT_REACHED;
        }
        List<String> identities = route.identities();
        List<String> kept = route.kept(Phase.REQUEST);
        String passes = kept.isEmpty() ? "" : " and passes " + quoted(kept, "and");
        if (!route.letsAnyoneIn()) {
            return everyRequest(identities) + passes;
        }
        String anyone = identities.isEmpty()
                ? "no request has an identity"
                : "a request has an identity by " + quoted(identities, "or") + ", or none";
        return kept.isEmpty() ? anyone : anyone + "; every request passes " + quoted(kept, "and");
    }

    private static String everyRequest(List<String> identities) {
        return "every request has an identity by " + quoted(identities, "or");
    }

    /**
     * Returns the answer for a route in one line: the first way in which a guarantee is missing, and the number of
     * further ways.
     */
    public static String line(RouteReport route) {
        List<Open> openings = route.openings();
        List<String> reroutes = route.reroutes();
        int ways = reroutes.size()
                + openings.stream().mapToInt(open -> open.ways().size()).sum();
        if (ways == 0 || (openings.isEmpty() && !route.answer().isReached())) {
            return whole(route);
        }
        String first = openings.isEmpty()
                ? "Envoy may select another route after '" + reroutes.getFirst() + "'"
                : way(openings.getFirst(), openings.getFirst().ways().getFirst());
        String identity =
                !route.answer().isReached() || route.letsAnyoneIn() ? "" : everyRequest(route.identities()) + "; ";
        return identity + first + (ways == 1 ? "" : ", and " + (ways - 1) + " more");
    }

    private static String way(Open open, OpenWay way) {
        return clause((open.reach() == Opening.Reach.FROM_MEMORY ? "stored responses " : "") + without(open), way);
    }

    /**
     * Returns the sentence about one way in which messages lack a guarantee. It names neither the settings that permit
     * this nor their positions.
     */
    public static String sentence(Open open, OpenWay way) {
        return clause(subject(open), way);
    }

    /** Returns the sentence about an entry after which Envoy may select another route. */
    public static String rerouted(String entry) {
        return "requests may reach the upstream of another route, whose policies do not run, after '" + entry + "'";
    }

    private static String clause(String main, OpenWay way) {
        if (way.reasons().isEmpty()) {
            return main;
        }
        String reasons = way.reasons().stream().map(Reason::sentence).collect(Collectors.joining(" and "));
        boolean isAlways =
                way.reasons().stream().allMatch(reason -> reason.kind().isPermanent());
        return main + (isAlways ? ", " : " if ") + reasons;
    }

    /** Returns the main clause about an opening, without its circumstances. */
    public static String subject(Open open) {
        return messages(open.reach()) + without(open);
    }

    static String messages(Opening.Reach reach) {
        return switch (reach) {
            case UPSTREAM -> "requests reach the upstream ";
            case CLIENT -> "responses reach the client ";
            case FROM_MEMORY -> "stored responses reach the client ";
        };
    }

    private static String without(Open open) {
        return without(open.guarantee(), open.reach(), quoted(open.entries(), "and"));
    }

    static String without(Guarantee guarantee, Opening.Reach reach, String entries) {
        return switch (guarantee) {
            case IDENTITY -> "without an identity";
            case ACCESS -> "without " + entries;
            case LIMIT -> reach == Opening.Reach.FROM_MEMORY ? "without " + entries : "unlimited by " + entries;
            case JUDGEMENT -> "unjudged by " + entries;
            case MASK -> "unmasked by " + entries;
        };
    }

    /** Returns names in quotes, the last one after the conjunction. */
    public static String quoted(List<String> names, String conjunction) {
        String all = names.stream().map(name -> "'" + name + "'").collect(Collectors.joining(", "));
        int last = all.lastIndexOf(", ");
        return last < 0 ? all : all.substring(0, last) + " " + conjunction + all.substring(last + 1);
    }
}
