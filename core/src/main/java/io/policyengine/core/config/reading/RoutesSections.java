package io.policyengine.core.config.reading;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.policyengine.core.config.EntryConfig;
import io.policyengine.core.config.FlowConfig;
import io.policyengine.core.config.IndexedRouteNames;
import io.policyengine.core.config.RouteConfig;
import io.policyengine.core.config.RouteMatch;
import io.policyengine.core.config.yaml.ValueBudget;
import io.policyengine.core.error.Location;
import io.policyengine.core.http.PathFault;
import io.policyengine.core.http.PathRules;
import io.policyengine.core.params.BoundParams;
import io.policyengine.core.policy.Phase;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads and checks the route policies and shared chains of all files. */
final class RoutesSections {
    private final List<Part> parts;
    private final ValueBudget budget;
    private final Map<String, Location> firstPlaces = new HashMap<>();
    private final Map<String, Location> openPlaces = new HashMap<>();
    private final ConditionCompiler conditions = new ConditionCompiler();
    private boolean deniesUnknown;

    /**
     * The reason why {@code allow_in_path} has no effect on any route, as text for an operator; empty if it can have an
     * effect.
     */
    private String idleExceptions = "";

    /** The position of {@code route_policies} and {@code chains} in a file. */
    private record Part(Section section, String base) {}

    /**
     * The result of reading.
     *
     * @param routes all valid routes in order
     * @param unsound positions of routes that have problems themselves or refer to a shared chain with problems
     */
    record Read(List<RouteConfig> routes, Set<Location> unsound) {}

    private record Placed(RouteConfig config, Section section, String pointer, RoutesText.Route written) {
        boolean isSound(SharedChains chains) {
            return section.isSound(pointer)
                    && chains.areSound(written.requestFlow().policyChain())
                    && chains.areSound(written.responseFlow().policyChain());
        }
    }

    private RoutesSections(List<Part> parts, ValueBudget budget) {
        this.parts = parts;
        this.budget = budget;
    }

    /**
     * Reads all routes.
     *
     * @param kernel kernel.yaml, already validated; its {@code policy_kernel} may contain route policies
     * @param files the files in routes/, already validated
     * @param budget charged with the copies of shared chains and of entries in both flows
     */
    static Read read(Optional<Section> kernel, List<Section> files, ValueBudget budget) {
        var parts = new ArrayList<Part>();
        kernel.ifPresent(section -> parts.add(new Part(section, "/" + ConfigSchemas.KERNEL_KEY)));
        files.forEach(section -> parts.add(new Part(section, "")));
        var sections = new RoutesSections(parts, budget);
        kernel.ifPresent(sections::open);
        kernel.ifPresent(sections::takePathRules);
        sections.deniesUnknown = kernel.map(section -> section.text("/" + ConfigSchemas.KERNEL_KEY + "/unknown_route"))
                .filter("deny"::equals)
                .isPresent();
        var read = sections.read();
        kernel.ifPresent(section -> OpenPrefixes.check(section, read.routes()));
        return read;
    }

    private Read read() {
        var chains = new SharedChains(budget);
        for (var part : parts) {
            for (var chain : part.section().children(part.base() + "/" + ConfigSchemas.CHAINS_KEY)) {
                chains.add(part.section(), chain);
            }
        }
        chains.check();
        var routes = new ArrayList<Placed>();
        for (var part : parts) {
            for (var route : part.section().children(part.base() + "/" + ConfigSchemas.ROUTES_KEY)) {
                route(part.section(), route, chains).ifPresent(routes::add);
            }
        }
        var unsound = routes.stream()
                .filter(route -> !route.isSound(chains))
                .map(route -> route.config().location())
                .collect(Collectors.toSet());
        return new Read(routes.stream().map(Placed::config).toList(), unsound);
    }

