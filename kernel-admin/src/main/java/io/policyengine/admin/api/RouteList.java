package io.policyengine.admin.api;

import io.policyengine.admin.view.RouteView;
import io.policyengine.core.async.OffLoop;
import io.policyengine.core.config.RouteConfig;
import io.policyengine.kernel.generation.Generation;
import io.policyengine.kernel.generation.Generations;
import io.policyengine.kernel.plan.RoutePlan;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Lists routes in pages of at most {@value #MAX}, off the event loops, since there may be many. */
final class RouteList {
    /** Maximum routes on one page of the list of routes. */
    static final int MAX = 1_000;

    private static final String FILTER = "filter";
    private static final String STATE = "state";
    private static final String LIMIT = "limit";
    private static final String OFFSET = "offset";

    /** Maximum number of routes that a query of the list may skip. */
    private static final int MAX_OFFSET = 10_000_000;

    private final Vertx vertx;
    private final Generations generations;

    RouteList(Vertx vertx, Generations generations) {
        this.vertx = vertx;
        this.generations = generations;
    }

    ApiOperation endpoint() {
        return ApiOperation.get(
                        "/routes", "listRoutes", "A page of the route policies.", RouteView.All.class, this::list)
                .asking(
                        QueryParameter.text(FILTER, "Only routes whose names contain this text, ignoring case."),
                        QueryParameter.whole(LIMIT, "Maximum number of routes in the answer.", 0, MAX, MAX),
                        QueryParameter.whole(OFFSET, "Number of routes to skip.", 0, MAX_OFFSET, 0),
                        QueryParameter.constant(
                                STATE,
                                "Only routes that are `active`, `waiting` or `refused`.",
                                RouteView.State.class,
                                null));
    }

    private Future<ApiAnswer> list(ApiRequest request) {
        QueryValues query = new QueryValues(request);
        String filter = query.text(FILTER).toLowerCase(Locale.ROOT);
        RouteView.State state = query.constant(STATE, RouteView.State.class);
        int limit = query.number(LIMIT, MAX);
        int offset = query.number(OFFSET, 0);
        Generation now = Objects.requireNonNull(generations.current(), "the API is served after the first generation");
        return OffLoop.call(vertx, () -> ApiAnswer.of(page(now, filter, state, offset, limit)));
    }

    private static RouteView.All page(
            Generation generation, String filter, RouteView.@Nullable State state, int offset, int limit) {
        List<RouteConfig> configs = generation.config().routes();
        List<RoutePlan> plans = generation.plans();
        List<RouteView> page = new ArrayList<>();
        int matching = 0;
        for (int place = 0; place < plans.size(); place++) {
            RoutePlan plan = plans.get(place);
            boolean matches = (state == null || RouteView.State.of(plan) == state)
                    && configs.get(place).routeName().toLowerCase(Locale.ROOT).contains(filter);
            if (matches) {
                if (matching >= offset && page.size() < limit) {
                    page.add(RouteView.of(generation, place));
                }
                matching++;
            }
        }
        return new RouteView.All(page, plans.size(), matching, offset);
    }
}
