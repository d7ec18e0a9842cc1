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
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Parses the query parameters that select exchanges. A value that is not valid throws {@link ApiProblem}. */
final class ExchangeFilter {
    private static final String ROUTE = "route";
    private static final String OUTCOME = "outcome";
    private static final String KEPT = "kept";
    private static final String LIMIT = "limit";
    private static final String SINCE = "since";
    private static final String UNTIL = "until";
    private static final String CLIENT = "client";
    private static final String PATH = "path";
    private static final String STATUS = "status";
    private static final String CODE = "code";
    private static final int USUAL = 20;

    /** The parameters that select exchanges, and also denials by entries in shadow mode. */
    static final Map<String, String> OF_DENIALS = Map.of(
            ROUTE,
            "Only exchanges of this route.",
            LIMIT,
            "Maximum number of exchanges, 1 to " + Query.MAX + "; by default " + USUAL + ".",
            SINCE,
            "Only exchanges that arrived at this time or later: ISO 8601 with an offset from UTC, such as"
                    + " `2026-01-31T16:30:00Z`, or how long ago, such as `90s`, `15m`, `2h` or `3d`.",
            UNTIL,
            "Only exchanges that arrived at this time or earlier; written as for `since`.",
            CLIENT,
            "Only exchanges of this client: an address, or a network such as `10.0.0.0/8`.",
            PATH,
            "Only exchanges with this path or a path below it, such as `/orders`; with `*` at the end, only those whose"
                    + " path begins so.",
            STATUS,
            "Only exchanges whose client received this status, such as `401`, or one of its class, such as `4xx`.",
            CODE,
            "Only exchanges with this exact code, such as `TOKEN_EXPIRED`.");

    /** The parameters that select exchanges. */
    static final Map<String, String> PARAMETERS = parameters();

    private final Map<String, String> query;
    private final Instant now;

    ExchangeFilter(ApiRequest request, Instant now) {
        this.query = request.query();
        this.now = now;
    }

    private static Map<String, String> parameters() {
        Map<String, String> parameters = new TreeMap<>(OF_DENIALS);
        parameters.put(ROUTE, "Only exchanges of this route, by Envoy's name or by the configured one.");
        parameters.put(OUTCOME, "Only exchanges with this outcome, such as `denied` or `failed`.");
        parameters.put(
                KEPT, "Only exchanges kept for this reason: `error`, `overloaded`, `denied`, `slow` or `sampled`.");
        return parameters;
    }

    /**
     * The condition on denials by entries in shadow mode.
     *
     * @param route name of a route policy; empty for any
     */
    record OfDenial(String route, Query.Sent sent, Query.Ended ended, int limit) {
        boolean isFor(ShadowDenialView denial) {
            long time = denial.at().toEpochMilli();
            AddressRange client = sent.client();
            PathRange path = sent.path();
            StatusRange status = ended.status();
            String code = ended.code();
            return time >= sent.since()
                    && time <= sent.until()
                    && (client == null || client.contains(denial.client()))
                    && (path == null || path.contains(denial.path()))
                    && (status == null || status.contains(denial.status()))
                    && (code == null || code.equals(denial.code()));
        }
    }

    OfDenial ofDenial() {
        return new OfDenial(query.getOrDefault(ROUTE, ""), sent(), ended(), limit());
    }

    Query query() {
        return new Query(null, query.get(ROUTE), sent(), ended(), limit());
    }

    /** Returns the reason for which exchanges were kept, or null for any. */
    @Nullable
    Shelf shelf() {
        return oneOf(KEPT, List.of(Shelf.values()), Shelf::label);
    }

    private Query.Sent sent() {
        long since = time(SINCE, Long.MIN_VALUE);
        long until = time(UNTIL, Long.MAX_VALUE);
        if (since > until) {
            throw refused(SINCE, "not later than '" + UNTIL + "'");
        }
        return new Query.Sent(
                since,
                until,
                value(CLIENT, AddressRange::parse, "an address such as 10.0.0.7, or a network such as 10.0.0.0/8"),
                value(
                        PATH,
                        text -> text.length() > ExchangeRecord.MAX_TEXT ? null : PathRange.parse(text),
                        "a path without a query, such as /orders, or the beginning of one, such as /ord*, of at most "
                                + ExchangeRecord.MAX_TEXT + " characters"));
    }

    private Query.Ended ended() {
        return new Query.Ended(
                oneOf(OUTCOME, List.of(Outcome.values()), Outcome::label),
                value(STATUS, StatusRange::parse, "a status such as 401, or a class such as 4xx"),
                value(
                        CODE,
                        text -> DenialCodes.legalOrNull(text.toUpperCase(Locale.ROOT)),
                        "a code such as TOKEN_EXPIRED"));
    }

    private long time(String parameter, long otherwise) {
        Long time = value(parameter, text -> PointInTime.parse(text, now), PointInTime.VALID);
        return time == null ? otherwise : time;
    }

    private int limit() {
        Integer limit = value(LIMIT, ExchangeFilter::limitOrNull, "a number from 1 to " + Query.MAX);
        return limit == null ? USUAL : limit;
    }

    private static @Nullable Integer limitOrNull(String text) {
        try {
            int limit = Integer.parseInt(text);
            return limit >= 1 && limit <= Query.MAX ? limit : null;
        } catch (NumberFormatException notANumber) {
            return null;
        }
    }

    private <T> @Nullable T oneOf(String parameter, List<T> values, Function<T, String> label) {
        return value(
                parameter,
                text -> values.stream()
                        .filter(value -> label.apply(value).equals(text.toLowerCase(Locale.ROOT)))
                        .findFirst()
                        .orElse(null),
                "one of " + String.join(", ", values.stream().map(label).toList()));
    }

    /** Returns the parsed value of a parameter, or null if it is absent. A parser returns null for an invalid text. */
    private <T> @Nullable T value(String parameter, Function<String, @Nullable T> parser, String valid) {
        String text = query.get(parameter);
        if (text == null) {
            return null;
        }
        T value = parser.apply(text);
        if (value == null) {
            throw refused(parameter, valid);
        }
        return value;
    }

    private static ApiProblem refused(String parameter, String valid) {
        return new ApiProblem(ApiProblem.Code.INVALID_QUERY, "'" + parameter + "' must be " + valid);
    }
}