    private Optional<Placed> route(Section section, String pointer, SharedChains chains) {
        var match = match(section, pointer);
        if (section.isBroken(pointer)
                || !(RoutesText.Route.BINDER.bindValidated(section.at(pointer))
                        instanceof BoundParams.Ok<RoutesText.Route>(var route))) {
            return Optional.empty();
        }
        checkAllowedInPath(section, pointer + "/allow_in_path", route.allowInPath());
        checkHasFlow(section, pointer);
        var requestChain =
                BothPhases.withoutReferences(chain(section, pointer + "/request_flow", route.requestFlow(), chains));
        chains.chargeBothPhases(requestChain);
        var request = EntryNames.give(requestChain, Phase.REQUEST, conditions);
        var responseChain = new BothPhases(requestChain, request)
                .in(chain(section, pointer + "/response_flow", route.responseFlow(), chains));
        var response = EntryNames.give(responseChain, Phase.RESPONSE, conditions);
        return match.map(known -> new Placed(
                new RouteConfig(
                        route.routeName() != null ? route.routeName() : String.valueOf(route.routeNameRegex()),
                        route.group(),
                        known,
                        route.priority(),
                        flow(route.requestFlow(), request),
                        flow(route.responseFlow(), response),
                        Set.copyOf(route.allowInPath()),
                        AcceptItems.read(section, pointer + "/accept", route.accept()),
                        Set.copyOf(route.lintIgnore()),
                        section.place(pointer)),
                section,
                pointer,
                route));
    }

    /**
     * Rejects a route without flows if unknown routes are denied. Without this check, an unfinished route policy would
     * let all requests of its route pass.
     */
    private void checkHasFlow(Section section, String pointer) {
        if (deniesUnknown && !section.has(pointer + "/request_flow") && !section.has(pointer + "/response_flow")) {
            section.error(
                    pointer,
                    "a route policy without 'request_flow' and 'response_flow' would open the route although unknown"
                            + " routes are denied: list the route in 'open_routes' of kernel.yaml instead, or, if it is"
                            + " to have a route policy, write 'request_flow: { policy_chain: [] }'");
        }
    }

    private void takePathRules(Section section) {
        var pointer = "/" + ConfigSchemas.KERNEL_KEY + "/path_rules";
        var rules = section.text(pointer);
        if (rules.equals(PathRules.OFF.name().toLowerCase(Locale.ROOT))) {
            idleExceptions = "'path_rules: off' at " + section.place(pointer) + " refuses no path on any route";
        } else if (rules.equals(PathRules.LENIENT.name().toLowerCase(Locale.ROOT))) {
            idleExceptions = "'path_rules: lenient' at " + section.place(pointer)
                    + " already lets everything that can be allowed pass on every route";
        }
    }

    private void checkAllowedInPath(Section section, String pointer, List<PathFault> allowed) {
        if (!idleExceptions.isEmpty() && allowed.stream().anyMatch(PathFault::isAllowable)) {
            section.warning(
                    pointer,
                    "'allow_in_path' has no effect: " + idleExceptions
                            + ". Write 'path_rules: strict' if other routes are to refuse it");
        }
        for (var index = 0; index < allowed.size(); index++) {
            if (!allowed.get(index).isAllowable()) {
                var possible = Stream.of(PathFault.values())
                        .filter(PathFault::isAllowable)
                        .map(PathFault::text)
                        .collect(Collectors.joining(", "));
                section.error(
                        pointer + "/" + index,
                        "'" + allowed.get(index).text()
                                + "' cannot be allowed: no honest client sends it; possible are " + possible);
            }
        }
    }

    private static List<PlacedEntry> chain(Section section, String pointer, RoutesText.Flow flow, SharedChains chains) {
        var entries = new ArrayList<PlacedEntry>();
        for (var index = 0; index < flow.policyChain().size(); index++) {
            var entry = new PlacedEntry(flow.policyChain().get(index), section, pointer + "/policy_chain/" + index);
            chains.check(entry);
            entries.add(entry);
        }
        return chains.expand(entries);
    }

