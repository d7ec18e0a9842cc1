package io.policyengine.testkit.bypass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The judge, with proxies that let something pass. */
class BypassTest {
    private static final String PATH = "/api/v1/users";

    private final Vertx vertx = Vertx.vertx();
    private final HttpClient client = vertx.createHttpClient();
    private @Nullable LenientUpstream listening;
    private boolean exact = true;
    private boolean guarded = true;

    @BeforeEach
    void listen() throws IOException {
        listening = LenientUpstream.listenBlocking("127.0.0.1", 0);
    }

    private LenientUpstream upstream() {
        return Objects.requireNonNull(listening);
    }

    @AfterEach
    void stop() {
        upstream().close();
        vertx.close().await();
    }

    /** A proxy that asks for a key at the protected path only, and takes everything else for open. */
    private int proxy() {
        HttpServer server = vertx.createHttpServer().requestHandler(this::pass);
        return server.listen(0, "127.0.0.1").await().actualPort();
    }

    private void pass(HttpServerRequest request) {
        String target = request.uri();
        boolean isProtected = exact ? target.equals(PATH) : target.contains("users") || target.contains("%");
        if (guarded && isProtected && request.getHeader("X-API-Key") == null) {
            request.response().setStatusCode(401).end();
            return;
        }
        request.body()
                .compose(body -> client.request(request.method(), upstream().port(), "127.0.0.1", target)
                        .compose(forwarded -> {
                            forwarded.headers().addAll(request.headers()).remove("transfer-encoding");
                            return forwarded.send(body);
                        }))
                .onSuccess(response ->
                        request.response().setStatusCode(response.statusCode()).end())
                .onFailure(_ -> request.response().setStatusCode(502).end());
    }

    private List<BypassResult> run(String... ids) {
        Deployment deployment = new Deployment(
                "127.0.0.1",
                proxy(),
                "localhost",
                new Deployment.Paths(PATH, "/public", null, null),
                "application/json",
                "X-API-Key: secret",
                List.of("X-User-ID"));
        List<String> chosen = List.of(ids);
        return new Bypass(deployment, upstream())
                .runBlocking(BypassCases.all().stream()
                        .filter(one -> chosen.contains(one.id()))
                        .toList());
    }

    @Test
    void aSpellingThatReachesTheProtectedPathIsTold() {
        List<BypassResult> results = run("P001", "M004");

        assertThat(results)
                .extracting(one -> one.testCase().id() + " " + one.http() + " " + one.status() + " " + one.bypass())
                .containsExactly(
                        "P001 1 200 the upstream takes 'GET //api/v1/users' for the protected path",
                        "P001 2 200 the upstream takes 'GET //api/v1/users' for the protected path",
                        "M004 1 401 null",
                        "M004 2 401 null");
    }

    @Test
    void anIdentityFieldThatPassesIsTold() {
        assertThat(run("I004"))
                .extracting(BypassResult::bypass)
                .containsOnly("the upstream sees the client's own X-User-ID at 'GET /api/v1/users'");
    }

    @Test
    void whoLooksMoreCloselyIsNotGotRound() {
        exact = false;

        assertThat(run("P001", "P060", "P110", "P020"))
                .extracting(BypassResult::bypass)
                .containsOnlyNulls();
    }

    @Test
    void casesThatNeedPathsWhichAreNotThereAreLeftOut() {
        assertThat(run("I030", "C001")).isEmpty();
    }

    @Test
    void nothingIsSaidWhereOrdinaryRequestsAreNotRefused() {
        guarded = false;

        assertThatThrownBy(() -> run("P001"))
                .isInstanceOf(BypassException.class)
                .hasMessage(
                        "an ordinary GET of /api/v1/users over HTTP/1 reached the upstream, and was answered with 200;"
                                + " expected was the policies' refusal");
    }
}
