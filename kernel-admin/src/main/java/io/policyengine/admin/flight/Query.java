package io.policyengine.admin.flight;

import io.policyengine.kernel.recorder.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * A query for exchanges in the flight recorder.
 *
 * @param requestId the request id; null for any
 * @param route the route as written in the configuration, or Envoy's name of it; null for any
 * @param limit maximum number of exchanges, newest first
 */
public record Query(@Nullable String requestId, @Nullable String route, Sent sent, Ended ended, int limit) {
    /** Maximum exchanges in one answer of the flight recorder. */
    public static final int MAX = 200;

    /**
     * The condition of a query on the request of an exchange.
     *
     * @param since the earliest arrival, in milliseconds since 1970
     * @param until the latest arrival, in milliseconds since 1970
     * @param client the client's addresses; null for any
     * @param path the paths; null for any
     */
    public record Sent(
            long since,
            long until,
            @Nullable AddressRange client,
            @Nullable PathRange path) {
        static final Sent ANY = new Sent(Long.MIN_VALUE, Long.MAX_VALUE, null, null);

        /** Returns whether a time of arrival, in milliseconds since 1970, matches. */
        public boolean isAt(long millis) {
            return millis >= since && millis <= until;
        }

        /** Returns whether a client's address and a path match. */
        public boolean isBy(String address, String rawPath) {
            return (client == null || client.contains(address)) && (path == null || path.contains(rawPath));
        }
    }

    /**
     * The condition of a query on the end of an exchange.
     *
     * @param outcome the outcome; null for any
     * @param status the statuses that the client received; null for any
     * @param code the exact code; null for any
     */
    public record Ended(
            @Nullable Outcome outcome,
            @Nullable StatusRange status,
            @Nullable String code) {
        static final Ended ANY = new Ended(null, null, null);

        public boolean hasStatus(int received) {
            return status == null || status.contains(received);
        }

        public boolean hasCode(@Nullable String exact) {
            return code == null || code.equals(exact);
        }
    }

    /** Returns the query for the newest exchanges. */
    public static Query newest(int limit) {
        return new Query(null, null, Sent.ANY, Ended.ANY, limit);
    }

    /** Returns the query for the exchanges with a request id. */
    public static Query of(String requestId) {
        return new Query(requestId, null, Sent.ANY, Ended.ANY, MAX);
    }

    /**
     * Returns whether an exchange may match. Compares only numbers and hashes. If the result is true, {@link #isFor}
     * must compare the texts.
     */
    boolean mayBeFor(Ring.Index one) {
        return (requestId == null || requestId.hashCode() == one.id)
                && sent.isAt(one.millis)
                && (ended.outcome == null || ended.outcome == one.outcome)
                && ended.hasStatus(one.status)
                && (ended.code == null || ended.code.hashCode() == one.code)
                && (route == null || route.hashCode() == one.route || route.hashCode() == one.policy);
    }

    /** Returns whether the texts of an exchange match. */
    boolean isFor(RecordKey key) {
        return (requestId == null || requestId.equals(key.requestId()))
                && (route == null || route.equals(key.route()) || route.equals(key.routePolicy()))
                && ended.hasCode(key.code())
                && sent.isBy(key.client(), key.path());
    }
}
