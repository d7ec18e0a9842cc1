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
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
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
    private static final int LONGEST_ID = 128;

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
                        .asking(Map.of(
                                ROUTE,
                                "Only exchanges of this route, by Envoy's name or by the configured one.",
                                OUTCOME,
                                "Only exchanges with this outcome, such as `denied` or `failed`.",
                                KEPT,
                                "Only exchanges kept for this reason: `error`, `overloaded`, `denied`, "
                                        + "`slow` or `sampled`.",
                                LIMIT,
                                "Maximum number of exchanges, 1 to " + Query.MAX + "; by default " + USUAL + ".")),
                ApiOperation.get(
                                "/exchanges/{id}",
                                "getExchanges",
                                "The exchanges with a request id that the flight recorder has kept.",
                                KeptExchange.All.class,
                                this::one)
                        .busy());
    }

    private Future<ApiAnswer> list(ApiRequest request) {
        Map<String, String> query = request.query();
        Outcome outcome = oneOf(query.get(OUTCOME), OUTCOME, List.of(Outcome.values()), Outcome::label);
        Shelf shelf = oneOf(query.get(KEPT), KEPT, List.of(Shelf.values()), Shelf::label);
        return find(new Query(null, query.get(ROUTE), outcome, limit(query.get(LIMIT))), shelf)
                .map(ApiAnswer::of);
    }

    private Future<ApiAnswer> one(ApiRequest request) {
        String id = request.parameter("id");
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

    private static <T> @Nullable T oneOf(
            @Nullable String wanted, String parameter, List<T> values, Function<T, String> label) {
        if (wanted == null) {
            return null;
        }
        for (T value : values) {
            if (label.apply(value).equals(wanted.toLowerCase(Locale.ROOT))) {
                return value;
            }
        }
        throw new ApiProblem(
                ApiProblem.Code.INVALID_QUERY,
                "'" + parameter + "' must be one of "
                        + String.join(", ", values.stream().map(label).toList()));
    }

    private static int limit(@Nullable String written) {
        if (written == null) {
            return USUAL;
        }
        try {
            int limit = Integer.parseInt(written);
            if (limit >= 1 && limit <= Query.MAX) {
                return limit;
            }
        } catch (NumberFormatException none) {
            // Refused below, like a number out of range.
        }
        throw new ApiProblem(ApiProblem.Code.INVALID_QUERY, "'" + LIMIT + "' must be a number from 1 to " + Query.MAX);
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
