package io.policyengine.benchmarks.policies;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.policyengine.core.config.files.ReadableFiles;
import io.policyengine.core.config.files.SecretRules;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.http.ResponseView;
import io.policyengine.core.params.Bound;
import io.policyengine.core.params.ParamsBinder;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.policy.EndAccuracy;
import io.policyengine.core.policy.ExchangeEnd;
import io.policyengine.core.policy.Metadata;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.PolicyFactory;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.policy.ResponseContext;
import io.policyengine.core.time.Ticker;
import io.policyengine.core.work.executor.Executor;
import io.policyengine.policies.StandardPolicies;
import io.policyengine.worker.callout.Targets;
import io.policyengine.worker.environment.WorkerResources;
import io.policyengine.worker.store.Stores;
import io.vertx.core.Future;
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
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** One policy on one message, in the environment of a worker: what its own code takes, without kernel, worker and chain. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class PolicyBenchmark {
    static final String AUTHORITY = "api.example.com";
    static final String PATH = "/api/v1/users";
    static final String QUERY = "page=2&size=50";

    /** Of the server that policies call: what any of them takes for a yes. */
    private static final String ANSWER = """
            {
              "result": true,
              "active": true, "sub": "alice", "scope": "orders",
              "access_token": "exchanged", "token_type": "Bearer", "expires_in": 86400,
              "issued_token_type": "urn:ietf:params:oauth:token-type:access_token"
            }""";

    private static final long FAR = Duration.ofDays(100).toNanos();
    /** Fewer than open the breaker of a target. */
    private static final int MAX_FAILURES = 4;
    /** A power of two. */
    private static final int TENANTS = 64;

    /** The name of a row; {@link CostPage} sets all of them. */
    @Param("requestId")
    public String row;

    private final Vertx vertx = Vertx.vertx();
    private final RequestContext[] requests = new RequestContext[TENANTS];
    private final ResponseContext[] responses = new ResponseContext[TENANTS];
    private WorkerResources resources;
    private Policy policy;
    private boolean onResponse;
    private @Nullable ExchangeEnd end;
    private int next;

    /** Makes the policy and its messages, and finds out that it does what the row says. */
    @Setup
    public void start() throws IOException {
        Path folder = Files.createTempDirectory("costs");
        HttpServer server = vertx.createHttpServer()
                .requestHandler(asked -> asked.response()
                        .putHeader("content-type", "application/json")
                        .end(ANSWER))
                .listen(0, "127.0.0.1")
                .await();
        Inputs inputs = Inputs.make(folder, "http://127.0.0.1:" + server.actualPort());
        PolicyCost cost = PolicyCost.named(row);
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        resources = new WorkerResources(
                vertx,
                InstantSource.system(),
                Ticker.SYSTEM,
                new ReadableFiles(folder, SecretRules.DEFAULTS),
                Executor.ofProcess(meters),
                new Targets(vertx, Ticker.SYSTEM, Map.of(), meters),
                new Stores(vertx, Ticker.SYSTEM, Map.of(), meters));
        PolicyFactory<?> factory = StandardPolicies.all().stream()
                .filter(one -> one.descriptor().name().equals(cost.policy()))
                .findFirst()
                .orElseThrow();
        policy = make(
                factory,
                cost,
                inputs,
                resources.environmentOf("/route", "entry", cost.policy(), Duration.ofSeconds(1), 1 << 20));
        onResponse = cost.response() != null;
        end = factory.descriptor().endAccuracy() == EndAccuracy.NONE ? null : new ExchangeEnd(7, 200, false, null);
        for (int i = 0; i < TENANTS; i++) {
            requests[i] = request(cost, inputs, i);
            responses[i] = response(cost, requests[i]);
        }
        check(cost);
    }

    private static <P extends Record> Policy make(
            PolicyFactory<P> factory, PolicyCost cost, Inputs inputs, PolicyEnvironment environment) {
        return switch (ParamsBinder.ofPolicy(factory.paramsType()).bind(inputs.fill(cost.params()))) {
            case Bound.Ok<P>(P params) -> factory.create(params, environment);
            case Bound.Invalid<P>(var problems) -> throw new IllegalStateException(cost.name() + ": " + problems);
        };
    }

    private static RequestContext request(PolicyCost cost, Inputs inputs, int tenant) {
        HeaderMap.Builder headers = HeaderMap.builder(8)
                .append("accept", "application/json")
                .append("user-agent", "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36")
                .append("x-request-id", "7e1c0a52-29c1-4cf3-9d0c-2b9f0f6f3c11")
                .append("x-tenant", "tenant-" + tenant);
        cost.headers().forEach((name, value) -> headers.append(name, inputs.fill(value)));
        String body = cost.body();
        Map<String, String> attributes = new HashMap<>(cost.attributes());
        attributes.put("source.address", "203.0.113.7:1234");
        RequestView view = new RequestView(
                cost.method(),
                "https",
                AUTHORITY,
                PATH + "?" + QUERY,
                headers.build(),
                "203.0.113.7",
                attributes,
                body == null ? null : Buffer.buffer(inputs.fill(body)),
                false);
        Call call = new Call("req-1", 7, Ticker.SYSTEM.nanoTime() + FAR, new Cancellation());
        return new RequestContext(view, Metadata.of(cost.metadata()), call);
    }

    private static ResponseContext response(PolicyCost cost, RequestContext request) {
        HeaderMap.Builder headers = HeaderMap.builder(4)
                .append("content-type", "application/json")
                .append("content-length", "1000")
                .append("server", "upstream");
        Map<String, String> own = cost.response();
        if (own != null) {
            own.forEach(headers::append);
        }
        return new ResponseContext(
                new ResponseView(200, headers.build(), null),
                request.request(),
                request.request(),
                request.metadata(),
                request.call());
    }

    /** Runs it once, and waits: what it computes for the first time only is not what is measured. */
    private void check(PolicyCost cost) {
        Object outcome = decided();
        Integer status = outcome instanceof RequestOutcome.Respond(var answer, var _) ? answer.status() : null;
        if (!Objects.equals(status, cost.answers())) {
            throw new IllegalStateException(cost.name() + " answers " + status + ", not " + cost.answers());
        }
    }

    /** The first outcome. A server that is called by a JVM that has just started may take longer than the policy waits. */
    private Object decided() {
        for (int failures = 1; ; failures++) {
            try {
                return run().toCompletionStage().toCompletableFuture().join();
            } catch (CompletionException late) {
                if (failures == MAX_FAILURES) {
                    throw late;
                }
            }
        }
    }

    /** Ends it. */
    @TearDown
    public void stop() {
        policy.close();
        resources.close().await();
        vertx.close().await();
    }

    /** The policy decides, and learns of the end of the exchange if it wants to. */
    @Benchmark
    public Future<?> run() {
        int tenant = next++ & (TENANTS - 1);
        Future<?> outcome = onResponse ? policy.onResponse(responses[tenant]) : policy.onRequest(requests[tenant]);
        if (end != null) {
            policy.exchangeEnded(end);
        }
        return outcome;
    }
}
