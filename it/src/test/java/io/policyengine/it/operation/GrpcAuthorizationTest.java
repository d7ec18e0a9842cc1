package io.policyengine.it.operation;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.BoolValue;
import com.google.protobuf.ByteString;
import com.google.rpc.Status;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.config.core.v3.QueryParameter;
import io.envoyproxy.envoy.service.auth.v3.AttributeContext.HttpRequest;
import io.envoyproxy.envoy.service.auth.v3.AuthorizationGrpcService;
import io.envoyproxy.envoy.service.auth.v3.AuthorizationService;
import io.envoyproxy.envoy.service.auth.v3.CheckRequest;
import io.envoyproxy.envoy.service.auth.v3.CheckResponse;
import io.envoyproxy.envoy.service.auth.v3.DeniedHttpResponse;
import io.envoyproxy.envoy.service.auth.v3.OkHttpResponse;
import io.envoyproxy.envoy.type.v3.HttpStatus;
import io.envoyproxy.envoy.type.v3.StatusCode;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.testkit.envoy.SimResult;
import io.policyengine.testkit.time.Await;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.grpc.common.GrpcStatus;
import io.vertx.grpc.server.GrpcServer;
import io.vertx.grpc.server.StatusException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code extAuthz} with a gRPC server of {@code envoy.service.auth.v3}, by real connections. */
class GrpcAuthorizationTest {
    private static final Map<String, String> ROUTES = Map.of(
            "usual", "{ protocol: grpc, target: patient }",
            "impatient", "{ protocol: grpc, target: impatient }",
            "roomy", "{ protocol: grpc, target: patient, max_answer_bytes: 1048576 }",
            "identity", "{ protocol: grpc, target: patient, upstream_headers: [X-User-ID] }");

    @TempDir
    Path directory;

    private final AuthorizedRoutes routes = new AuthorizedRoutes();
    private final AtomicReference<Function<CheckRequest, Future<CheckResponse>>> decision = new AtomicReference<>();
    private final AtomicReference<CheckRequest> question = new AtomicReference<>();
    private final Handler<HttpServerRequest> service = service();

    private Handler<HttpServerRequest> service() {
        return GrpcServer.server(routes.vertx()).addService(AuthorizationGrpcService.of(new AuthorizationService() {
            @Override
            public Future<CheckResponse> check(CheckRequest request) {
                question.set(request);
                return decision.get().apply(request);
            }
        }));
    }

    @BeforeEach
    void serve() {
        routes.behave(service);
        routes.serve(directory, routes.listen().actualPort(), ROUTES);
    }

    @AfterEach
    void close() {
        routes.close();
    }

    @Test
    void aYesSetsAppendsAndRemoves() {
        answer(OkHttpResponse.newBuilder()
                .addHeaders(set("X-Tenant", "t1"))
                .addHeaders(append("X-Tag", "b"))
                .addHeadersToRemove("X-Secret")
                .addQueryParametersToSet(
                        QueryParameter.newBuilder().setKey("page").setValue("2")));

        SimResult result = routes.get("usual", "x-tenant", "mine", "x-tag", "a", "x-secret", "hush");

        assertThat(result.status()).isEqualTo(200);
        HeaderMap upstream = result.reached().headers();
        assertThat(upstream.getAll("x-tenant")).containsExactly("t1");
        assertThat(upstream.getAll("x-tag")).containsExactly("a", "b");
        assertThat(upstream.contains("x-secret")).isFalse();
        assertThat(result.reached().path()).isEqualTo("/orders?page=2");
        HttpRequest shown = question.get().getAttributes().getRequest().getHttp();
        assertThat(shown.getMethod()).isEqualTo("GET");
        assertThat(shown.getHost()).isEqualTo("example.com");
        assertThat(shown.getPath()).isEqualTo("/orders?page=1");
        assertThat(shown.getHeadersMap()).containsEntry("x-tag", "a").containsEntry("x-secret", "hush");
    }

