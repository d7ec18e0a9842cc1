package io.policyengine.core.admin;

import io.policyengine.core.time.Ticker;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The connections to an {@link AdminServer}, which are bounded in number and in time, so that they leave file descriptors to those that
 * serve. Where there is no room for one more, the one that has been idle longest makes room: a probe gets in, whoever else holds
 * connections open. Belongs to the server's event loop.
 */
final class AdminConnections {
    private static final int SWEEPS_IN_A_LIMIT = 4;

    private final Limits limits;
    private final Ticker ticker;
    /** Those that were used last come last. */
    private final Map<HttpConnection, Use> open = new LinkedHashMap<>();

    /**
     * The bounds of connections.
     *
     * @param max how many there may be at once
     * @param idle how long one may be without a request; a request counts from the end of its head
     * @param request how long a request may take, until all of its answer is handed over
     */
    record Limits(int max, Duration idle, Duration request) {
        /** Those of processes. */
        static final Limits ORDINARY = new Limits(64, Duration.ofSeconds(30), Duration.ofSeconds(60));
    }

    /**
     * The use of a connection.
     *
     * @param since when its request came, or since when it has been idle
     * @param request null if it is idle
     */
    private record Use(long since, @Nullable HttpServerRequest request) {
        boolean isIdle() {
            return request == null || request.response().ended();
        }
    }

    AdminConnections(Limits limits, Ticker ticker) {
        this.limits = limits;
        this.ticker = ticker;
    }

    /** The time between two calls of {@link #sweep}. */
    Duration sweepPeriod() {
        Duration shortest = limits.idle().compareTo(limits.request()) < 0 ? limits.idle() : limits.request();
        return shortest.dividedBy(SWEEPS_IN_A_LIMIT);
    }

    /** A connection was taken; it is closed at once where all others are at work. */
    void opened(HttpConnection connection) {
        if (open.size() >= limits.max() && !closeLongestIdle()) {
            connection.close();
            return;
        }
        open.put(connection, new Use(ticker.nanoTime(), null));
        connection.closeHandler(_ -> open.remove(connection));
    }

    private boolean closeLongestIdle() {
        Iterator<Map.Entry<HttpConnection, Use>> all = open.entrySet().iterator();
        while (all.hasNext()) {
            Map.Entry<HttpConnection, Use> next = all.next();
            if (next.getValue().isIdle()) {
                all.remove();
                next.getKey().close();
                return true;
            }
        }
        return false;
    }

    /** A request came. */
    void asked(HttpServerRequest request) {
        if (open.remove(request.connection()) != null) {
            open.put(request.connection(), new Use(ticker.nanoTime(), request));
        }
    }

    /** Closes those that have been idle, or at one request, for too long. */
    void sweep() {
        long now = ticker.nanoTime();
        for (Map.Entry<HttpConnection, Use> each : List.copyOf(open.entrySet())) {
            Use use = each.getValue();
            if (use.request() != null && use.isIdle()) {
                open.replace(each.getKey(), new Use(now, null));
            } else if (now - use.since() > (use.isIdle() ? limits.idle() : limits.request()).toNanos()) {
                each.getKey().close();
            }
        }
    }
}
