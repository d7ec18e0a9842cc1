package io.policyengine.app.envoy;

import io.policyengine.core.config.RouteConfig;
import io.policyengine.core.lint.LintEntry;
import io.policyengine.core.lint.LintRoute;
import io.policyengine.core.policy.EntryFacts;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The requirements of a configuration's chains on Envoy: the namespaces of dynamic metadata that they read, and the
 * entries that reroute requests.
 *
 * @param read the namespaces by route name; a route that reads no metadata is omitted
 * @param unknown names of routes with faulty entries, whose needs are unknown
 * @param rerouting the name of the first entry that makes Envoy choose a route again, by route name; a route without
 *     such an entry is omitted
 * @param chains the chains of the routes whose entries could be inspected
 */
public record EnvoyNeeds(
        Map<String, Set<String>> read, List<String> unknown, Map<String, String> rerouting, List<LintRoute> chains) {
    /** The namespace in which Envoy's AI filter stores facts about a request to a model, as a typed message. */
    public static final String REQUEST_INFO = "envoy.ai.request_info";

    /**
     * The namespace in which Envoy's AI filter stores the token usage of a response, as a typed message that arrives
     * with the trailers.
     */
    public static final String TOKEN_USAGE = "envoy.ai.token_usage";

    /** The namespace in which Envoy's MCP filter stores the MCP call of a request. */
    public static final String MCP = "envoy.filters.http.mcp";

    public EnvoyNeeds {
        read = Map.copyOf(read);
        unknown = List.copyOf(unknown);
        rerouting = Map.copyOf(rerouting);
        chains = List.copyOf(chains);
    }

    /** Creates the needs of chains that never reroute requests. */
    public EnvoyNeeds(Map<String, Set<String>> read, List<String> unknown) {
        this(read, unknown, Map.of(), List.of());
    }

    /** Returns the needs of a configuration that reads no dynamic metadata. */
    public static EnvoyNeeds none() {
        return new EnvoyNeeds(Map.of(), List.of());
    }

    /**
     * Returns the needs of a configuration's routes.
     *
     * @param routes all routes of a configuration
     * @param chains the chains of the routes whose entries could be inspected
     */
    public static EnvoyNeeds of(List<RouteConfig> routes, List<LintRoute> chains) {
        Map<String, Set<String>> read = new TreeMap<>();
        for (LintRoute chain : chains) {
            Set<String> namespaces = new TreeSet<>();
            chain.request().forEach(entry -> addRead(entry, namespaces));
            chain.response().forEach(entry -> addRead(entry, namespaces));
            if (!namespaces.isEmpty()) {
                read.put(chain.config().routeName(), Set.copyOf(namespaces));
            }
        }
        Set<String> asked =
                chains.stream().map(chain -> chain.config().routeName()).collect(Collectors.toSet());
        List<String> unknown = new ArrayList<>();
        for (RouteConfig route : routes) {
            if (!asked.contains(route.routeName())) {
                unknown.add(route.routeName());
            }
        }
        Map<String, String> rerouting = new TreeMap<>();
        for (LintRoute chain : chains) {
            chain.request().stream()
                    .filter(entry -> entry.isCalled() && entry.reroutes())
                    .findFirst()
                    .ifPresent(entry -> rerouting.put(
                            chain.config().routeName(), entry.config().name()));
        }
        return new EnvoyNeeds(read, unknown, rerouting, chains);
    }

    private static void addRead(LintEntry entry, Set<String> namespaces) {
        EntryFacts facts = entry.facts();
        if (entry.isCalled()) {
            namespaces.addAll(entry.config().conditionFacts().metadataRead());
            if (facts != null) {
                namespaces.addAll(facts.metadataRead());
            }
        }
    }

    /** Returns notes on the Envoy routes to which entries reroute requests, and which users must write. */
    List<String> reroutingNotes() {
        return rerouting.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(route -> "'" + route.getValue() + "' makes Envoy choose a route again for requests of '"
                        + route.getKey()
                        + "': write the routes that Envoy may then choose before that route, each with the name '"
                        + route.getKey()
                        + "' and the same metadata; otherwise a client that requests one of them directly "
                        + "bypasses the policies")
                .toList();
    }

    boolean isReadOn(String route, String namespace) {
        return read.getOrDefault(route, Set.of()).contains(namespace);
    }

    /** Returns whether an entry on any route reads the namespace. */
    public boolean isRead(String namespace) {
        return read.values().stream().anyMatch(namespaces -> namespaces.contains(namespace));
    }

    Set<String> namespaces() {
        Set<String> all = new TreeSet<>();
        read.values().forEach(all::addAll);
        return all;
    }

    List<String> readersOf(Set<String> namespaces) {
        return read.entrySet().stream()
                .filter(route -> route.getValue().stream().anyMatch(namespaces::contains))
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
    }
}