    @Test
    void aNoBringsItsStatusItsFieldsAndItsBody() {
        decision.set(_ -> Future.succeededFuture(denied(DeniedHttpResponse.newBuilder()
                .setStatus(HttpStatus.newBuilder().setCode(StatusCode.TooManyRequests))
                .addHeaders(set("X-Why", "quota"))
                .addHeaders(set("Transfer-Encoding", "chunked"))
                .addHeaders(set("Content-Length", "1"))
                .addHeaders(set(":status", "200"))
                .setBody("later"))));

        SimResult result = routes.get("usual");

        assertThat(result.status()).isEqualTo(429);
        assertThat(result.upstream()).isNull();
        assertThat(result.response().header("x-why")).isEqualTo("quota");
        assertThat(result.response().header("transfer-encoding")).isNull();
        assertThat(result.response().bodyText()).isEqualTo("later");
        assertThat(result.faults()).isEmpty();
    }

    @Test
    void setsIdentityFieldsOnlyWhereTheyAreListed() {
        answer(OkHttpResponse.newBuilder().addHeaders(set("X-User-ID", "alice")));
        assertThat(upstreamUser("usual")).isNotEqualTo("alice");
        assertThat(upstreamUser("identity")).isEqualTo("alice");

        answer(OkHttpResponse.newBuilder());
        assertThat(upstreamUser("identity")).isEmpty();
    }

    private String upstreamUser(String route) {
        return String.join(
                ",",
                routes.get(route, "x-user-id", "mallory").reached().headers().getAll("x-user-id"));
    }

    @Test
    void nothingPassesWhateverTheServerDoes() {
        for (Map.Entry<String, Handler<HttpServerRequest>> attack : attacks().entrySet()) {
            routes.behave(attack.getValue());
            assertDenied(attack.getKey(), "usual");
        }
        for (Map.Entry<String, Handler<HttpServerRequest>> answer : invalid().entrySet()) {
            routes.behave(answer.getValue());
            assertRefused(502, answer.getKey(), "usual");
        }
        routes.behave(_ -> {});
        assertDenied("hangs", "impatient");
        routes.behave(request -> request.response().write(Buffer.buffer(new byte[] {0, 0, 0, 0, 9, 1})));
        assertDenied("stops in the middle", "impatient");

        routes.behave(service);
        answer(OkHttpResponse.newBuilder());
        assertThat(routes.get("usual").status()).isEqualTo(200);
    }

    private Map<String, Handler<HttpServerRequest>> attacks() {
        Map<String, Handler<HttpServerRequest>> attacks = new LinkedHashMap<>();
        attacks.put("closes", request -> request.connection().close());
        attacks.put("resets", request -> request.response().reset());
        attacks.put("fails", request -> request.response().setStatusCode(500).end());
        attacks.put("yes, with an error's status", request -> {
            request.response().write(Buffer.buffer(new byte[5]));
            request.response().putTrailer("grpc-status", "13").end();
        });
        return attacks;
    }

    /** Answers that are neither a denial nor a readable permission. */
    private Map<String, Handler<HttpServerRequest>> invalid() {
        Map<String, Handler<HttpServerRequest>> attacks = new LinkedHashMap<>();
        attacks.put("is HTTP", request -> request.response().end("yes"));
        attacks.put("says nothing", request -> message(request, Buffer.buffer()));
        attacks.put("garbage", request -> message(request, Buffer.buffer(new byte[] {0, 0, 0, 0, 3, -1, -1, -1})));
        attacks.put("compressed", request -> message(request, Buffer.buffer(new byte[] {1, 0, 0, 0, 0})));
        attacks.put("two messages", request -> message(request, Buffer.buffer(new byte[10])));
        attacks.put("4 GB announced", request -> message(request, Buffer.buffer(new byte[] {0, -1, -1, -1, -1, 0})));
        attacks.put("1 MB of head", request -> {
            request.response().putHeader("x-large", "a".repeat(1_000_000));
            message(request, Buffer.buffer(new byte[5]));
        });
        return attacks;
    }

    /** Bytes in the place of a message, and the end of a call that went well. */
    private static void message(HttpServerRequest request, Buffer bytes) {
        request.response().putHeader("content-type", "application/grpc").putTrailer("grpc-status", "0");
        request.response().end(bytes);
    }

