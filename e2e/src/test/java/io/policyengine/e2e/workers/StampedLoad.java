package io.policyengine.e2e.workers;

import io.policyengine.e2e.harness.Load;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Clients of {@link Fleet#PATH}, each with a request every {@value #PAUSE_MS} ms unless the last one takes longer, that look at every
 * answer: a 200 must carry the stamps of the whole request chain, as the upstream saw them, and those of the whole response chain.
 */
final class StampedLoad implements AutoCloseable {
    static final int CLIENTS = 8;
    private static final int PAUSE_MS = 20;

    private final Vertx vertx = Vertx.vertx();
    private final HttpClient http =
            vertx.createHttpClient(new PoolOptions().setHttp1MaxSize(CLIENTS).setEventLoopSize(1));
    private final int port;
    private final List<Outcome> outcomes = new ArrayList<>();
    private final List<String> violations = new ArrayList<>();
    private int active = CLIENTS;
    private boolean stopped;
    private @Nullable Promise<Void> whenIdle;

    /**
     * What became of a request.
     *
     * @param begun when it was sent, {@link System#nanoTime}
     * @param ended when its answer had come
     * @param status 0 if none came
     */
    record Outcome(long begun, long ended, int status) {}

    /** Begins to send requests to the server on this port. */
    StampedLoad(int port) {
        this.port = port;
        vertx.runOnContext(_ -> {
            for (int client = 0; client < CLIENTS; client++) {
                send();
            }
        });
    }

    private void send() {
        if (stopped) {
            if (--active == 0) {
                Objects.requireNonNull(whenIdle).complete();
            }
            return;
        }
        long begun = System.nanoTime();
        http.request(HttpMethod.GET, port, "127.0.0.1", Fleet.PATH)
                .compose(request -> request.send())
                .compose(response -> response.body().map(body -> {
                    check(response, body);
                    return response.statusCode();
                }))
                .onComplete((status, failure) -> {
                    long ended = System.nanoTime();
                    outcomes.add(new Outcome(begun, ended, failure == null ? status : 0));
                    long pause = PAUSE_MS - (ended - begun) / 1_000_000;
                    vertx.setTimer(Math.max(1, pause), _ -> send());
                });
    }

    private void check(HttpClientResponse response, Buffer body) {
        if (response.statusCode() == 200) {
            String request = new JsonObject(body).getJsonObject("headers").getString("x-stamp");
            String answer = String.join(", ", response.headers().getAll("x-stamp"));
            if (!Fleet.STAMPS.equals(request) || !Fleet.ANSWER_STAMPS.equals(answer)) {
                violations.add("a 200 with the stamps " + request + " and " + answer);
            }
        }
    }

    /** Lets the requests under way finish, and gives what became of all, in the order of their ends. */
    List<Outcome> stop() {
        Promise<Void> over = Promise.promise();
        vertx.runOnContext(_ -> {
            stopped = true;
            whenIdle = over;
        });
        Load.await(over.future());
        return outcomes;
    }

    /** Answers of 200 to requests on which the chain did not run as a whole. */
    List<String> violations() {
        return violations;
    }

    @Override
    public void close() {
        Load.await(vertx.close());
    }
}
