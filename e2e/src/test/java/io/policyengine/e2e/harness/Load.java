package io.policyengine.e2e.harness;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Clients that send one request after another. All on one event loop. */
public final class Load implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 120;
    private static final int MAX_CLIENTS = 256;
    /** Between an answer and the next request of a client that leaves the processors to others. */
    private static final int PAUSE_MS = 5;

    private final Vertx vertx = Vertx.vertx();
    private final HttpClient http = vertx.createHttpClient(
            new PoolOptions().setHttp1MaxSize(MAX_CLIENTS).setEventLoopSize(1));
    private final int port;

    /** Clients of the server on this port. */
    public Load(int port) {
        this.port = port;
    }

    /** What came back, so far or in all. Not to be read before the load is over. */
    public static final class Tally {
        private final Map<Integer, Integer> statuses = new TreeMap<>();
        private int unprocessed;
        private int mixed;
        private boolean stopped;

        /** How often each status came; 0 counts connections that failed. */
        public Map<Integer, Integer> statuses() {
            return statuses;
        }

        /** Answers with 200 to a request that the chain had not processed. */
        public int unprocessed() {
            return unprocessed;
        }

        /** Answers whose {@code X-Response-Stamp} is not the {@code X-Request-Stamp} that the upstream saw. */
        public int mixed() {
            return mixed;
        }

        private void add(int status, String body, @Nullable String stamp) {
            statuses.merge(status, 1, Integer::sum);
            if (status == 200 && !body.contains("\"x-processed\"")) {
                unprocessed++;
            }
            if (stamp != null && !body.contains("\"x-request-stamp\":\"" + stamp + "\"")) {
                mixed++;
            }
        }
    }

    /** Waits for a result. */
    public static <T> T await(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    /** Sends so many requests, so many at a time. */
    public Future<Tally> send(String path, int total, int clients) {
        Tally tally = new Tally();
        int[] left = {total};
        return clients(clients, tally, () -> left[0]-- > 0, path, 0);
    }

    /** Sends requests until {@link Running#stop}, as many as the processors allow. */
    public Running run(String path, int clients) {
        return run(path, clients, 0);
    }

    /** Likewise, but each client pauses after each answer: for a test in which others only go on meanwhile. */
    public Running trickle(String path, int clients) {
        return run(path, clients, PAUSE_MS);
    }

    private Running run(String path, int clients, int pauseMs) {
        Tally tally = new Tally();
        return new Running(vertx, tally, clients(clients, tally, () -> !tally.stopped, path, pauseMs));
    }

    /** Sends requests at this rate, whatever becomes of those before, until {@link PacedLoad#stop}. */
    public PacedLoad pace(String path, int perSecond) {
        return new PacedLoad(vertx, http, port, path, perSecond);
    }

    /** A load that goes on. */
    public record Running(Vertx vertx, Tally tally, Future<Tally> end) {
        /** Lets the requests under way finish. */
        public Tally stop() {
            vertx.runOnContext(_ -> tally.stopped = true);
            return await(end);
        }
    }

    private interface More {
        boolean next();
    }

    private Future<Tally> clients(int clients, Tally tally, More more, String path, int pauseMs) {
        Promise<Tally> end = Promise.promise();
        vertx.runOnContext(_ -> {
            int[] active = {clients};
            for (int i = 0; i < clients; i++) {
                next(tally, more, path, pauseMs, () -> {
                    if (--active[0] == 0) {
                        end.complete(tally);
                    }
                });
            }
        });
        return end.future();
    }

    private void next(Tally tally, More more, String path, int pauseMs, Runnable over) {
        if (!more.next()) {
            over.run();
            return;
        }
        http.request(HttpMethod.GET, port, "127.0.0.1", path)
                .compose(request -> request.send())
                .compose(response -> response.body().map(body -> {
                    tally.add(response.statusCode(), body.toString(), response.getHeader("x-response-stamp"));
                    return response;
                }))
                .onFailure(failure -> tally.add(0, String.valueOf(failure.getMessage()), null))
                .onComplete(_ -> {
                    if (pauseMs > 0) {
                        vertx.setTimer(pauseMs, _ -> next(tally, more, path, pauseMs, over));
                    } else {
                        vertx.runOnContext(_ -> next(tally, more, path, pauseMs, over));
                    }
                });
    }

    /** Clients that hang up, each after up to so many milliseconds, one after another on so many connections at a time. */
    public Future<Void> hangUp(String path, int total, int clients, int withinMs, RandomGenerator random) {
        Promise<Void> end = Promise.promise();
        vertx.runOnContext(_ -> {
            int[] left = {total};
            int[] active = {clients};
            for (int i = 0; i < clients; i++) {
                hangUpNext(path, left, withinMs, random, () -> {
                    if (--active[0] == 0) {
                        end.complete();
                    }
                });
            }
        });
        return end.future();
    }

    private void hangUpNext(String path, int[] left, int withinMs, RandomGenerator random, Runnable over) {
        if (left[0]-- <= 0) {
            over.run();
            return;
        }
        http.request(HttpMethod.GET, port, "127.0.0.1", path).onComplete((request, failure) -> {
            if (failure != null) {
                vertx.runOnContext(_ -> hangUpNext(path, left, withinMs, random, over));
                return;
            }
            request.end();
            vertx.setTimer(1 + random.nextInt(withinMs), _ -> {
                request.connection().close();
                hangUpNext(path, left, withinMs, random, over);
            });
        });
    }

    @Override
    public void close() {
        await(vertx.close());
    }
}
