package io.policyengine.core.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.config.KernelConfig;
import io.policyengine.core.config.ObservabilityConfig;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AdminServerTest {
    private static final Readiness NOTED = new Readiness(List.of(), List.of("a remark"));

    private final HttpClient client = HttpClient.newHttpClient();
    private List<String> notLive = List.of();
    private Future<Readiness> readiness = Future.succeededFuture(NOTED);
    private final AdminServer server = new AdminServer(() -> "up 1\n", () -> notLive, () -> readiness);

    @AfterEach
    void close() throws Exception {
        server.close().await(10, TimeUnit.SECONDS);
        client.close();
    }

    @Test
    void servesMetricsAsTheyAre() throws Exception {
        start(null);

        assertThat(get("/metrics").body()).isEqualTo("up 1\n");
    }

    @Test
    void tellsWhetherTheProcessIsReadyAndWhatPeopleShouldKnow() throws Exception {
        start(null);

        assertThat(get("/health/ready").statusCode()).isEqualTo(200);
        assertThat(get("/health/ready").body()).contains("\"ok\"", "a remark");
        readiness = Future.succeededFuture(Readiness.of(List.of("a worker is missing")));
        assertThat(get("/health/ready").statusCode()).isEqualTo(503);
        assertThat(get("/health/ready").body()).contains("not ready", "a worker is missing");
    }

    @Test
    void whatIsNotLiveIsNotReadyEither() throws Exception {
        start(null);
        notLive = List.of("a loop is stuck");

        assertThat(get("/health/live").statusCode()).isEqualTo(503);
        assertThat(get("/health/ready").body()).contains("a loop is stuck");
    }

    @Test
    void isNotReadyWhileNobodySaysSo() throws Exception {
        start(null);
        readiness = Promise.<Readiness>promise().future();

        assertThat(get("/health/ready").statusCode()).isEqualTo(503);
        assertThat(get("/health/ready").body()).contains("busy or stuck");
    }

    @Test
    void namesThePathsThatThereAre() throws Exception {
        start(null);

        assertThat(get("/config").statusCode()).isEqualTo(404);
        assertThat(get("/config").body()).isEqualTo("not here: try /metrics, /health/live, /health/ready\n");
    }

    @Test
    void leavesOtherPathsToOtherRoutes() throws Exception {
        start(new OneMore());

        assertThat(get("/more").body()).isEqualTo("more");
        assertThat(get("/less").body()).endsWith(", /about\n");
        assertThat(get("/metrics").body()).isEqualTo("up 1\n");
    }

    private void start(@Nullable AdminRoutes others) throws Exception {
        if (others != null) {
            server.serve(others);
        }
        ObservabilityConfig unset = KernelConfig.defaults().observability();
        server.listen(new ObservabilityConfig(0, "127.0.0.1", null, List.of(), null, unset.logLevel(), unset.tracing()))
                .await(10, TimeUnit.SECONDS);
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** Routes with one path. */
    private static final class OneMore implements AdminRoutes {
        @Override
        public String description() {
            return "/about";
        }

        @Override
        public Future<Handler<HttpServerRequest>> open(Vertx vertx, Handler<HttpServerRequest> notHere) {
            return Future.succeededFuture(request -> {
                if ("/more".equals(request.path())) {
                    request.response().end("more");
                } else {
                    notHere.handle(request);
                }
            });
        }
    }
}
