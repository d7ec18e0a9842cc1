package io.policyengine.e2e.harness;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Requests at a rate of their own, each noted with when it ended and how. Runs on one event loop. */
public final class PacedLoad {
    private static final long TICK_MS = 2;

    private final Vertx vertx;
    private final HttpClient http;
    private final int port;
    private final String path;
    private final double perTick;
    private final List<Ended> ended = new ArrayList<>();
    private final AtomicInteger answered = new AtomicInteger();
    private final Promise<List<Ended>> over = Promise.promise();
    private final long begun = System.nanoTime();
    private double due;
    private int underWay;
    private boolean stopped;

    /**
     * One request.
     *
     * @param beganMs when it was sent, since the load began
     * @param endedMs when its answer was there
     * @param nanos that it took
     * @param status 0 if the connection failed
     */
    public record Ended(long beganMs, long endedMs, long nanos, int status) {}

    PacedLoad(Vertx vertx, HttpClient http, int port, String path, int perSecond) {
        this.vertx = vertx;
        this.http = http;
        this.port = port;
        this.path = path;
        this.perTick = perSecond * TICK_MS / 1000.0;
        vertx.runOnContext(_ -> vertx.setPeriodic(TICK_MS, this::tick));
    }

    private void tick(long timer) {
        if (stopped) {
            vertx.cancelTimer(timer);
            return;
        }
        for (due += perTick; due >= 1; due--) {
            send();
        }
    }

    private void send() {
        long began = nowMs();
        long sent = System.nanoTime();
        underWay++;
        http.request(HttpMethod.GET, port, "127.0.0.1", path)
                .compose(request -> request.send())
                .compose(response -> response.body().map(response.statusCode()))
                .otherwise(0)
                .onSuccess(status -> {
                    long nanos = System.nanoTime() - sent;
                    vertx.runOnContext(_ -> end(new Ended(began, nowMs(), nanos, status)));
                });
    }

    private void end(Ended request) {
        ended.add(request);
        answered.incrementAndGet();
        underWay--;
        if (stopped && underWay == 0) {
            over.complete(List.copyOf(ended));
        }
    }

    /** Milliseconds since the load began. */
    public long nowMs() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
    }

    /** How many requests have ended so far. */
    public int answered() {
        return answered.get();
    }

    /** Sends no more, and waits for those under way. */
    public List<Ended> stop() {
        Future<List<Ended>> all = over.future();
        vertx.runOnContext(_ -> {
            stopped = true;
            if (underWay == 0) {
                over.complete(List.copyOf(ended));
            }
        });
        return Load.await(all);
    }
}
