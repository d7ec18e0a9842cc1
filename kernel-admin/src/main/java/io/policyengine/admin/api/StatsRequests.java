package io.policyengine.admin.api;

import io.policyengine.admin.stats.RouteQuery;
import io.policyengine.admin.stats.Stats;
import io.policyengine.admin.view.RouteView;
import io.policyengine.admin.view.StatsView;
import io.policyengine.kernel.generation.Generations;
import io.vertx.core.Future;
import java.util.List;
import java.util.Objects;

/** The operation that returns live figures: the values of the meters. */
final class StatsRequests {
    private static final String FILTER = "filter";
    private static final String STATE = "state";
    private static final String SORT = "sort";
    private static final String LIMIT = "limit";
    private static final String OFFSET = "offset";
    private static final String ENTRIES = "entries";
    private static final String HISTORY = "history";

    /** The default number of routes in an answer. */
    private static final int USUAL_LIMIT = 50;

    /** Maximum number of routes that a query may skip. */
    private static final int MAX_OFFSET = 10_000_000;

    private final Generations generations;
    private final Stats stats;

    StatsRequests(Generations generations, Stats stats) {
        this.generations = generations;
        this.stats = stats;
    }

    List<ApiOperation> endpoints() {
        return List.of(ApiOperation.get(
                        "/stats",
                        "getStats",
                        "Live counts and durations of routes, workers and policies.",
                        StatsView.class,
                        this::stats)
                .asking(
                        QueryParameter.text(ENTRIES, "Name of a route whose entries are listed."),
                        QueryParameter.text(FILTER, "Only routes whose names contain this text, ignoring case."),
                        QueryParameter.flag(HISTORY, "`true`: includes the figures of the last five minutes."),
                        QueryParameter.whole(
                                LIMIT, "Maximum number of routes in the answer.", 0, RouteQuery.MAX_LIMIT, USUAL_LIMIT),
                        QueryParameter.whole(OFFSET, "Number of routes to skip.", 0, MAX_OFFSET, 0),
                        QueryParameter.constant(
                                SORT,
                                "Order of the routes: by recent `traffic`, by recent denials (`denied`) or failures "
                                        + "(`failed`), or as in the `files`.",
                                RouteQuery.Order.class,
                                RouteQuery.Order.TRAFFIC),
                        QueryParameter.constant(
                                STATE,
                                "Only routes that are `active`, `waiting` or `refused`.",
                                RouteView.State.class,
                                null)));
    }

    private Future<ApiAnswer> stats(ApiRequest request) {
        RouteQuery wanted = query(request);
        if (stats.isBusy()) {
            throw new ApiProblem(
                    ApiProblem.Code.BUSY, Stats.MAX_ASKED + " queries for figures are pending: try again later");
        }
        var generation = Objects.requireNonNull(generations.current(), "the API is served after the first generation");
        boolean withHistory = new QueryValues(request).flag(HISTORY);
        return stats.of(generation, wanted, withHistory, ApiAnswer::of);
    }

    private static RouteQuery query(ApiRequest request) {
        QueryValues query = new QueryValues(request);
        RouteQuery.Order order = query.constant(SORT, RouteQuery.Order.class);
        return new RouteQuery(
                query.text(FILTER),
                query.constant(STATE, RouteView.State.class),
                order == null ? RouteQuery.Order.TRAFFIC : order,
                query.number(LIMIT, USUAL_LIMIT),
                query.number(OFFSET, 0),
                query.text(ENTRIES));
    }
}
