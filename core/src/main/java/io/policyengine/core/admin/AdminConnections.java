package io.policyengine.core.admin;

import io.netty.channel.ChannelOutboundBuffer;
import io.policyengine.core.time.Ticker;
import io.policyengine.core.vertx.Channels;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The connections to an {@link AdminServer}, bounded in number and time so that the connections of Envoy keep enough
 * file descriptors. When the limit is reached, the connection that has been idle longest is closed, so that probes can
 * always connect. Each response is held in memory completely, so the number of responses is bounded too. When that
 * limit is reached, the connection that has not read its response for longest is closed. Confined to the server's event
 * loop.
 */
final class AdminConnections {
    /** Maximum number of concurrent connections to the admin port. */
    private static final int MAX = 64;

    /** Maximum number of responses that are being created or sent; small responses to probes do not count. */
    private static final int MAX_ANSWERS = 8;

    /** Maximum time of a connection without a request. */
    private static final Duration IDLE_TIMEOUT = Duration.ofSeconds(30);

    /** Maximum time of a request, until its response is written completely. */
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(60);

    private static final int SWEEPS_IN_A_LIMIT = 4;

    private final Limits limits;
    private final Ticker ticker;
    /** The open connections, most recently used last. */
    private final Map<HttpConnection, Use> open = new LinkedHashMap<>();

    /**
     * The bounds of connections.
     * @param max maximum number of concurrent connections
     * @param idle time limit of a connection without a request; a request begins when its header has been read
     * @param request time limit of a request, until its response is written completely
     * @param answers maximum number of responses being created or sent; small responses to probes do not count
     */
    record Limits(int max, Duration idle, Duration request, int answers) {
        static final Limits ORDINARY = new Limits(MAX, IDLE_TIMEOUT, REQUEST_TIMEOUT, MAX_ANSWERS);
    }

    /**
     * The current use of a connection.
     *
     * @param since the time at which its request arrived, or at which it became idle
     * @param request null if the connection is idle
     * @param isProbe whether the response is small, as for a probe or a refusal
     */
    private record Use(long since, @Nullable HttpServerRequest request, boolean isProbe) {
        static Use idle(long since) {
            return new Use(since, null, false);
        }

        boolean isIdle() {
            return request == null || request.response().ended();
        }

        /**
         * Returns whether the response to the connection's request is incomplete, or not yet completely read by the
         * client.
         */
        boolean holdsAnswer(HttpConnection connection) {
            return request != null && (!isIdle() || hasUntaken(connection));
        }

        /**
         * Returns whether the connection's response counts towards {@link Limits#answers}. An unread response counts
         * until the client has read it.
         */
        boolean takesRoom(HttpConnection connection) {
            boolean isMadeForReading =
                    request != null && !isIdle() && request.method().equals(HttpMethod.GET);
            return !isProbe && (isMadeForReading || hasUntaken(connection));
        }
    }

    private static boolean hasUntaken(HttpConnection connection) {
        ChannelOutboundBuffer waiting = Channels.of(connection).unsafe().outboundBuffer();
        return waiting != null && waiting.totalPendingWriteBytes() > 0;
    }

    AdminConnections(Limits limits, Ticker ticker) {
        this.limits = limits;
        this.ticker = ticker;
    }

    Duration sweepPeriod() {
        Duration shortest = limits.idle().compareTo(limits.request()) < 0 ? limits.idle() : limits.request();
        return shortest.dividedBy(SWEEPS_IN_A_LIMIT);
    }

    /** Registers a connection; closes it at once if the limit is reached and no other connection is idle. */
    void opened(HttpConnection connection) {
        if (open.size() >= limits.max() && !closeLongestIdle()) {
            connection.close();
            return;
        }
        open.put(connection, Use.idle(ticker.nanoTime()));
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

    /**
     * Registers a request. Closes the connection if the response to its previous request has not been sent yet, because
     * responses to pipelined requests would accumulate.
     *
     * @param isProbe whether the response is small and immediate
     * @return false if the caller must not respond: the connection is closed, or the request was refused with 503
     */
    boolean asked(HttpServerRequest request, boolean isProbe) {
        HttpConnection connection = request.connection();
        Use last = open.remove(connection);
        if (last == null) {
            return false;
        }
        if (last.holdsAnswer(connection)) {
            connection.close();
            return false;
        }
        boolean hasRoom = isProbe || hasRoom();
        open.put(connection, new Use(ticker.nanoTime(), request, isProbe || !hasRoom));
        if (!hasRoom) {
            request.response()
                    .setStatusCode(503)
                    .putHeader(HttpHeaders.RETRY_AFTER, "1")
                    .end("busy: " + limits.answers() + " other answers are in progress\n");
        }
        return hasRoom;
    }

    private boolean hasRoom() {
        int held = 0;
        HttpConnection untaken = null;
        for (Map.Entry<HttpConnection, Use> each : open.entrySet()) {
            Use use = each.getValue();
            if (use.takesRoom(each.getKey())) {
                held++;
                if (untaken == null && hasUntaken(each.getKey())) {
                    untaken = each.getKey();
                }
            }
        }
        if (held < limits.answers()) {
            return true;
        }
        if (untaken != null) {
            open.remove(untaken);
            untaken.close();
        }
        return untaken != null;
    }

    /** Closes connections that have been idle, or busy with one request, for too long. */
    void sweep() {
        long now = ticker.nanoTime();
        for (Map.Entry<HttpConnection, Use> each : List.copyOf(open.entrySet())) {
            Use use = each.getValue();
            if (use.request() != null && use.isIdle()) {
                open.replace(each.getKey(), Use.idle(now));
            } else if (now - use.since() > (use.isIdle() ? limits.idle() : limits.request()).toNanos()) {
                each.getKey().close();
            }
        }
    }
}
