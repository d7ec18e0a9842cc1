package io.policyengine.admin.api;

import io.policyengine.admin.flight.AddressRange;
import io.policyengine.admin.flight.PathRange;
import io.policyengine.admin.flight.Query;
import io.policyengine.admin.flight.Shelf;
import io.policyengine.admin.flight.StatusRange;
import io.policyengine.admin.view.ShadowDenialView;
import io.policyengine.core.instruction.DenialCodes;
import io.policyengine.kernel.recorder.ExchangeRecord;
import io.policyengine.kernel.recorder.Outcome;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Parses the query parameters that select exchanges. The parameters have already been checked against their
 * declarations.
 *
 * <p>Throws {@link ApiProblem} if the start is after the end. Accepts every other query that the declarations permit.
 */
final class ExchangeFilter {
    private static final int USUAL = 20;

    private static final QueryParameter CLIENT = QueryParameter.form(
            "client",
            "Only exchanges of this client: an address, or a network such as `10.0.0.0/8`.",
            AddressRange.PATTERN,
            "an address such as 10.0.0.7, or a network such as 10.0.0.0/8");
    private static final QueryParameter CODE = QueryParameter.form(
            "code",
            "Only exchanges with this exact code, such as `TOKEN_EXPIRED`.",
            "^[A-Za-z0-9_]{1," + DenialCodes.MAX_LENGTH + "}$",
            "a code such as TOKEN_EXPIRED");
    private static final QueryParameter KEPT = QueryParameter.choice(
            "kept",
            "Only exchanges that are kept for this reason.",
            Arrays.stream(Shelf.values()).map(Shelf::label).toList());
    private static final QueryParameter LIMIT =
            QueryParameter.whole("limit", "Maximum number of exchanges.", 1, Query.MAX, USUAL);
    private static final QueryParameter OUTCOME = QueryParameter.choice(
            "outcome",
            "Only exchanges with this outcome.",
            Arrays.stream(Outcome.values()).map(Outcome::label).toList());
    private static final QueryParameter PATH = QueryParameter.form(
            "path",
            "Only exchanges with this path or a path below it, such as `/orders`; with `*` at the end, all paths that"
                    + " begin with the text before it.",
            "^/[^?\\x00-\\x1f\\x7f]{0," + (ExchangeRecord.MAX_TEXT - 1) + "}$",
            "a path without a query, such as /orders, or the beginning of one, such as /ord*, of at most "
                    + ExchangeRecord.MAX_TEXT + " characters");
    private static final QueryParameter ROUTE =
            QueryParameter.text("route", "Only exchanges of this route, by Envoy's name or the configured name.");
    private static final QueryParameter SINCE = QueryParameter.form(
            "since",
            "Only exchanges that arrived at this time or later: ISO 8601 with an offset from UTC, such as"
                    + " `2026-01-31T16:30:00Z`, or how long ago, such as `90s`, `15m`, `2h` or `3d`.",
            PointInTime.PATTERN,
            PointInTime.VALID);
    private static final QueryParameter STATUS = QueryParameter.form(
            "status",
            "Only exchanges whose client received this status, such as `401`, or a status of this class, such as"
                    + " `4xx`.",
            "^[1-5]([0-9]{2}|[xX]{2})$",
            "a status such as 401, or a class such as 4xx");
    private static final QueryParameter UNTIL = QueryParameter.form(
            "until",
            "Only exchanges that arrived at this time or earlier; written as for `since`.",
            PointInTime.PATTERN,
            PointInTime.VALID);

    /** The query parameters that select exchanges in the flight recorder. */
    static final List<QueryParameter> PARAMETERS =
            List.of(CLIENT, CODE, KEPT, LIMIT, OUTCOME, PATH, ROUTE, SINCE, STATUS, UNTIL);

    /**
     * The query parameters that select denials by entries in shadow mode. Routes are selected only by their configured
     * names, because workers do not know Envoy's names.
     */
    static final List<QueryParameter> OF_DENIALS = List.of(
            CLIENT,
            CODE,
            LIMIT,
            PATH,
            QueryParameter.text(ROUTE.name(), "Only exchanges of this route, by the configured name."),
            SINCE,
            STATUS,
            UNTIL);

    private final Map<String, String> query;
    private final QueryValues values;
    private final Instant now;

    ExchangeFilter(ApiRequest request, Instant now) {
        this.query = request.query();
        this.values = new QueryValues(request);
        this.now = now;
    }

    /**
     * The condition on denials by entries in shadow mode.
     *
     * @param route name of a route policy; empty for any
     */
    record OfDenial(String route, Query.Sent sent, Query.Ended ended, int limit) {
        boolean isFor(ShadowDenialView denial) {
            return sent.isAt(denial.millis())
                    && sent.isBy(denial.client(), denial.path())
                    && ended.hasStatus(denial.status())
                    && ended.hasCode(denial.code());
        }
    }

    OfDenial ofDenial() {
        return new OfDenial(values.text(ROUTE.name()), sent(), ended(), values.number(LIMIT.name(), USUAL));
    }

    Query query() {
        return new Query(null, query.get(ROUTE.name()), sent(), ended(), values.number(LIMIT.name(), USUAL));
    }

    /** Returns the reason for which exchanges were kept, or null for any. */
    @Nullable
    Shelf shelf() {
        return values.labelled(KEPT.name(), Shelf.values(), Shelf::label);
    }

    private Query.Sent sent() {
        long since = time(SINCE, Long.MIN_VALUE);
        long until = time(UNTIL, Long.MAX_VALUE);
        if (since > until) {
            throw new ApiProblem(
                    ApiProblem.Code.INVALID_TIME,
                    "'" + SINCE.name() + "' must not be later than '" + UNTIL.name() + "'");
        }
        return new Query.Sent(
                since, until, CLIENT.parsed(query, AddressRange::parse), PATH.parsed(query, PathRange::parse));
    }

    private Query.Ended ended() {
        return new Query.Ended(
                values.labelled(OUTCOME.name(), Outcome.values(), Outcome::label),
                STATUS.parsed(query, StatusRange::parse),
                CODE.parsed(query, text -> DenialCodes.legalOrNull(text.toUpperCase(Locale.ROOT))));
    }

    private long time(QueryParameter parameter, long otherwise) {
        Long time = parameter.parsed(query, text -> PointInTime.parse(text, now));
        return time == null ? otherwise : time;
    }
}
