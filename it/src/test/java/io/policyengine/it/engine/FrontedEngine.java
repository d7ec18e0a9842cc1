package io.policyengine.it.engine;

import com.google.protobuf.ByteString;
import io.policyengine.admin.KernelAdmin;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.log.ComponentLevels;
import io.policyengine.kernel.engine.KernelUnderTest;
import io.policyengine.testkit.envoy.EnvoySim;
import io.policyengine.testkit.envoy.SimRequest;
import io.policyengine.testkit.envoy.SimResponse;
import io.policyengine.testkit.envoy.Upstream;
import io.policyengine.testkit.time.Await;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;

/**
 * An HTTP server whose requests pass Envoy's simulator, a kernel and the standard policies on their way to a real upstream: for client
 * libraries, which speak HTTP alone. An answer of the upstream goes on once all of it has come.
 */
public final class FrontedEngine implements AutoCloseable {
    private static final Set<String> OF_THE_CONNECTION =
            Set.of("host", "connection", "content-length", "transfer-encoding", "keep-alive");

    private final KernelUnderTest engine = new KernelUnderTest(KernelAdmin.with(ComponentLevels.NONE));
    private final HttpClient client = engine.vertx().createHttpClient();
    private final EnvoySim envoy;
    private final HttpServer server;
    private final int upstream;

    /**
     * One that is ready.
     *
     * @param routes a file of routes, of which one is named
     * @param route the one that requests take
     * @param upstream port on loopback
     */
    public FrontedEngine(Path directory, String routes, String route, int upstream) {
        this.upstream = upstream;
        KernelUnderTest.write(directory, "kernel.yaml", """
                policy_kernel:
                  server: { address: 127.0.0.1, port: 0 }
                  envoy: { message_timeout_ms: 20000 }
                  limits: { phase_timeout_ms: 15000 }
                  observability: { metrics_port: 0 }
                  unknown_route: deny
                """);
        KernelUnderTest.write(directory, "routes/routes.yaml", routes);
        StandardWorker.start(engine, directory);
        this.envoy = engine.envoy(
                KernelUnderTest.filter(route).allowModeOverride(true).build());
        this.server = Await.result(
                engine.vertx().createHttpServer().requestHandler(this::take).listen(0, "127.0.0.1"));
    }

    /** Its address. */
    public String url() {
        return "http://127.0.0.1:" + server.actualPort();
    }

    /** The answer that a client gets. */
    public SimResponse post(String path, String body, String... headers) {
        HeaderMap all = HeaderMap.of(headers).toBuilder()
                .append("content-type", "application/json")
                .build();
        SimRequest request = new SimRequest(
                "POST", "http", "models.example.com", path, all, List.of(ByteString.copyFromUtf8(body)), null);
        return Await.result(exchange(request));
    }

    private Future<SimResponse> exchange(SimRequest request) {
        Upstream behind = this::forward;
        return envoy.exchange(request, behind).map(result -> result.response());
    }

    private void take(HttpServerRequest request) {
        request.body()
                .compose(body -> exchange(new SimRequest(
                        request.method().name(),
                        "http",
                        "models.example.com",
                        Objects.requireNonNull(request.uri()),
                        fields(request.headers()),
                        body.length() == 0 ? List.of() : List.of(ByteString.copyFrom(body.getBytes())),
                        null)))
                .onSuccess(answer -> give(request.response(), answer))
                .onFailure(_ -> request.response().setStatusCode(500).end());
    }

    private static void give(HttpServerResponse response, SimResponse answer) {
        response.setStatusCode(answer.status()).setChunked(true);
        answer.headers().forEach((name, value) -> {
            if (!OF_THE_CONNECTION.contains(name)) {
                response.headers().add(name, value);
            }
        });
        answer.body().forEach(chunk -> response.write(Buffer.buffer(chunk.toByteArray())));
        response.end();
    }

    private Future<SimResponse> forward(SimRequest request) {
        return client.request(HttpMethod.valueOf(request.method()), upstream, "127.0.0.1", request.path())
                .compose(sent -> {
                    request.headers().forEach((name, value) -> {
                        if (!OF_THE_CONNECTION.contains(name)) {
                            sent.headers().add(name, value);
                        }
                    });
                    return sent.send(Buffer.buffer(request.bodyBytes().toByteArray()))
                            .compose(FrontedEngine::whole);
                });
    }

    private static Future<SimResponse> whole(HttpClientResponse response) {
        List<ByteString> chunks = new ArrayList<>();
        Promise<SimResponse> whole = Promise.promise();
        response.handler(chunk -> chunks.add(ByteString.copyFrom(chunk.getBytes())));
        response.exceptionHandler(whole::tryFail);
        response.endHandler(_ ->
                whole.tryComplete(new SimResponse(response.statusCode(), fields(response.headers()), chunks, null)));
        return whole.future();
    }

    private static HeaderMap fields(MultiMap headers) {
        HeaderMap.Builder fields = HeaderMap.builder(headers.size());
        headers.forEach((name, value) -> {
            String lower = name.toLowerCase(Locale.ROOT);
            if (!OF_THE_CONNECTION.contains(lower)) {
                fields.append(lower, value);
            }
        });
        return fields.build();
    }

    @Override
    public void close() {
        Await.result(server.close());
        Await.result(client.close());
        engine.close();
    }
}