    @Test
    void nothingPassesWhateverTheServerAnswers() {
        for (String name :
                new String[] {":path", ":authority", "Host", "Content-Length", "Transfer-Encoding", "a b", ""}) {
            answer(OkHttpResponse.newBuilder().addHeaders(set(name, "1")));
            assertRefused(502, "sets " + name, "usual");
            answer(OkHttpResponse.newBuilder().addHeaders(append(name, "1")));
            assertRefused(502, "appends " + name, "usual");
        }
        answer(OkHttpResponse.newBuilder().addHeaders(set("X-Tenant", "a\r\nX-User-ID: root")));
        assertRefused(502, "two lines", "usual");
        answer(OkHttpResponse.newBuilder().addAllHeaders(fields(101, 1)));
        assertRefused(502, "101 fields", "usual");
        answer(OkHttpResponse.newBuilder().addAllHeaders(fields(100, 10_000)));
        // It is not read, so it may be a no.
        assertRefused(403, "1 MB of fields", "usual");
        // It is an answer, and then too much for a request to Envoy.
        assertRefused(500, "1 MB of fields", "roomy");
        CheckResponse large = denied(DeniedHttpResponse.newBuilder().addAllHeaders(fields(100, 10_000)));
        decision.set(_ -> Future.succeededFuture(large));
        assertRefused(403, "a no with 1 MB of fields", "usual");
        assertRefused(403, "a no with 1 MB of fields", "roomy");
        CheckResponse both = CheckResponse.newBuilder()
                .setDeniedResponse(DeniedHttpResponse.getDefaultInstance())
                .build();
        decision.set(_ -> Future.succeededFuture(both));
        assertRefused(403, "yes and no", "usual");
        decision.set(_ -> Future.failedFuture(new StatusException(GrpcStatus.PERMISSION_DENIED)));
        assertRefused(403, "a no in place of a decision", "usual");
    }

    @Test
    void nothingPassesOnBytesThatAreNoHttp2() {
        AtomicReference<Buffer> answer = new AtomicReference<>(Buffer.buffer());
        try (AuthorizedRoutes raw = new AuthorizedRoutes()) {
            raw.serve(directory.resolve("raw"), raw.listen(answer).actualPort(), ROUTES);
            for (String bytes :
                    new String[] {"", "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n", "\0\0\0", "\u00ff".repeat(99)}) {
                answer.set(Buffer.buffer(bytes, "ISO-8859-1"));
                SimResult result = raw.get("usual");
                assertThat(result.status()).as(bytes).isEqualTo(503);
                assertThat(result.upstream()).isNull();
            }
            Await.until("the server was asked", () -> raw.asked() > 0);
        }
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

    private void answer(OkHttpResponse.Builder ok) {
        CheckResponse response = CheckResponse.newBuilder()
                .setStatus(Status.getDefaultInstance())
                .setOkResponse(ok)
                .build();
        decision.set(_ -> Future.succeededFuture(response));
    }

    private static CheckResponse denied(DeniedHttpResponse.Builder denied) {
        return CheckResponse.newBuilder()
                .setStatus(Status.newBuilder().setCode(GrpcStatus.PERMISSION_DENIED.code))
                .setDeniedResponse(denied)
                .build();
    }

    private static List<HeaderValueOption> fields(int count, int length) {
        return IntStream.range(0, count)
                .mapToObj(i -> set("X-" + i, "a".repeat(length)))
                .toList();
    }

    private static HeaderValueOption set(String name, String value) {
        return HeaderValueOption.newBuilder().setHeader(header(name, value)).build();
    }

    @SuppressWarnings("deprecation") // what Envoy's ext_authz filter goes by
    private static HeaderValueOption append(String name, String value) {
        return HeaderValueOption.newBuilder()
                .setHeader(header(name, value))
                .setAppend(BoolValue.of(true))
                .build();
    }

    private static HeaderValue header(String name, String value) {
        return HeaderValue.newBuilder()
                .setKey(name)
                .setRawValue(ByteString.copyFromUtf8(value))
                .build();
    }
}
