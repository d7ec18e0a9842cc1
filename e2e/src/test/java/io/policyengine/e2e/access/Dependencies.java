package io.policyengine.e2e.access;

import com.google.rpc.Status;
import io.envoyproxy.envoy.service.auth.v3.AuthorizationGrpcService;
import io.envoyproxy.envoy.service.auth.v3.AuthorizationService;
import io.envoyproxy.envoy.service.auth.v3.CheckRequest;
import io.envoyproxy.envoy.service.auth.v3.CheckResponse;
import io.policyengine.e2e.harness.Load;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.json.JsonObject;
import io.vertx.grpc.common.GrpcStatus;
import io.vertx.grpc.server.GrpcServer;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The servers that access policies ask, at one port: keys, introspection, token exchange, and decisions. It can go, and come back at the
 * same port.
 */
final class Dependencies implements AutoCloseable {
    private final Vertx vertx = Vertx.vertx();
    private final GrpcServer grpc = GrpcServer.server(vertx).addService(AuthorizationGrpcService.of(new Decider()));
    private final Supplier<String> keys;
    private final int port;
    private @Nullable HttpServer server;

    private Dependencies(Supplier<String> keys) {
        this.keys = keys;
        this.server = listen(0);
        this.port = server.actualPort();
    }

    /** Envoy's gRPC service: denies what asks for {@code /denied}. */
    private static final class Decider extends AuthorizationService {
        @Override
        public Future<CheckResponse> check(CheckRequest request) {
            String path = request.getAttributes().getRequest().getHttp().getPath();
            int code = path.contains("/denied") ? GrpcStatus.PERMISSION_DENIED.code : GrpcStatus.OK.code;
            return Future.succeededFuture(CheckResponse.newBuilder()
                    .setStatus(Status.newBuilder().setCode(code))
                    .build());
        }
    }

    /** Listens on a free port of loopback. */
    static Dependencies start(Supplier<String> keys) {
        return new Dependencies(keys);
    }

    private HttpServer listen(int wanted) {
        return Load.await(vertx.createHttpServer()
                .requestHandler(request -> {
                    if (request.version() == HttpVersion.HTTP_2) {
                        grpc.handle(request);
                    } else {
                        request.body().onSuccess(body -> answer(request, body.toString()));
                    }
                })
                .listen(wanted, "127.0.0.1"));
    }

    private void answer(HttpServerRequest request, String body) {
        String path = Objects.requireNonNull(request.path());
        switch (path) {
            case "/jwks" -> json(request, 200, keys.get());
            case "/introspect" -> introspect(request, body);
            case "/token" ->
                json(
                        request,
                        200,
                        new JsonObject()
                                .put("access_token", "exchanged")
                                .put("issued_token_type", "urn:ietf:params:oauth:token-type:access_token")
                                .put("token_type", "Bearer")
                                .put("expires_in", 300)
                                .encode());
            case "/v1/data/access/allow" -> decide(request, body);
            default ->
                request.response()
                        .setStatusCode(path.contains("/denied") ? 403 : 200)
                        .end();
        }
    }

    private static void introspect(HttpServerRequest request, String body) {
        JsonObject answer = new JsonObject().put("active", body.contains("token=good"));
        json(request, 200, answer.put("sub", "alice").put("scope", "read").encode());
    }

    private static void decide(HttpServerRequest request, String body) {
        json(
                request,
                200,
                new JsonObject().put("result", !body.contains("denied")).encode());
    }

    private static void json(HttpServerRequest request, int status, String body) {
        request.response()
                .setStatusCode(status)
                .putHeader("content-type", "application/json")
                .end(body);
    }

    /** The URL of a path of it. */
    String url(String path) {
        return "http://127.0.0.1:" + port + path;
    }

    /** Refuses connections from now on; those that are open end. */
    void goDown() {
        if (server != null) {
            Load.await(server.close());
            server = null;
        }
    }

    /** Listens again. */
    void comeBack() {
        server = listen(port);
    }

    @Override
    public void close() {
        Load.await(vertx.close());
    }
}
