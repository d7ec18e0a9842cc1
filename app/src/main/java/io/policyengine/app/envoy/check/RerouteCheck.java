package io.policyengine.app.envoy.check;

import io.policyengine.app.envoy.EnvoyNeeds;
import io.policyengine.core.config.EngineConfig;
import io.policyengine.core.config.EntryMode;
import io.policyengine.core.config.Overrides;
import io.policyengine.core.config.RouteConfig;
import io.policyengine.core.error.LintCode;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.lint.LintEntry;
import io.policyengine.core.lint.LintRoute;
import io.policyengine.core.policy.HeaderUse;
import io.policyengine.core.who.AnsweredRoute;
import io.policyengine.core.who.Guarantee;
import io.policyengine.core.who.Opened;
import io.policyengine.core.who.Who;
import io.policyengine.core.who.WhoDiff;
import io.policyengine.core.who.change.NextRoute;
import io.policyengine.core.who.change.NextRoute.Next;
import io.policyengine.core.who.words.Lost;
import io.policyengine.core.who.words.RouteReport;
import io.policyengine.core.who.words.Sentences;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Checks the routes among which Envoy chooses by the header fields of an entry that reroutes. A client that sends such
 * a field itself reaches the chosen route directly. So the chain of that route must protect as much as the entry's
 * chain. The chains are compared as {@link WhoDiff} compares them if requests move to another route policy.
 */
final class RerouteCheck {
    private static final Set<String> PATHS = Set.of("path", "prefix", "path_separated_prefix");
    private static final Overrides NO_OVERRIDES = Overrides.at(Instant.EPOCH, List.of());

    private final EnvoyFile file;
    private final NextRoute policies;
    private final Map<String, LintRoute> chains = new HashMap<>();
    private final Map<String, AnsweredRoute> answers = new HashMap<>();
    private final Set<String> noted = new HashSet<>();
    private final Who who = new Who(NO_OVERRIDES);
    private final WhoDiff diff = new WhoDiff();

    RerouteCheck(EnvoyFile file, EngineConfig config, EnvoyNeeds needs) {
        this.file = file;
        this.policies = new NextRoute(config);
        needs.chains().forEach(chain -> chains.put(chain.config().key(), chain));
    }

    /** Checks the routes of a virtual host, in their order. */
    void check(List<String> routes, Function<String, String> nameOf) {
        var host = new HostRoutes(
                routes.stream().map(route -> choice(route, nameOf.apply(route))).toList());
        Set<String> reported = new HashSet<>();
        for (int i = 0; i < host.size(); i++) {
            ComparedRoute entrance = host.choice(i);
            if (entrance.next() instanceof Next.Policy(RouteConfig policy) && chains.containsKey(policy.key())) {
                for (LintEntry entry : rerouting(policy)) {
                    host.choosable(fields(entry), i).forEach((place, field) -> {
                        ComparedRoute other = host.choice(place);
                        if (!other.isOf(policy) && reported.add(policy.key() + other.pointer())) {
                            compare(policy, entry, other, field);
                        }
                    });
                    noteUnknown(policy, entry, entrance);
                }
            }
        }
        if (host.isSpent()) {
            file.error(
                    routes.getFirst(),
                    LintCode.REROUTE_SKIPS_CHAIN.text() + ": not compared: more than " + HostRoutes.MAX_PAIRS
                            + " pairs of routes of this virtual host, which entries that reroute may choose; divide the"
                            + " virtual host, or match paths by 'path' or 'path_separated_prefix'",
                    null);
        }
    }

    private ComparedRoute choice(String route, String name) {
        String match = route + "/match";
        Set<String> fields = new TreeSet<>();
        file.items(match + "/headers").forEach(header -> fields.add(file.lowerCase(header + "/name")));
        boolean isPlain = file.at(match).propertyStream().allMatch(member -> PATHS.contains(member.getKey()));
        return new ComparedRoute(route, policies.named(name), PathMatch.of(file, match), fields, isPlain);
    }

