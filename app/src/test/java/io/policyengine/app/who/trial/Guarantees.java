package io.policyengine.app.who.trial;

import io.policyengine.core.config.EntryMode;
import io.policyengine.core.config.Overrides;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.lint.LintEntry;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.who.Guarantee;
import io.policyengine.core.who.Opening;
import io.policyengine.core.who.RouteAnswer;
import io.policyengine.testkit.envoy.SimRequest;
import io.policyengine.testkit.envoy.SimResult;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * Guarantees of a route, by names that survive an edit: the identity, and the effects of entries by flow and policy. A
 * policy occurs at most once in each flow.
 */
final class Guarantees {
    private static final String IDENTITY = "identity";
    private static final String REQUEST = Phase.REQUEST + "/";
    private static final String RESPONSE = Phase.RESPONSE + "/";
    private static final int OK = 200;

    private Guarantees() {}

    /** Returns the guarantees that every message has according to an answer. */
    static Set<String> of(TrialRoute route, RouteAnswer answer) {
        Set<String> names = new TreeSet<>();
        if (answer.openings().stream().noneMatch(opening -> opening.guarantee() == Guarantee.IDENTITY)) {
            names.add(IDENTITY);
        }
        answer.kept().forEach(place -> names.add(name(route, place.phase(), place.entry())));
        return names;
    }

    /** Returns the guarantees that messages lack in an opening. */
    static Set<String> of(TrialRoute route, Opening opening) {
        Set<String> names = new TreeSet<>();
        if (opening.guarantee() == Guarantee.IDENTITY) {
            names.add(IDENTITY);
        }
        opening.guards().forEach(place -> names.add(name(route, place.phase(), place.entry())));
        return names;
    }

    /**
     * Returns those of the guarantees that an exchange lacked.
     *
     * @param answering the stand-ins that answer from memory
     */
    static Set<String> lacking(
            TrialRoute route, Set<String> guarantees, SimResult result, Set<String> answering, Overrides overrides) {
        Set<String> lacking = new TreeSet<>();
        SimRequest reached = result.upstream();
        String hit = result.response().header(StandIn.HIT);
        for (String name : guarantees) {
            boolean isLacking = false;
            if (hit != null) {
                isLacking = lacksOnHit(route, name, Set.of(hit.split(",", -1)), answering, overrides);
            } else if (reached != null && name.startsWith(RESPONSE)) {
                isLacking = result.status() == OK && !hasAny(result.response().headers(), stamps(route, name));
            } else if (reached != null) {
                isLacking = !hasAny(reached.headers(), stamps(route, name));
            }
            if (isLacking) {
                lacking.add(name);
            }
        }
        return lacking;
    }

    private static boolean hasAny(HeaderMap headers, List<String> names) {
        return names.stream().anyMatch(name -> headers.get(name) != null);
    }

    /** A limit need not count answers from memory. A response entry counts only if it runs before the answer is stored. */
    private static boolean lacksOnHit(
            TrialRoute route, String name, Set<String> hit, Set<String> answering, Overrides overrides) {
        if (name.startsWith(RESPONSE)) {
            return answering.stream().anyMatch(memory -> storesBefore(route, memory, name, overrides));
        }
        boolean isLimit =
                entries(route, name).anyMatch(i -> has(route.flow(Phase.REQUEST).get(i), Fact.LIMITS_USE));
        return !isLimit && stamps(route, name).stream().noneMatch(hit::contains);
    }

    private static boolean storesBefore(TrialRoute route, String memory, String name, Overrides overrides) {
        LintEntry answering = IntStream.range(0, route.flow(Phase.REQUEST).size())
                .filter(i -> route.standIn(Phase.REQUEST, i).equals(memory))
                .mapToObj(i -> route.flow(Phase.REQUEST).get(i))
                .findFirst()
                .orElse(null);
        if (answering == null) {
            // The edit has removed it from this route.
            return false;
        }
        List<LintEntry> responses = route.flow(Phase.RESPONSE);
        for (LintEntry entry : responses) {
            boolean isEnforced = overrides
                            .inForce(entry.config(), route.route().config().routeName(), entry.worker())
                            .mode()
                    == EntryMode.ENFORCE;
            if (name.equals(RESPONSE + entry.config().policy())) {
                return false;
            }
            if (isEnforced
                    && entry.config().policy().equals(answering.config().policy())
                    && entry.config().name().equals(answering.config().name())) {
                return true;
            }
        }
        return false;
    }

    /** Returns the fields that an entry of this name leaves in a message; none if the entry is gone. */
    private static List<String> stamps(TrialRoute route, String name) {
        if (name.equals(IDENTITY)) {
            return List.of(StandIn.IDENTITY);
        }
        Phase phase = name.startsWith(REQUEST) ? Phase.REQUEST : Phase.RESPONSE;
        return entries(route, name)
                .mapToObj(i -> StandIn.STAMP + route.standIn(phase, i))
                .toList();
    }

    private static IntStream entries(TrialRoute route, String name) {
        Phase phase = name.startsWith(RESPONSE) ? Phase.RESPONSE : Phase.REQUEST;
        return IntStream.range(0, route.flow(phase).size())
                .filter(i -> name(route, phase, i).equals(name));
    }

    private static String name(TrialRoute route, Phase phase, int entry) {
        return phase + "/" + route.flow(phase).get(entry).config().policy();
    }

    private static boolean has(LintEntry entry, Fact fact) {
        return entry.facts() != null && entry.facts().has(fact);
    }
}
