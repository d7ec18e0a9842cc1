package io.policyengine.it.operation;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.testkit.envoy.SimResult;
import io.policyengine.testkit.time.Await;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code extAuthz} with an HTTP server, by real connections; and what is remembered of it while it is down. */
class HttpAuthorizationTest {
    private static final Iterable<String> TAGS = List.of("b", "c");
    private static final Duration NO_COUNTS = Duration.ofSeconds(1);
    private static final Map<String, String> ROUTES = Map.of(
            "usual",
            "{ protocol: http, target: patient, upstream_headers: [X-Tenant, X-Tag] }",
            "impatient",
            "{ protocol: http, target: impatient }",
            "lenient",
            "{ protocol: http, target: patient, upstream_headers: X-Tenant }, on_failure: continue",
            "brief",
            "{ protocol: http, target: patient, cache: { ttl_s: 1, negative_ttl_s: 1, stale_s: 600 } }",
            "lasting",
            "{ protocol: http, target: patient, cache: { negative_ttl_s: 600 } }",
            "keyed",
            """
            { protocol: http, target: patient, include_headers: [X-A, X-B], \
            cache: { key: ["request.headers['x-a']", "request.headers['x-b']", any], ttl_s: 600, negative_ttl_s: 600 } }""");

    @TempDir
    Path directory;

    private final AuthorizedRoutes routes = new AuthorizedRoutes();
    private final HttpServer server = routes.listen();

    @BeforeEach
    void serve() {
        routes.serve(directory, server.actualPort(), ROUTES);
    }

    @AfterEach
    void close() {
        routes.close();
    }

    @Test
    void aYesSetsAppendsAndRemovesWhatItMay() {
        AtomicReference<String> shown = new AtomicReference<>("");
        routes.behave(request -> {
            shown.set(request.method() + " " + request.uri() + " " + request.getHeader("authorization") + " "
                    + request.getHeader("x-tag") + " " + request.getHeader("x-forwarded-host"));
            request.response()
                    .putHeader("X-Tenant", "t1")
                    .putHeader("X-Tag", TAGS)
                    .putHeader("X-User-ID", "root")
                    .putHeader("X-Unlisted", "1")
                    .putHeader("X-Envoy-Auth-Headers-To-Remove", "X-Secret, Host, :path")
                    .end("not for anybody");
        });

        SimResult result =
                routes.get("usual", "authorization", "Bearer t", "x-tenant", "mine", "x-tag", "a", "x-secret", "hush");

        assertThat(result.status()).isEqualTo(200);
        assertThat(shown.get()).isEqualTo("GET /orders?page=1 Bearer t null example.com");
        HeaderMap upstream = result.reached().headers();
        assertThat(upstream.getAll("x-tenant")).containsExactly("t1");
        assertThat(upstream.getAll("x-tag")).containsExactly("b", "c");
        assertThat(upstream.contains("x-secret")).isFalse();
        assertThat(upstream.contains("x-user-id")).isFalse();
        assertThat(upstream.contains("x-unlisted")).isFalse();
        assertThat(result.reached().authority()).isEqualTo("example.com");
        assertThat(result.reached().path()).isEqualTo("/orders?page=1");
    }

    @Test
    void aNoBringsItsStatusItsFieldsAndItsBody() {
        routes.behave(request -> request.response()
                .setStatusCode(401)
                .putHeader("WWW-Authenticate", "Bearer")
                .putHeader("Connection", "close")
                .putHeader("Content-Type", "text/plain")
                .end("who are you?"));

        SimResult result = routes.get("usual");

        assertThat(result.status()).isEqualTo(401);
        assertThat(result.upstream()).isNull();
        assertThat(result.response().header("www-authenticate")).isEqualTo("Bearer");
        assertThat(result.response().header("content-type")).isEqualTo("text/plain");
        assertThat(result.response().header("connection")).isNull();
        assertThat(result.response().bodyText()).isEqualTo("who are you?");
        assertThat(result.faults()).isEmpty();
    }

    @Test
    void theRequestIdIsInABodyOfTheEngineAndNotInOneOfTheServer() {
        routes.behave(request -> request.response().setStatusCode(401).end());
        SimResult own = routes.get("usual", "x-request-id", "asked");
        SimResult remembered = routes.get("lasting", "x-request-id", "first");
        SimResult again = routes.get("lasting", "x-request-id", "second");
        routes.behave(request -> request.response()
                .setStatusCode(401)
                .putHeader("Content-Type", "application/json")
                .end("{\"why\": \"no\"}"));
        SimResult theirs = routes.get("usual", "x-request-id", "asked");

        assertThat(own.response().bodyText()).contains("ACCESS_DENIED", "\"request_id\": \"asked\"");
        assertThat(remembered.response().bodyText()).contains("\"request_id\": \"first\"");
        assertThat(again.response().bodyText()).contains("\"request_id\": \"second\"");
        assertThat(theirs.response().bodyText()).isEqualTo("{\"why\": \"no\"}");
    }