    private static FlowConfig flow(RoutesText.Flow flow, List<EntryConfig> entries) {
        return new FlowConfig(flow.processingMode(), entries, flow.maxBodyBytes(), flow.reencode());
    }

    private Optional<RouteMatch> match(Section section, String pointer) {
        var name = pointer + "/route_name";
        var regex = pointer + "/route_name_regex";
        if (section.isBroken(name) || section.isBroken(regex)) {
            return Optional.empty();
        }
        if (section.has(name) && section.has(regex)) {
            section.errorAtKey(regex, "either 'route_name' or 'route_name_regex', not both");
            return Optional.empty();
        }
        if (section.has(regex)) {
            return regex(section, regex);
        }
        if (section.has(name)) {
            return name(section, name);
        }
        if (section.at(pointer).isObject()) {
            section.error(pointer, "missing key 'route_name' (or 'route_name_regex')");
        }
        return Optional.empty();
    }

    private Optional<RouteMatch> name(Section section, String pointer) {
        if (!isName(section, pointer, "; for anything else use 'route_name_regex'")
                || isDuplicate(section, pointer, "name " + section.text(pointer))
                || isOpen(section, pointer)) {
            return Optional.empty();
        }
        return Optional.of(RouteMatch.written(section.text(pointer)));
    }

    private static boolean isName(Section section, String pointer, String more) {
        var name = section.text(pointer);
        var star = name.indexOf('*');
        if (name.isEmpty()) {
            section.error(pointer, "must not be empty");
        } else if (star >= 0 && star < name.length() - 1) {
            section.error(pointer, "'*' is possible only at the end of a route name" + more);
        } else {
            return true;
        }
        return false;
    }

    /** Rejects a route policy for a route that {@code open_routes} lists. Returns whether the route is listed. */
    private boolean isOpen(Section section, String pointer) {
        var open = openPlaces.get(section.text(pointer));
        if (open != null) {
            section.error(
                    pointer,
                    "a route policy for " + section.quote(pointer) + ", which 'open_routes' lists at " + open
                            + " as a route without policies: remove one of the two");
        }
        return open != null;
    }

    private void open(Section section) {
        for (var route : section.children("/" + ConfigSchemas.KERNEL_KEY + "/" + ConfigSchemas.OPEN_ROUTES_KEY)) {
            if (section.isBroken(route) || !isName(section, route, "")) {
                continue;
            }
            if (section.text(route).equals("*")) {
                section.error(
                        route,
                        "'*' would open every route that has no policies: if that is intended, write "
                                + "'unknown_route: continue' instead");
                continue;
            }
            if (IndexedRouteNames.include(section.text(route))) {
                section.warning(
                        route,
                        "the name of the open route " + section.quote(route)
                                + " contains its position among other routes: a route inserted before it "
                                + "would be opened instead");
            }
            var first = openPlaces.putIfAbsent(section.text(route), section.place(route));
            if (first != null) {
                section.error(route, "the open route " + section.quote(route) + " is listed twice, first at " + first);
            }
        }
    }

    private Optional<RouteMatch> regex(Section section, String pointer) {
        var text = section.text(pointer);
        if (text.isEmpty()) {
            section.error(pointer, "must not be empty");
            return Optional.empty();
        }
        try {
            var pattern = Pattern.compile(text);
            return isDuplicate(section, pointer, "regex " + text)
                    ? Optional.empty()
                    : Optional.of(new RouteMatch.Regex(pattern));
        } catch (PatternSyntaxException e) {
            section.error(pointer, "not an RE2 pattern: " + e.getDescription());
            return Optional.empty();
        }
    }

    private boolean isDuplicate(Section section, String pointer, String key) {
        var first = firstPlaces.putIfAbsent(key, section.place(pointer));
        if (first != null) {
            section.error(pointer, "duplicate route " + section.quote(pointer) + ", first at " + first);
        }
        return first != null;
    }
}
