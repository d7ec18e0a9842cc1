package io.policyengine.kernel.change;

import io.policyengine.core.config.EngineConfig;
import io.policyengine.core.config.EntryMode;
import io.policyengine.core.config.FlowConfig;
import io.policyengine.core.config.Overrides;
import io.policyengine.core.config.RouteConfig;
import io.policyengine.core.lint.LintEntry;
import io.policyengine.core.lint.LintRoute;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.who.AnsweredRoute;
import io.policyengine.core.who.Who;
import io.policyengine.core.who.change.NextRoute;
import io.policyengine.core.who.change.NextRoute.Next;
import io.policyengine.core.who.words.RouteReport;
import io.policyengine.core.who.words.Sentences;
import io.policyengine.kernel.plan.Modes;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * The answers for the routes of a generation: which requests reach the upstream, and with which guarantees. Immutable,
 * and computed off the event loop.
 *
 * @param inForce answers by route key, with the overrides in force; without routes that are not served
 * @param judged answers by route key, without overrides, also for routes that wait for a worker; routes to which an
 *     override applies are missing
 * @param known the last answers for which all effects were known, by route key, without overrides. Removed routes stay
 *     included until the route policy that now gets their requests has an answer
 * @param overrides the overrides in force
 */
public record RouteAnswers(
        Map<String, AnsweredRoute> inForce,
        Map<String, AnsweredRoute> judged,
        Map<String, AnsweredRoute> known,
        Overrides overrides) {
    /** The value before the first generation, without answers. */
    public static final RouteAnswers NONE =
            new RouteAnswers(Map.of(), Map.of(), Map.of(), new Overrides(List.of(), List.of()));

    /** Maximum number of removed routes whose answers are kept. */
    private static final int MAX_GONE = 10_000;

    /** The parts of an entry on which the facts of its policy depend. */
    private record Use(String policy, ObjectNode params) {
        static Use of(LintEntry entry) {
            return new Use(entry.config().policy(), entry.config().params());
        }
    }

    /**
     * Returns the answers for routes.
     *
     * @param served the routes that can be served, whose entries have the modes in force
     * @param awaited the routes that wait for a worker
     * @param wanted the configuration
     * @param previous the configuration of the previous generation, or null
     * @param before the answers of the previous generation
     */
    public static RouteAnswers of(
            List<LintRoute> served,
            List<RouteConfig> awaited,
            EngineConfig wanted,
            Modes modes,
            @Nullable EngineConfig previous,
            RouteAnswers before) {
        Who who = new Who(modes.overrides().ended());
        Map<String, Boolean> failOpen = new HashMap<>();
        wanted.kernel().workers().forEach(worker -> failOpen.put(worker.name(), worker.failOpen()));
        Map<String, AnsweredRoute> inForce = new LinkedHashMap<>();
        Map<String, AnsweredRoute> judged = new HashMap<>();
        for (LintRoute route : served) {
            AnsweredRoute answered = answer(who, route, before, failOpen);
            inForce.putIfAbsent(route.config().key(), answered);
            if (modes.areAsWritten(route.config())) {
                judged.putIfAbsent(route.config().key(), answered);
            }
        }
        for (RouteConfig route : awaited) {
            if (modes.areAsWritten(route)) {
                judged.putIfAbsent(route.key(), answer(who, unknown(route), before, failOpen));
            }
        }
        return new RouteAnswers(inForce, judged, known(judged, wanted, previous, before), modes.overrides());
    }

    /**
     * Returns the last known answer for the requests of each route. It may be from a time when another route policy
     * applied to them.
     */
    private static Map<String, AnsweredRoute> known(
            Map<String, AnsweredRoute> judged,
            EngineConfig wanted,
            @Nullable EngineConfig previous,
            RouteAnswers before) {
        Map<String, AnsweredRoute> known = new HashMap<>();
        NextRoute earlier = previous == null ? null : new NextRoute(previous);
        for (RouteConfig route : wanted.routes()) {
            AnsweredRoute now = judged.get(route.key());
            AnsweredRoute last = now;
            if (now == null || !now.route().isKnown()) {
                last = before.known().get(route.key());
                if (last == null && earlier != null && earlier.of(route) instanceof Next.Policy(RouteConfig old)) {
                    last = before.known().get(old.key());
                }
            }
            if (last != null) {
                known.putIfAbsent(route.key(), last);
            }
        }
        Set<String> present = wanted.routes().stream().map(RouteConfig::key).collect(Collectors.toSet());
        NextRoute next = new NextRoute(wanted);
        before.known().entrySet().stream()
                .filter(gone -> !present.contains(gone.getKey()))
                .filter(gone -> next.of(gone.getValue().route().config()) instanceof Next.Policy(RouteConfig heir)
                        && !judged.containsKey(heir.key()))
                .limit(MAX_GONE)
                .forEach(gone -> known.put(gone.getKey(), gone.getValue()));
        return known;
    }

    private static AnsweredRoute answer(Who who, LintRoute route, RouteAnswers before, Map<String, Boolean> failOpen) {
        LintRoute known =
                withKnownFacts(route, before.known().get(route.config().key()), failOpen);
        return new AnsweredRoute(known, who.of(known));
    }

    /** Returns a route for the lint, without the workers, which are unknown. */
    private static LintRoute unknown(RouteConfig route) {
        return new LintRoute(route, unknown(route.requestFlow()), unknown(route.responseFlow()));
    }

    private static List<LintEntry> unknown(FlowConfig flow) {
        return flow.chain().stream()
                .filter(entry -> entry.mode() != EntryMode.OFF)
                .map(entry -> new LintEntry(entry, "", false, null, BodyNeed.NONE))
                .toList();
    }

    /** Returns a copy whose answers without overrides come from another draft of the same configuration. */
    public RouteAnswers judgedIn(RouteAnswers other) {
        return new RouteAnswers(inForce, other.judged, other.known, overrides);
    }

    /** Returns the answer for a route in one line, or null if the route is not served. */
    public @Nullable String line(RouteConfig route) {
        AnsweredRoute answered = inForce.get(route.key());
        return answered == null ? null : Sentences.line(RouteReport.of(answered, overrides));
    }

    /**
     * Returns the route with missing facts taken from equal entries of {@code before}. The facts of an entry are
     * missing while its worker is absent.
     */
    private static LintRoute withKnownFacts(
            LintRoute route, @Nullable AnsweredRoute before, Map<String, Boolean> failOpen) {
        if (before == null || route.isKnown()) {
            return route;
        }
        return new LintRoute(
                route.config(),
                withKnownFacts(route.request(), before.route().request(), failOpen),
                withKnownFacts(route.response(), before.route().response(), failOpen));
    }

    private static List<LintEntry> withKnownFacts(
            List<LintEntry> entries, List<LintEntry> before, Map<String, Boolean> failOpen) {
        Map<Use, LintEntry> known = new HashMap<>();
        before.forEach(entry -> known.putIfAbsent(Use.of(entry), entry));
        return entries.stream()
                .map(entry -> {
                    LintEntry same = entry.facts() == null ? known.get(Use.of(entry)) : null;
                    if (same == null) {
                        return entry;
                    }
                    // Of a route that waits, the worker is not known: it is assumed to be the same.
                    String worker = entry.worker().isEmpty() ? same.worker() : entry.worker();
                    return new LintEntry(
                            entry.config(),
                            worker,
                            failOpen.getOrDefault(worker, same.failOpen()),
                            same.facts(),
                            same.bodyNeed());
                })
                .toList();
    }
}