    @Test
    void aRedirectGoesToTheClientAndIsNotFollowed() {
        routes.behave(request -> request.response()
                .setStatusCode(302)
                .putHeader("Location", "/login")
                .end());

        SimResult result = routes.get("usual");

        assertThat(result.status()).isEqualTo(302);
        assertThat(result.response().header("location")).isEqualTo("/login");
        assertThat(routes.asked()).isEqualTo(1);
    }

    @Test
    void nothingPassesWhateverTheServerDoes() {
        for (Map.Entry<String, Handler<HttpServerRequest>> attack : attacks().entrySet()) {
            routes.behave(attack.getValue());
            assertDenied(attack.getKey(), "usual");
        }
        for (Map.Entry<String, Handler<HttpServerRequest>> denial : denials().entrySet()) {
            routes.behave(denial.getValue());
            assertRefused(403, denial.getKey(), "usual");
            assertRefused(403, denial.getKey(), "lenient");
        }
        for (Map.Entry<String, Handler<HttpServerRequest>> answer : invalid().entrySet()) {
            routes.behave(answer.getValue());
            assertRefused(502, answer.getKey(), "usual");
            assertRefused(502, answer.getKey(), "lenient");
        }
        routes.behave(_ -> {});
        assertDenied("hangs", "impatient");
        routes.behave(request -> request.response().setChunked(true).write("yes"));
        assertRefused(502, "never ends", "impatient");
        routes.behave(request ->
                request.response().setStatusCode(403).setChunked(true).write("no"));
        assertRefused(403, "a no that never ends", "impatient");

        routes.behave(request -> request.response().end());
        assertThat(routes.get("usual").status()).isEqualTo(200);
    }

    private static Map<String, Handler<HttpServerRequest>> attacks() {
        Map<String, Handler<HttpServerRequest>> attacks = new LinkedHashMap<>();
        attacks.put("closes", request -> request.connection().close());
        attacks.put("fails", request -> request.response().setStatusCode(500).end());
        return attacks;
    }

    /** Permissions that cannot be read, by what a client can make a server reflect. */
    private static Map<String, Handler<HttpServerRequest>> invalid() {
        Map<String, Handler<HttpServerRequest>> attacks = new LinkedHashMap<>();
        attacks.put(
                "a coding",
                request ->
                        request.response().putHeader("content-encoding", "gzip").end("yes"));
        attacks.put("10 MB", request -> request.response().end(Buffer.buffer(new byte[10_000_000])));
        attacks.put("101 fields", request -> {
            for (int i = 0; i < 101; i++) {
                request.response().putHeader("X-" + i, "a");
            }
            request.response().end();
        });
        return attacks;
    }

    /** Denials, some of them with what a client can make a server reflect. A head that is not read may be one, too. */
    private static Map<String, Handler<HttpServerRequest>> denials() {
        Map<String, Handler<HttpServerRequest>> denials = new LinkedHashMap<>();
        denials.put(
                "1 MB in one field",
                request -> request.response()
                        .setStatusCode(403)
                        .putHeader("Location", "a".repeat(1_000_000))
                        .end());
        denials.put("1 MB in many fields", request -> {
            for (int i = 0; i < 1_000; i++) {
                request.response().putHeader("X-" + i, "a".repeat(1_000));
            }
            request.response().end();
        });
        denials.put(
                "a no with a coding",
                request -> request.response()
                        .setStatusCode(403)
                        .putHeader("content-encoding", "gzip")
                        .end("no"));
        denials.put(
                "a no with 10 MB",
                request -> request.response().setStatusCode(403).end(Buffer.buffer(new byte[10_000_000])));
        denials.put("a no with 101 fields", request -> {
            for (int i = 0; i < 101; i++) {
                request.response().putHeader("X-" + i, "a");
            }
            request.response().setStatusCode(403).end();
        });
        denials.put(
                "a status beyond those of HTTP",
                request -> request.response().setStatusCode(600).end());
        return denials;
    }

