package io.policyengine.e2e.attack;

import io.policyengine.e2e.harness.Eventually;
import io.policyengine.e2e.harness.Load;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The client that nobody may notice the attacks by: it sends requests at an even rate, from an address of its own, to a route of its
 * own, and times each answer. One that is not the whole answer of the whole chain is lost.
 */
final class GoodClient implements AutoCloseable {
    static final String PATH = "/good";

    private static final String ADDRESS = "127.0.0.2";
    private static final int PER_SECOND = 200;
    private static final long TICK_MS = 5;
    private static final long PATIENCE_MS = 15_000;
    private static final int MAX_CONNECTIONS = 512;

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    private final HttpClient http = vertx.createHttpClient(
            new HttpClientOptions().setLocalAddress(ADDRESS), new PoolOptions().setHttp1MaxSize(MAX_CONNECTIONS));
    private final Promise<Void> over = Promise.promise();
    private final AtomicInteger answered = new AtomicInteger();
    private final int port;
    private Sample sample = new Sample();
    private int underWay;
    private boolean stopped;

    /** Requests that ended in some time: how long each took, in microseconds, and what became of those that were lost. */
    static final class Sample {
        private final List<Long> micros = new ArrayList<>();
        private final List<String> lost = new ArrayList<>();

        int requests() {
            return micros.size() + lost.size();
        }

        List<String> lost() {
            return lost;
        }

        /** Milliseconds that 99 of 100 answers took at most. */
        double p99() {
            List<Long> sorted = micros.stream().sorted().toList();
            return sorted.isEmpty() ? 0 : sorted.get((sorted.size() * 99 - 1) / 100) / 1000.0;
        }
    }

    /** Begins to send requests to an Envoy. */
    GoodClient(int port) {
        this.port = port;
        vertx.runOnContext(_ -> vertx.setPeriodic(TICK_MS, this::tick));
    }

    private void tick(long timer) {
        if (stopped) {
            vertx.cancelTimer(timer);
            return;
        }
        for (int due = 0; due < PER_SECOND * TICK_MS / 1000; due++) {
            send();
        }
    }

    private void send() {
        long began = System.nanoTime();
        underWay++;
        http.request(HttpMethod.GET, port, "127.0.0.1", PATH)
                .compose(request -> request.idleTimeout(PATIENCE_MS).send())
                .compose(GoodClient::problem)
                .otherwise(failure -> failure.toString())
                .onSuccess(problem -> vertx.runOnContext(_ -> end(problem, System.nanoTime() - began)));
    }

    /** Empty if the request and the answer have both been through the chain. */
    private static Future<String> problem(HttpClientResponse response) {
        return response.body().map(body -> {
            boolean whole = response.statusCode() == 200
                    && body.toString().contains("\"x-processed\":\"yes\"")
                    && response.getHeader("x-content-type-options") != null;
            return whole ? "" : response.statusCode() + " " + response.getHeader("x-details") + " " + body;
        });
    }

    private void end(String problem, long nanos) {
        if (problem.isEmpty()) {
            sample.micros.add(TimeUnit.NANOSECONDS.toMicros(nanos));
        } else {
            sample.lost.add(problem);
        }
        answered.incrementAndGet();
        underWay--;
        endIfOver();
    }

    private void endIfOver() {
        if (stopped && underWay == 0) {
            over.tryComplete();
        }
    }

    /** The requests that have ended since this was asked last. */
    Sample take() {
        Promise<Sample> taken = Promise.promise();
        vertx.runOnContext(_ -> {
            taken.complete(sample);
            sample = new Sample();
        });
        return Load.await(taken.future());
    }

    /** Waits until so many more requests have ended. */
    void awaitMore(int requests) {
        int enough = answered.get() + requests;
        Eventually.isTrue(requests + " more requests of the good client", () -> answered.get() >= enough);
    }

    /** Sends no more, and waits for those under way. */
    Sample stop() {
        vertx.runOnContext(_ -> {
            stopped = true;
            endIfOver();
        });
        Load.await(over.future());
        return take();
    }

    @Override
    public void close() {
        vertx.runOnContext(_ -> stopped = true);
        Load.await(vertx.close());
    }
}
