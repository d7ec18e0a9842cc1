package io.policyengine.benchmarks.policies;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.policyengine.core.config.files.ReadableFiles;
import io.policyengine.core.config.files.SecretRules;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.http.ResponseView;
import io.policyengine.core.params.BoundParams;
import io.policyengine.core.params.ParamsBinder;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.policy.EndAccuracy;
import io.policyengine.core.policy.ExchangeEnd;
import io.policyengine.core.policy.Metadata;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.PolicyFactory;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.ResponseContext;
import io.policyengine.core.policy.ValidatedToken;
import io.policyengine.core.time.Ticker;
import io.policyengine.core.work.executor.Executor;
import io.policyengine.policies.StandardPolicies;
import io.policyengine.worker.callout.CalloutTargets;
import io.policyengine.worker.environment.WorkerEnvironment;
import io.policyengine.worker.environment.WorkerResources;
import io.policyengine.worker.sink.Sinks;
import io.policyengine.worker.store.Stores;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The policy of a row of the cost table, in a worker's environment, with its messages and the servers that it may call.
 */
final class MeasuredPolicy implements AutoCloseable {
    static final String AUTHORITY = "api.example.com";
    static final String PATH = "/api/v1/users";
    static final String QUERY = "page=2&size=50";

    /** The server's response. It permits the request for every policy that calls the server. */
    private static final String ANSWER = """
            {
              "result": true,
              "active": true, "sub": "alice", "scope": "orders",
              "access_token": "exchanged", "token_type": "Bearer", "expires_in": 86400,
              "issued_token_type": "urn:ietf:params:oauth:token-type:access_token"
            }""";

    private static final long FAR = Duration.ofDays(100).toNanos();
    private static final int MAX_BODY = 4 << 20;

    private final Vertx vertx = Vertx.vertx();
    private final PolicyCost cost;
    private final Inputs inputs;
    private final WorkerResources resources;
    private final PolicyFactory<?> factory;
    private final Made made;

    /** A created policy, and how much of the body it needs in each phase. */
    private record Made(Policy policy, WorkerEnvironment environment, Function<Phase, BodyNeed> needs) {}

    MeasuredPolicy(PolicyCost cost) throws IOException {
        this.cost = cost;
        Path folder = Files.createTempDirectory("costs");
        HttpServer server = vertx.createHttpServer()
                .requestHandler(asked -> asked.response()
                        .putHeader("content-type", "application/json")
                        .end(ANSWER))
                .listen(0, "127.0.0.1")
                .await();
        this.inputs =
                Inputs.make(folder, "http://127.0.0.1:" + server.actualPort(), PatientScanner.startBlocking(vertx));
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        CalloutTargets targets = new CalloutTargets(vertx, Ticker.SYSTEM, Map.of(), meters);
        this.resources = new WorkerResources(
                vertx,
                InstantSource.system(),
                Ticker.SYSTEM,
                new ReadableFiles(folder, SecretRules.DEFAULTS),
                Executor.ofProcess(meters),
                new WorkerResources.Destinations(
                        targets,
                        new Stores(vertx, Ticker.SYSTEM, Map.of(), meters),
                        new Sinks(InstantSource.system(), Ticker.SYSTEM, folder, Map.of(), targets, meters)),
                meters);
        this.factory = StandardPolicies.all().stream()
                .filter(one -> one.descriptor().name().equals(cost.policy()))
                .findFirst()
                .orElseThrow();
        this.made = make(
                factory, resources.environmentOf("/route", "entry", cost.policy(), Duration.ofSeconds(1), MAX_BODY));
    }

    private <P extends Record> Made make(PolicyFactory<P> factory, WorkerEnvironment environment) {
        return switch (ParamsBinder.ofPolicy(factory.paramsType()).bind(inputs.fill(cost.params()))) {
            case BoundParams.Ok<P>(P params) ->
                new Made(factory.create(params, environment), environment, phase -> factory.bodyNeed(params, phase));
            case BoundParams.Invalid<P>(var problems) -> throw new IllegalStateException(cost.name() + ": " + problems);
        };
    }

    Policy policy() {
        return made.policy();
    }

    /** Notifies the policy of the end of an exchange, and ends the values that it keeps for the exchange. */
    void end(ExchangeEnd end) {
        made.policy().exchangeEnded(end);
        made.environment().exchangeEnded(end);
    }

    /** Returns whether the policy reads the body of this phase chunk by chunk. */
    boolean streams(Phase phase) {
        BodyNeed need = made.needs().apply(phase);
        return need == BodyNeed.STREAMING || need == BodyNeed.BUFFERED_OR_STREAMING;
    }

    boolean wantsEnds() {
        return factory.descriptor().endAccuracy() != EndAccuracy.NONE;
    }

    RequestContext request(int tenant) {
        String body = cost.body();
        return request(tenant, body == null ? null : Buffer.buffer(inputs.fill(body)));
    }

    /** Returns the request of the row with another body. */
    RequestContext request(int tenant, @Nullable Buffer body) {
        HeaderMap.Builder headers = HeaderMap.builder(8)
                .append("accept", "application/json")
                .append("user-agent", "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36")
                .append("x-request-id", "7e1c0a52-29c1-4cf3-9d0c-2b9f0f6f3c11")
                .append("x-tenant", "tenant-" + tenant);
        cost.headers().forEach((name, value) -> headers.append(name, inputs.fill(value)));
        Map<String, String> attributes = new HashMap<>(cost.attributes());
        attributes.put("source.address", "203.0.113.7:1234");
        RequestView view = new RequestView(
                cost.method(),
                "https",
                AUTHORITY,
                cost.path(),
                headers.build(),
                "203.0.113.7",
                attributes,
                body,
                false);
        Call call = new Call("req-1", 7, Ticker.SYSTEM.nanoTime() + FAR, new Cancellation());
        String token = cost.validatedToken();
        return new RequestContext(
                view, Metadata.of(cost.metadata()), call, token == null ? null : new ValidatedToken(token));
    }

    ResponseContext response(RequestContext request) {
        HeaderMap.Builder headers = HeaderMap.builder(4)
                .append("content-type", "application/json")
                .append("content-length", "1000")
                .append("server", "upstream");
        Map<String, String> own = cost.response();
        if (own != null) {
            own.forEach(headers::append);
        }
        return response(request, headers.build(), null);
    }

    ResponseContext response(RequestContext request, String contentType, @Nullable Buffer body) {
        return response(request, HeaderMap.of("content-type", contentType, "server", "upstream"), body);
    }

    private static ResponseContext response(RequestContext request, HeaderMap headers, @Nullable Buffer body) {
        return new ResponseContext(
                new ResponseView(200, headers, body),
                request.request(),
                request.request(),
                request.metadata(),
                request.call());
    }

    @Override
    public void close() {
        made.policy().close();
        resources.close().await();
        vertx.close().await();
    }
}
