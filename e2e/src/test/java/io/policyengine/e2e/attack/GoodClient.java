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
import java.util.Optional;
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
    private final AtomicInteger answered = new AtomicInteger();
    private final int port;
    private final boolean throughChain;
    private Sample sample = new Sample();
    private int underWay;

    /** Done when nothing is under way; there is one while it is paused. */
    private Optional<Promise<Void>> paused = Optional.empty();

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

    /** Begins to send requests to an Envoy with an engine. */
    GoodClient(int port) {
        this(port, true);
    }

    private GoodClient(int port, boolean throughChain) {
        this.port = port;
        this.throughChain = throughChain;
        vertx.runOnContext(_ -> vertx.setPeriodic(TICK_MS, _ -> tick()));
    }

    /** Begins to send requests to an Envoy without an engine, whose answers lack what the chain does. */
    static GoodClient withoutEngine(int port) {
        return new GoodClient(port, false);
    }

    private void tick() {
        if (paused.isPresent()) {
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
                .compose(this::problem)
                .otherwise(failure -> failure.toString())
                .onSuccess(problem -> vertx.runOnContext(_ -> end(problem, System.nanoTime() - began)));
    }

    /** Empty if it is the upstream's answer, and the request and the answer have both been through the chain where there is one. */
    private Future<String> problem(HttpClientResponse response) {
        return response.body().map(body -> {
            boolean whole = response.statusCode() == 200 && (!throughChain || isProcessed(response, body.toString()));
            return whole ? "" : response.statusCode() + " " + response.getHeader("x-details") + " " + body;
        });
    }

    private static boolean isProcessed(HttpClientResponse response, String body) {
        return body.contains("\"x-processed\":\"yes\"") && response.getHeader("x-content-type-options") != null;
    }

    private void end(String problem, long nanos) {
        if (problem.isEmpty()) {
            sample.micros.add(TimeUnit.NANOSECONDS.toMicros(nanos));
        } else {
            sample.lost.add(problem);
        }
        answered.incrementAndGet();
        underWay--;
        tellIfAtRest();
    }

    private void tellIfAtRest() {
        if (underWay == 0) {
            paused.ifPresent(Promise::tryComplete);
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

    /** Sends no more until {@link #resume}, and waits for those under way. */
    void pause() {
        Promise<Void> atRest = Promise.promise();
        vertx.runOnContext(_ -> {
            paused = Optional.of(atRest);
            tellIfAtRest();
        });
        Load.await(atRest.future());
    }

    /** Sends again. */
    void resume() {
        vertx.runOnContext(_ -> paused = Optional.empty());
    }

    @Override
    public void close() {
        Load.await(vertx.close());
    }
}
