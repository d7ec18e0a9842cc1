package io.policyengine.worker.callout;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.policyengine.core.callout.CalloutException;
import io.policyengine.core.callout.CalloutRequest;
import io.policyengine.core.callout.CalloutResponse;
import io.policyengine.core.config.TargetConfig;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.params.BoundParams;
import io.policyengine.core.params.ParamsBinder;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.policy.DependencyTime;
import io.policyengine.core.policy.PolicyEnvironment.FileParser;
import io.policyengine.core.policy.PolicyEnvironment.WatchedFile;
import io.policyengine.core.policy.Target;
import io.policyengine.core.policy.TraceParent;
import io.policyengine.testkit.time.Await;
import io.policyengine.testkit.time.FakeTicker;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** Servers of every kind, and targets that call them from an event loop. */
final class CalloutRig implements AutoCloseable {
    /** More than any test takes. */
    static final Duration PATIENT = Duration.ofSeconds(30);

    private static final ParamsBinder<TargetConfig> BINDER = ParamsBinder.of(TargetConfig.class);
    private static final YAMLMapper YAML = new YAMLMapper();

    final Vertx vertx = Vertx.vertx();
    final FakeTicker ticker = new FakeTicker();
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    final Map<String, String> files = new ConcurrentHashMap<>();
    private final Context loop = vertx.getOrCreateContext();
    private final Map<String, TargetConfig> named = new HashMap<>();

    /** Has the target of this name, as worker.yaml says it. */
    CalloutRig with(String name, String yaml) {
        switch (BINDER.bind(YAML.readTree(yaml))) {
            case BoundParams.Ok<TargetConfig>(var config) -> named.put(name, config);
            case BoundParams.Invalid<TargetConfig>(var problems) ->
                throw new IllegalArgumentException(problems.toString());
        }
        return this;
    }

    CalloutTargets targets() {
        return new CalloutTargets(vertx, ticker, named, meters);
    }

    /** The target of this name or URL, of targets of its own. */
    Target target(String nameOrUrl) {
        return use(targets(), nameOrUrl).target();
    }

    CalloutTargets.Use use(CalloutTargets targets, String nameOrUrl) {
        return targets.useBlocking(nameOrUrl, "tests", new CalloutTargets.Files() {
            @Override
            public <T> WatchedFile<T> watch(String path, FileParser<T> parser) {
                return () -> parser.parse(text(path));
            }
        });
    }

    private String text(String path) {
        return files.computeIfAbsent(path, CalloutRig::resource);
    }

    static String resource(String path) {
        try (var stream = CalloutRig.class.getResourceAsStream("/tls/" + path)) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** A server of HTTP; gives its URL. */
    String http(Handler<HttpServerRequest> handler) {
        return http(new HttpServerOptions(), handler);
    }

    String http(HttpServerOptions options, Handler<HttpServerRequest> handler) {
        HttpServer server = Await.result(
                vertx.createHttpServer(options).requestHandler(handler).listen(0, "127.0.0.1"));
        return (options.isSsl() ? "https://localhost:" : "http://127.0.0.1:") + server.actualPort();
    }

    /** A server of whatever it writes; gives its URL. */
    String raw(Handler<NetSocket> handler) {
        NetServer server =
                Await.result(vertx.createNetServer().connectHandler(handler).listen(0, "127.0.0.1"));
        return "http://127.0.0.1:" + server.actualPort();
    }

    /** Sends from the event loop. */
    Future<CalloutResponse> send(Target target, CalloutRequest request) {
        return send(target, request, PATIENT, new Cancellation());
    }

    Future<CalloutResponse> send(Target target, CalloutRequest request, Duration left, Cancellation cancellation) {
        return onLoop(() -> target.send(call(left, cancellation), request));
    }

    <T> Future<T> onLoop(Supplier<Future<T>> work) {
        Promise<T> promise = Promise.promise();
        loop.runOnContext(_ -> work.get().onComplete(promise));
        return promise.future();
    }

    void cancel(Cancellation cancellation) {
        loop.runOnContext(_ -> cancellation.cancel());
    }

    Call call(Duration left, Cancellation cancellation) {
        return call(left, cancellation, null);
    }

    Call call(Duration left, Cancellation cancellation, @Nullable TraceParent trace) {
        return new Call("id", 1, ticker.nanoTime() + left.toNanos(), cancellation, false, trace);
    }

    /** The cancellation of an entry that has a second, and has used this part of it. */
    Cancellation used(Duration part) {
        DependencyTime time = new DependencyTime(ticker);
        long begun = ticker.nanoTime() - part.toNanos();
        long second = Duration.ofSeconds(1).toNanos();
        time.begin(begun, second, begun, begun + second, false);
        return new Cancellation().part(time);
    }

    /** The cancellation of an entry of which the entries before took a part of its promised time. */
    Cancellation shortOfTime() {
        DependencyTime time = new DependencyTime(ticker);
        long second = Duration.ofSeconds(1).toNanos();
        long started = ticker.nanoTime() - second * 6 / 10;
        time.begin(ticker.nanoTime(), second, started, started + second, false);
        return new Cancellation().part(time);
    }

    double gauge(String name) {
        return meters.get(name).gauge().value();
    }

    static CalloutRequest get(String path) {
        return CalloutRequest.get(path, HeaderMap.empty(), 1_000);
    }

    static void requireFailure(Future<?> future, CalloutException.Kind kind) {
        Await.until("an answer", future::isComplete);
        assertThat(future.cause())
                .isInstanceOfSatisfying(
                        CalloutException.class,
                        failure -> assertThat(failure.kind())
                                .as(failure.getMessage())
                                .isEqualTo(kind));
    }

    @Override
    public void close() {
        Await.result(vertx.close());
    }
}
