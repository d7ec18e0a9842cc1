package io.policyengine.core.admin;

import io.policyengine.core.async.OffLoop;
import io.policyengine.core.metrics.AcceptedFormats;
import io.policyengine.core.metrics.Exposition;
import io.policyengine.core.time.Ticker;
import io.vertx.core.AsyncResult;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The answers to scrapers. With many routes one takes seconds and megabytes, so one is made at a time, beside the event loop; it serves all
 * who have asked for its format before it was begun, and after it comes a rest of the time that it took: however many scrape, they have half
 * of a thread. Beside the one that is being made, {@value #MAX_HELD} are held for scrapers that have not taken all of them; before one more
 * is made, the connections that still take the oldest are closed. Belongs to the server's event loop.
 */
final class Scrapes {
    static final int MAX_HELD = 2;

    private static final Logger LOG = LoggerFactory.getLogger(Scrapes.class);

    private final Vertx vertx;
    private final Function<String, Exposition> metrics;
    private final Ticker ticker;
    /** By the format that they asked for. */
    private final Map<String, List<HttpServerRequest>> waiting = new LinkedHashMap<>();
    /** Of each answer that is held, the oldest first, the connections that take it. */
    private final Deque<Set<HttpServerRequest>> held = new ArrayDeque<>();

    private boolean isBusy;

    /**
     * For a server with this Vert.x.
     *
     * @param metrics gives them in a format; asked beside the event loop
     */
    Scrapes(Vertx vertx, Function<String, Exposition> metrics, Ticker ticker) {
        this.vertx = vertx;
        this.metrics = metrics;
        this.ticker = ticker;
    }

    /** Answers a scraper, in a format of those that it accepts. */
    void answer(HttpServerRequest request) {
        List<String> accepted = request.headers().getAll(HttpHeaders.ACCEPT);
        String format = AcceptedFormats.preferred(accepted.isEmpty() ? null : String.join(",", accepted));
        waiting.computeIfAbsent(format, _ -> new ArrayList<>()).add(request);
        makeNext();
    }

    private void makeNext() {
        if (isBusy || waiting.isEmpty()) {
            return;
        }
        isBusy = true;
        Map.Entry<String, List<HttpServerRequest>> next =
                waiting.entrySet().iterator().next();
        waiting.remove(next.getKey());
        while (held.size() >= MAX_HELD) {
            List.copyOf(held.remove()).forEach(slow -> slow.connection().close());
        }
        long begun = ticker.nanoTime();
        OffLoop.call(vertx, () -> metrics.apply(next.getKey())).onComplete(made -> {
            give(made, next.getValue());
            long restMillis = TimeUnit.NANOSECONDS.toMillis(ticker.nanoTime() - begun);
            vertx.setTimer(Math.max(1, restMillis), _ -> {
                isBusy = false;
                makeNext();
            });
        });
    }

    private void give(AsyncResult<Exposition> made, List<HttpServerRequest> asking) {
        if (made.failed()) {
            LOG.error("the metrics cannot be told", made.cause());
            asking.forEach(request -> request.response()
                    .setStatusCode(500)
                    .end("the metrics cannot be told; the log of the engine says why\n"));
            return;
        }
        Exposition exposition = made.result();
        Set<HttpServerRequest> taking = new HashSet<>(asking);
        held.add(taking);
        for (HttpServerRequest request : asking) {
            request.response().putHeader(HttpHeaders.CONTENT_TYPE, exposition.contentType());
            AnswerBody.send(request, exposition.content()).onComplete(_ -> {
                taking.remove(request);
                if (taking.isEmpty()) {
                    held.remove(taking);
                }
            });
        }
    }
}
