package io.policyengine.admin.api;

import io.policyengine.admin.flight.FlightRecorders;
import io.policyengine.admin.flight.KeptExchange;
import io.policyengine.admin.flight.Query;
import io.policyengine.admin.flight.Shelf;
import io.policyengine.core.config.FlowConfig;
import io.policyengine.core.config.RouteConfig;
import io.policyengine.kernel.generation.Generation;
import io.policyengine.kernel.generation.Generations;
import io.policyengine.kernel.recorder.Outcome;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The operations on exchanges in the flight recorder. Confined to the kernel's event loop. */
final class ExchangeQuestions {
    private static final String ROUTE = "route";
    private static final String OUTCOME = "outcome";
    private static final String KEPT = "kept";
    private static final String LIMIT = "limit";
    private static final int USUAL = 20;

    /** Maximum characters of a request id in a query. No exchange has a longer one. */
    static final int LONGEST_ID = 128;

    private final Vertx vertx;
    private final Generations generations;
    private final FlightRecorders recorders;

    ExchangeQuestions(Vertx vertx, Generations generations, FlightRecorders recorders) {
        this.vertx = vertx;
        this.generations = generations;
        this.recorders = recorders;
    }

    List<ApiOperation> endpoints() {
        return List.of(
                ApiOperation.get(
                                "/exchanges",
                                "listExchanges",
                                "The newest exchanges that the flight recorder has kept.",
                                KeptExchange.All.class,
                                this::list)
                        .busy()
                        .asking(
                                QueryParameter.choice(
                                        KEPT,
                                        "Only exchanges kept for this reason.",
                                        labels(Shelf.values(), Shelf::label)),
                                QueryParameter.whole(LIMIT, "Maximum number of exchanges.", 1, Query.MAX, USUAL),
                                QueryParameter.choice(
                                        OUTCOME,
                                        "Only exchanges with this outcome.",
                                        labels(Outcome.values(), Outcome::label)),
                                QueryParameter.text(
                                        ROUTE,
                                        "Only exchanges of this route, by Envoy's name or by the configured one.")),
                ApiOperation.get(
                                "/exchanges/{request}",
                                "getExchanges",
                                "The exchanges with a request id that the flight recorder has kept.",
                                KeptExchange.All.class,
                                this::one)
                        .busy());
    }

    private Future<ApiAnswer> list(ApiRequest request) {
        QueryValues query = new QueryValues(request);
        Outcome outcome = query.labelled(OUTCOME, Outcome.values(), Outcome::label);
        Shelf shelf = query.labelled(KEPT, Shelf.values(), Shelf::label);
        return find(new Query(null, request.query().get(ROUTE), outcome, query.number(LIMIT, USUAL)), shelf)
                .map(ApiAnswer::of);
    }

    private Future<ApiAnswer> one(ApiRequest request) {
        String id = request.parameter("request");
        if (id.length() > LONGEST_ID) {
            throw notKept();
        }
        return find(new Query(id, null, null, Query.MAX), null).map(found -> {
            if (found.exchanges().isEmpty()) {
                throw notKept();
            }
            return ApiAnswer.of(found);
        });
    }

    private static ApiProblem notKept() {
        return new ApiProblem(
                ApiProblem.Code.NOT_FOUND,
                "no exchange with this request id is kept here: exchanges that pass in time are only sampled"
                        + " (observability.recorder.sample), not all exchanges refused as overload are kept, the oldest"
                        + " are overwritten, and each replica of the kernel keeps its own");
    }

    private Future<KeptExchange.All> find(Query query, @Nullable Shelf shelf) {
        return recorders
                .find(vertx, query, shelf, new RunningLocations(generations.current()))
                .recover(failure -> {
                    if (failure instanceof FlightRecorders.BusyException busy) {
                        return Future.failedFuture(
                                new ApiProblem(ApiProblem.Code.BUSY, String.valueOf(busy.getMessage())));
                    }
                    return Future.failedFuture(failure);
                });
    }

    private static <E extends Enum<E>> List<String> labels(E[] all, Function<E, String> label) {
        return Arrays.stream(all).map(label).toList();
    }

    /** Finds locations of routes and entries in the running generation. Other generations are not in memory. */
    private static final class RunningLocations implements KeptExchange.Locations {
        private final @Nullable Generation running;
        private final Map<String, RouteConfig> routes = new HashMap<>();

        RunningLocations(@Nullable Generation running) {
            this.running = running;
        }

        private @Nullable RouteConfig route(long generation, String name) {
            if (running == null || running.id() != generation) {
                return null;
            }
            if (routes.isEmpty()) {
                running.config().routes().forEach(route -> routes.putIfAbsent(route.routeName(), route));
            }
            return routes.get(name);
        }

        @Override
        public @Nullable String ofRoute(long generation, String routePolicy) {
            RouteConfig route = route(generation, routePolicy);
            return route == null ? null : route.location().toString();
        }

        @Override
        public @Nullable String ofEntry(long generation, String routePolicy, String part, String entry) {
            RouteConfig route = route(generation, routePolicy);
            if (route == null) {
                return null;
            }
            FlowConfig flow = part.startsWith("request") ? route.requestFlow() : route.responseFlow();
            return flow.chain().stream()
                    .filter(one -> one.name().equals(entry))
                    .findFirst()
                    .map(one -> one.source().location().toString())
                    .orElse(null);
        }
    }
}
