package io.policyengine.admin.api;

import io.policyengine.admin.flight.FlightRecorders;
import io.policyengine.admin.flight.KeptExchange;
import io.policyengine.admin.flight.Query;
import io.policyengine.admin.flight.Shelf;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The operations on exchanges in the flight recorder. Confined to the kernel's event loop. */
final class ExchangeQuestions {
    /** Maximum characters of a request id in a query. No exchange has a longer id. */
    static final int LONGEST_ID = 128;

    private final Vertx vertx;
    private final FlightRecorders recorders;
    private final RouteLocations locations;
    private final InstantSource clock;

    ExchangeQuestions(Vertx vertx, FlightRecorders recorders, RouteLocations locations, InstantSource clock) {
        this.vertx = vertx;
        this.recorders = recorders;
        this.locations = locations;
        this.clock = clock;
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
                        .refusing(ApiProblem.Code.INVALID_TIME)
                        .asking(ExchangeFilter.PARAMETERS),
                ApiOperation.get(
                                "/exchanges/{request}",
                                "getExchanges",
                                "The exchanges in the flight recorder that have the given request id.",
                                KeptExchange.All.class,
                                this::one)
                        .busy());
    }

    private Future<ApiAnswer> list(ApiRequest request) {
        ExchangeFilter filter = new ExchangeFilter(request, clock.instant());
        return find(filter.query(), filter.shelf()).map(ApiAnswer::of);
    }

    private Future<ApiAnswer> one(ApiRequest request) {
        String id = request.parameter("request");
        if (id.length() > LONGEST_ID) {
            throw notKept();
        }
        return find(Query.of(id), null).map(found -> {
            if (found.exchanges().isEmpty()) {
                throw notKept();
            }
            return ApiAnswer.of(found);
        });
    }

    private static ApiProblem notKept() {
        return new ApiProblem(
                ApiProblem.Code.NOT_FOUND,
                "no exchange with this request id is kept here. Fast exchanges that pass are only sampled"
                        + " (observability.recorder.sample), not all exchanges refused as overload are kept, the"
                        + " oldest are overwritten, and each replica of the kernel keeps only its own");
    }

    private Future<KeptExchange.All> find(Query query, @Nullable Shelf shelf) {
        return recorders.find(vertx, query, shelf, locations::find).recover(failure -> {
            if (failure instanceof FlightRecorders.BusyException busy) {
                return Future.failedFuture(new ApiProblem(ApiProblem.Code.BUSY, String.valueOf(busy.getMessage())));
            }
            return Future.failedFuture(failure);
        });
    }
}