    @Test
    void nothingPassesOnBytesThatAreNoAnswer() {
        List<String> answers = List.of(
                "",
                "\0\u00ff{",
                "HTTP/1.1 200",
                "HTTP/1.1 OK 200\r\n\r\n",
                "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nyes",
                "HTTP/1.1 200 OK\r\ncontent-length: 0\r\ncontent-length: 3\r\n\r\nyes",
                "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nyes",
                "HTTP/1.1 200 OK\r\nx-tenant: a\0b\r\ncontent-length: 0\r\n\r\n");
        AtomicReference<Buffer> answer = new AtomicReference<>(Buffer.buffer());
        try (AuthorizedRoutes raw = new AuthorizedRoutes()) {
            raw.serve(directory.resolve("raw"), raw.listen(answer).actualPort(), ROUTES);
            for (String bytes : answers) {
                answer.set(Buffer.buffer(bytes, "ISO-8859-1"));
                int before = raw.asked();
                // One may still go over the connection before, which is about to close.
                Await.until("the server is asked, and answers " + bytes, () -> {
                    SimResult result = raw.get("usual");
                    assertThat(result.status()).as(bytes).isIn(502, 503);
                    assertThat(result.upstream()).as(bytes).isNull();
                    return raw.asked() > before;
                });
            }
        }
    }

    @Test
    void aValueThatAClientMakesTheServerReflectDoesNotMakeItCountAsFailed() {
        AtomicReference<Buffer> answer = new AtomicReference<>(
                Buffer.buffer("HTTP/1.1 200 OK\r\nx-tenant: a\0b\r\ncontent-length: 0\r\n\r\n", "ISO-8859-1"));
        try (AuthorizedRoutes raw = new AuthorizedRoutes()) {
            raw.serve(directory.resolve("raw"), raw.listen(answer).actualPort(), ROUTES);

            SimResult result = raw.get("lenient");

            assertThat(result.status()).isEqualTo(502);
            assertThat(result.upstream()).isNull();
        }
    }

    @Test
    void aListedFieldOfTheClientIsNotKeptWhateverTheServerIsShown() {
        routes.behave(request -> request.response().end());

        SimResult result = routes.get("usual", "x-tenant", "forged", "x-tag", "forged");

        assertThat(result.status()).isEqualTo(200);
        assertThat(result.reached().headers().contains("x-tenant")).isFalse();
        assertThat(result.reached().headers().contains("x-tag")).isFalse();
    }

    @Test
    void aNoThatIsRememberedEndsWithItsTimeWhileTheServerIsDown() {
        routes.behave(request ->
                request.response().setStatusCode(isGood(request) ? 200 : 403).end());
        for (String route : List.of("brief", "lasting")) {
            assertThat(routes.get(route, "authorization", "good").status()).isEqualTo(200);
            assertThat(routes.get(route, "authorization", "bad").status()).isEqualTo(403);
        }
        long known = System.nanoTime();
        Await.result(server.close());
        int asked = routes.asked();

        assertThat(routes.get("lasting", "authorization", "bad").status()).isEqualTo(403);
        Await.until("the no counts no more", () -> System.nanoTime() - known > NO_COUNTS.toNanos());
        assertThat(routes.get("brief", "authorization", "bad").status()).isEqualTo(503);
        assertThat(routes.get("brief", "authorization", "good").status()).isEqualTo(200);
        assertThat(routes.get("lasting", "authorization", "bad").status()).isEqualTo(403);
        assertThat(routes.asked()).isEqualTo(asked);
    }

    private static boolean isGood(HttpServerRequest request) {
        return Objects.equals(request.getHeader("authorization"), "good");
    }

    @Test
    void keysWhosePartsRunTogetherDoNotShareADecision() {
        AtomicInteger noes = new AtomicInteger();
        routes.behave(request -> {
            boolean isAdmin = Objects.equals(request.getHeader("x-a"), "admin");
            noes.addAndGet(isAdmin ? 0 : 1);
            request.response().setStatusCode(isAdmin ? 200 : 403).end();
        });
        for (int round = 0; round < 2; round++) {
            assertThat(keyed("admin", "1")).isEqualTo(200);
            assertThat(keyed("admin1", "")).isEqualTo(403);
            assertThat(keyed("", "admin1")).isEqualTo(403);
            assertThat(keyed("1", "admin")).isEqualTo(403);
            assertThat(keyed("admin, ", "1")).isEqualTo(403);
        }
        assertThat(noes.get()).isEqualTo(4);
        assertThat(routes.asked()).isEqualTo(5);
    }

    private int keyed(String a, String b) {
        return routes.get("keyed", "x-a", a, "x-b", b).status();
    }

    private void assertDenied(String attack, String route) {
        assertRefused(503, attack, route);
    }

    private void assertRefused(int status, String attack, String route) {
        int before = routes.asked();
        // Where the call has little time, it may be over before the server is asked.
        Await.until(attack, () -> {
            SimResult result = routes.get(route);
            assertThat(result.status()).as(attack).isEqualTo(status);
            assertThat(result.upstream()).as(attack).isNull();
            return routes.asked() > before;
        });
    }
}