    private List<LintEntry> rerouting(RouteConfig policy) {
        return chain(policy).request().stream()
                .filter(entry -> entry.config().mode() == EntryMode.ENFORCE && entry.reroutes())
                .toList();
    }

    private LintRoute chain(RouteConfig policy) {
        return Optional.ofNullable(chains.get(policy.key())).orElseThrow();
    }

    /** Returns the header fields that the entry declares to set or remove. */
    private static Set<String> fields(LintEntry entry) {
        Set<String> fields = new TreeSet<>();
        if (entry.facts() != null) {
            entry.facts().headers().stream()
                    .filter(use -> use.action() == HeaderUse.Action.SETS || use.action() == HeaderUse.Action.REMOVES)
                    .filter(use -> !HeaderUse.isPseudo(use.name()))
                    .forEach(use -> fields.add(HeaderMap.lowerCase(use.name())));
        }
        return fields;
    }

    private void noteUnknown(RouteConfig policy, LintEntry entry, ComparedRoute entrance) {
        if (fields(entry).isEmpty()
                && noted.add(policy.key() + " " + entry.config().name())) {
            file.note(
                    entrance.pointer(),
                    "not compared: the routes that Envoy may choose after '"
                            + entry.config().name() + "' ("
                            + entry.config().source().policy()
                            + "), which declares no header fields; name them '" + policy.routeName()
                            + "', or give them its policies");
        }
    }

    private void compare(RouteConfig policy, LintEntry entry, ComparedRoute other, String field) {
        switch (other.next()) {
            case Next.Policy(RouteConfig own)
            when chains.containsKey(own.key()) -> report(policy, entry, other, field, answer(own), isNamedOpen(own));
            case Next.Open() -> report(policy, entry, other, field, AnsweredRoute.withoutPolicies(policy), true);
            case Next.Unknown() -> report(policy, entry, other, field, AnsweredRoute.withoutPolicies(policy), false);
            case Next.Policy _, Next.Refused() -> {
                // All requests are refused.
            }
        }
    }

    private AnsweredRoute answer(RouteConfig policy) {
        return answers.computeIfAbsent(policy.key(), _ -> new AnsweredRoute(chain(policy), who.of(chain(policy))));
    }

    /** Returns whether the route policy declares its route as public. */
    private static boolean isNamedOpen(RouteConfig policy) {
        return policy.accepted().stream()
                .anyMatch(item -> item.key().equals(Guarantee.IDENTITY.acceptKey())
                        && item.circumstances().isEmpty());
    }

    private void report(
            RouteConfig policy, LintEntry entry, ComparedRoute other, String field, AnsweredRoute now, boolean isOpen) {
        AnsweredRoute old = answer(policy);
        List<String> lacks =
                lacks(old, now, diff.moved(old, now, policy.routeName()).opened());
        if (lacks.isEmpty()) {
            return;
        }
        String at = other.pointer() + "/name";
        String what = "a client that sends '" + field + "' itself gets this route, past '" + policy.routeName()
                + "', whose '" + entry.config().name() + "' ("
                + entry.config().source().policy()
                + ") chooses by that field: " + String.join("; ", lacks);
        if (isOpen) {
            file.note(at, what + "; the configuration names the route as open");
        } else {
            file.error(
                    at,
                    LintCode.REROUTE_SKIPS_CHAIN.text() + ": " + what + "; give both routes one name"
                            + (other.next() instanceof Next.Policy(RouteConfig own)
                                    ? ", or put these policies into the chain of '" + own.routeName() + "' ("
                                            + own.location() + ")"
                                    : ""),
                    "name: " + policy.routeName());
        }
    }

    private static List<String> lacks(AnsweredRoute old, AnsweredRoute now, Opened opened) {
        List<String> lacks = new ArrayList<>();
        RouteReport.of(now, opened, NO_OVERRIDES)
                .openings()
                .forEach(open -> open.ways()
                        .forEach(way -> lacks.add(
                                way.reasons().isEmpty() ? Sentences.subject(open) : Sentences.sentence(open, way))));
        Lost.of(old, opened).forEach(lost -> lacks.add(lost.subject()));
        return lacks.stream().distinct().toList();
    }
}
