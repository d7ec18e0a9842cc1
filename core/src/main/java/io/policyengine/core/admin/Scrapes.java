package io.policyengine.core.admin;

import io.policyengine.core.async.OffLoop;
import io.policyengine.core.metrics.AcceptedFormats;
import io.policyengine.core.metrics.Exposition;
import io.policyengine.core.time.Ticker;
import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
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
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The responses to scrapers. With many routes a response takes seconds and megabytes, so responses are created one at a
 * time, off the event loop. Requests that wait for the same format share one response. Each creation is followed by a
 * pause of the same duration, so scrapers use at most half of a thread. Up to {@value #MAX_HELD} earlier responses are
 * held for slow scrapers. If another response would exceed this number, the connections that still read the oldest
 * response are closed. Confined to the server's event loop.
 */
final class Scrapes {
    /**
     * Maximum number of earlier responses with metrics that are held for slow scrapers, in addition to the current one.
     */
    static final int MAX_HELD = 2;

    /** Maximum time for which metrics of other processes are awaited. */
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private static final Logger LOG = LoggerFactory.getLogger(Scrapes.class);

    private final Vertx vertx;
    private final Function<String, Exposition> metrics;
    private final Ticker ticker;
    private final Map<String, List<HttpServerRequest>> waiting = new LinkedHashMap<>();
    /** The requests whose clients still read a held response, for each response, oldest first. */
    private final Deque<Set<HttpServerRequest>> held = new ArrayDeque<>();

    private Supplier<Future<Function<String, Exposition>>> source;
    private boolean isBusy;

    /**
     * Creates the handler of scrapes.
     * @param metrics returns the metrics in a format; called off the event loop
     */
    Scrapes(Vertx vertx, Function<String, Exposition> metrics, Ticker ticker) {
        this.vertx = vertx;
        this.metrics = metrics;
        this.source = () -> Future.succeededFuture(metrics);
        this.ticker = ticker;
    }

    /** Sets the source of the function that returns the metrics in a format. */
    void prepareBy(Supplier<Future<Function<String, Exposition>>> other) {
        source = other;
    }

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
        prepared().onSuccess(writer -> make(writer, next.getKey(), next.getValue()));
    }

    /**
     * Returns the function that writes metrics: the source's, or that for this process alone if the source does not
     * answer in time.
     */
    private Future<Function<String, Exposition>> prepared() {
        Context loop = vertx.getOrCreateContext();
        Promise<Function<String, Exposition>> prepared = Promise.promise();
        long timer = vertx.setTimer(PATIENCE.toMillis(), _ -> prepared.tryComplete(metrics));
        source.get()
                .onComplete((writer, failure) -> loop.runOnContext(_ -> {
                    vertx.cancelTimer(timer);
                    prepared.tryComplete(failure == null ? writer : metrics);
                }));
        return prepared.future();
    }

    private void make(Function<String, Exposition> writer, String format, List<HttpServerRequest> asking) {
        long begun = ticker.nanoTime();
        OffLoop.call(vertx, () -> writer.apply(format)).onComplete(made -> {
            give(made, asking);
            long restMillis = TimeUnit.NANOSECONDS.toMillis(ticker.nanoTime() - begun);
            vertx.setTimer(Math.max(1, restMillis), _ -> {
                isBusy = false;
                makeNext();
            });
        });
    }

    private void give(AsyncResult<Exposition> made, List<HttpServerRequest> asking) {
        if (made.failed()) {
            LOG.error("the metrics cannot be rendered; the waiting scrapes are answered with 500", made.cause());
            asking.forEach(request -> request.response()
                    .setStatusCode(500)
                    .end("the metrics cannot be rendered; the log of the engine says why\n"));
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
