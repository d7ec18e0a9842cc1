package io.policyengine.admin.api;

import io.policyengine.admin.flight.KeptExchange;
import io.policyengine.core.async.OffLoop;
import io.policyengine.core.config.FlowConfig;
import io.policyengine.core.config.RouteConfig;
import io.policyengine.core.config.reading.ConfDirectory;
import io.policyengine.kernel.generation.Generation;
import io.policyengine.kernel.generation.Generations;
import io.policyengine.kernel.generation.Snapshot;
import io.policyengine.kernel.history.History;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The locations, in the files, of route policies and their entries. Locations in the generation in force are in memory.
 * Locations in earlier generations are found by parsing their kept files, off the event loops. One generation is parsed
 * at a time, after other work on the whole configuration. A search that takes longer than {@link #PATIENCE} returns
 * what it has found, and stops. At most {@value #MAX_LOCATIONS} locations are kept for further queries. Confined to the
 * kernel's event loop.
 */
final class RouteLocations {
    /** Maximum locations in earlier generations that are kept for further queries of the flight recorder. */
    static final int MAX_LOCATIONS = 20_000;

    /**
     * Maximum time that a query of the flight recorder waits for locations in earlier generations; those not found in
     * time are missing.
     */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final Vertx vertx;
    private final Generations generations;
    private final History history;
    private final ConfigWork work;
    private final Map<Long, Map<String, OfRoute>> earlier = new HashMap<>();

    /** The locations of a route policy and its entries; {@link #NOWHERE} if the generation lacks the route policy. */
    private record OfRoute(@Nullable String route, Map<String, String> request, Map<String, String> response) {
        static final OfRoute NOWHERE = new OfRoute(null, Map.of(), Map.of());

        static OfRoute of(RouteConfig route) {
            return new OfRoute(
                    route.location().toString(), entries(route.requestFlow()), entries(route.responseFlow()));
        }

        private static Map<String, String> entries(FlowConfig flow) {
            Map<String, String> entries = new HashMap<>();
            flow.chain()
                    .forEach(entry -> entries.putIfAbsent(
                            entry.name(), entry.source().location().toString()));
            return entries;
        }

        int size() {
            return 1 + request.size() + response.size();
        }
    }

    RouteLocations(Vertx vertx, Generations generations, History history, ConfigWork work) {
        this.vertx = vertx;
        this.generations = generations;
        this.history = history;
        this.work = work;
    }

    /**
     * Finds the locations of route policies. Locations in generations that are no longer kept, or cannot be read in
     * time, are missing.
     *
     * @param wanted names of route policies, by generation
     */
    Future<KeptExchange.Locations> find(Map<Long, Set<String>> wanted) {
        Generation running = generations.current();
        Search search = new Search(running == null ? -1 : running.id());
        for (Map.Entry<Long, Set<String>> one : wanted.entrySet()) {
            long generation = one.getKey();
            if (running != null && running.id() == generation) {
                search.found.put(generation, among(running.config().routes(), one.getValue()));
                continue;
            }
            Snapshot snapshot = snapshot(generation);
            if (snapshot != null) {
                search.addEarlier(snapshot, one.getValue());
            }
        }
        return search.answer();
    }

    private static ApiProblem alreadyAnswered() {
        return new ApiProblem(ApiProblem.Code.BUSY, "the query has been answered meanwhile");
    }

    /** A search for locations. The answer contains what the search has found until the answer is due. */
    private final class Search {
        private final long inForce;
        private final Map<Long, Map<String, OfRoute>> found = new HashMap<>();
        private final Promise<KeptExchange.Locations> answer = Promise.promise();
        private Future<Void> last = Future.succeededFuture();
        private boolean hasAll = true;

        Search(long inForce) {
            this.inForce = inForce;
        }

        void addEarlier(Snapshot snapshot, Set<String> routes) {
            last = last.compose(_ -> ofEarlier(snapshot, routes)).transform(read -> {
                found.put(snapshot.id(), read.succeeded() ? read.result() : known(snapshot));
                hasAll &= read.succeeded();
                return Future.succeededFuture();
            });
        }

        private Future<Map<String, OfRoute>> ofEarlier(Snapshot snapshot, Set<String> routes) {
            Map<String, OfRoute> known = known(snapshot);
            if (known.keySet().containsAll(routes)) {
                return Future.succeededFuture(known);
            }
            if (answer.future().isComplete()) {
                return Future.failedFuture(alreadyAnswered());
            }
            try {
                return work.run(() -> readOnce(snapshot, routes));
            } catch (ApiProblem busy) {
                return Future.failedFuture(busy);
            }
        }

        /**
         * Reads the locations, unless the query is already answered, or another query has read them while this one
         * waited.
         */
        private Future<Map<String, OfRoute>> readOnce(Snapshot snapshot, Set<String> routes) {
            Map<String, OfRoute> known = known(snapshot);
            if (known.keySet().containsAll(routes)) {
                return Future.succeededFuture(known);
            }
            return answer.future().isComplete()
                    ? Future.failedFuture(alreadyAnswered())
                    : OffLoop.call(vertx, () -> read(snapshot, routes)).map(read -> keep(snapshot.id(), read));
        }

        Future<KeptExchange.Locations> answer() {
            long timer = vertx.setTimer(PATIENCE.toMillis(), _ -> answer.tryComplete(located(false)));
            last.onComplete(_ -> {
                vertx.cancelTimer(timer);
                answer.tryComplete(located(hasAll));
            });
            return answer.future();
        }

        private Found located(boolean isComplete) {
            return new Found(inForce, isComplete, Map.copyOf(found));
        }
    }

    private @Nullable Snapshot snapshot(long generation) {
        return history.snapshots().stream()
                .filter(snapshot -> snapshot.id() == generation)
                .findFirst()
                .orElse(null);
    }

    private Map<String, OfRoute> known(Snapshot snapshot) {
        return earlier.getOrDefault(snapshot.id(), Map.of());
    }

    private static Map<String, OfRoute> read(Snapshot snapshot, Set<String> routes) {
        // References have no values here: no location depends on them.
        return among(ConfDirectory.examine(snapshot.texts(), _ -> null).config().routes(), routes);
    }

    private static Map<String, OfRoute> among(List<RouteConfig> all, Set<String> routes) {
        Map<String, OfRoute> found = new HashMap<>();
        for (RouteConfig route : all) {
            if (routes.contains(route.routeName())) {
                found.putIfAbsent(route.routeName(), OfRoute.of(route));
            }
        }
        routes.forEach(route -> found.putIfAbsent(route, OfRoute.NOWHERE));
        return found;
    }

    private Map<String, OfRoute> keep(long generation, Map<String, OfRoute> read) {
        int more = size(read);
        int kept = earlier.values().stream().mapToInt(RouteLocations::size).sum();
        if (kept + more > MAX_LOCATIONS) {
            earlier.clear();
        }
        if (more > MAX_LOCATIONS) {
            return read;
        }
        Map<String, OfRoute> routes = earlier.computeIfAbsent(generation, _ -> new HashMap<>());
        routes.putAll(read);
        return routes;
    }

    private static int size(Map<String, OfRoute> routes) {
        return routes.values().stream().mapToInt(OfRoute::size).sum();
    }

    private record Found(long inForce, boolean isComplete, Map<Long, Map<String, OfRoute>> routes)
            implements KeptExchange.Locations {
        @Override
        public boolean isInForce(long generation) {
            return generation == inForce;
        }

        private OfRoute route(long generation, String routePolicy) {
            return routes.getOrDefault(generation, Map.of()).getOrDefault(routePolicy, OfRoute.NOWHERE);
        }

        @Override
        public @Nullable String ofRoute(long generation, String routePolicy) {
            return route(generation, routePolicy).route();
        }

        @Override
        public @Nullable String ofEntry(long generation, String routePolicy, String part, String entry) {
            OfRoute route = route(generation, routePolicy);
            return (part.startsWith("request") ? route.request() : route.response()).get(entry);
        }
    }
}
