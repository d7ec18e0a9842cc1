package io.policyengine.testkit.policy;

import io.policyengine.core.error.PolicyException;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.PathFault;
import io.policyengine.core.http.PathRules;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.http.ResponseView;
import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.core.params.BoundParams;
import io.policyengine.core.params.ParamsBinder;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.policy.EnvoyMetadata;
import io.policyengine.core.policy.ExchangeEnd;
import io.policyengine.core.policy.InvalidParamsException;
import io.policyengine.core.policy.Metadata;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.PolicyFactory;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.policy.ResponseContext;
import io.policyengine.core.policy.ResponseOutcome;
import io.policyengine.core.policy.TrailersContext;
import io.policyengine.core.policy.ValidatedToken;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * Runs a policy on requests and responses in a test. The policy is created from parameters as written in a
 * configuration. Its instructions are checked and applied as in the engine with default path rules. A policy that
 * declares codes must answer with one of them.
 *
 * <pre>{@code
 * PolicyTester tester = PolicyTester.of(new ApiKeyAuthFactory(), "keys: [{consumer: bob, plain: secret}]");
 * RequestRun run = tester.request(TestMessages.get("/", "x-api-key", "secret"));
 * assertThat(run.request().headers().get("x-user-id")).isEqualTo("bob");
 * }</pre>
 */
public final class PolicyTester implements AutoCloseable {
    /** The request id of all calls in tests. */
    public static final String REQUEST_ID = "test-request-id";

    private static final Duration TIME_LEFT = Duration.ofSeconds(1);
    private static final YAMLMapper YAML = YAMLMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private final Policy policy;
    private final Function<Phase, BodyNeed> bodyNeed;
    private final boolean keepsRequestBody;
    private final DeclaredCodes codes;
    private final FakeEnvironment environment;
    private final OutcomeEffects effects;
    private final EnvoyMetadata envoy;

    private PolicyTester(
            Policy policy,
            Function<Phase, BodyNeed> bodyNeed,
            boolean keepsRequestBody,
            DeclaredCodes codes,
            FakeEnvironment environment,
            OutcomeEffects effects,
            EnvoyMetadata envoy) {
        this.policy = policy;
        this.bodyNeed = bodyNeed;
        this.keepsRequestBody = keepsRequestBody;
        this.codes = codes;
        this.environment = environment;
        this.effects = effects;
        this.envoy = envoy;
    }

    /**
     * Creates the policy in a new environment.
     *
     * @param params YAML or JSON, as under {@code params:}; may be empty
     * @throws InvalidParamsException if the parameters do not match the schema, or the policy rejects them
     */
    public static <P extends Record> PolicyTester of(PolicyFactory<P> factory, String params) {
        return of(factory, params, new FakeEnvironment());
    }

    /** Creates the policy in an existing environment. A second policy in the same environment simulates a reload. */
    public static <P extends Record> PolicyTester of(
            PolicyFactory<P> factory, String params, FakeEnvironment environment) {
        return of(factory, json(params), environment);
    }

    /** Parses parameters; a blank text is treated as an empty object. */
    static JsonNode json(String params) {
        return params.isBlank() ? JsonNodeFactory.instance.objectNode() : YAML.readTree(params);
    }

    public static <P extends Record> PolicyTester of(
            PolicyFactory<P> factory, JsonNode params, FakeEnvironment environment) {
        return eachOf(factory, params, () -> environment).get();
    }

    /** Returns a supplier of testers with the same parameters. The parameters are bound only once. */
    static <P extends Record> Supplier<PolicyTester> eachOf(
            PolicyFactory<P> factory, JsonNode params, Supplier<FakeEnvironment> environments) {
        return switch (ParamsBinder.ofPolicy(factory.paramsType()).bind(params)) {
            case BoundParams.Invalid<P>(var problems) -> throw new InvalidParamsException(problems);
            case BoundParams.Ok<P>(P bound) ->
                () -> {
                    FakeEnvironment environment = environments.get();
                    return new PolicyTester(
                            factory.create(bound, environment),
                            phase -> factory.bodyNeed(bound, phase),
                            factory.keepsRequestBody(bound),
                            DeclaredCodes.of(factory, bound),
                            environment,
                            new OutcomeEffects(PathRules.STRICT, Set.of()),
                            EnvoyMetadata.empty());
                };
        };
    }

    /** Returns a tester that applies the kernel's {@code path_rules} and the route's {@code allow_in_path}. */
    public PolicyTester withPathRules(PathRules rules, Set<PathFault> allowed) {
        return new PolicyTester(
                policy, bodyNeed, keepsRequestBody, codes, environment, new OutcomeEffects(rules, allowed), envoy);
    }

    /** Returns a tester whose requests and responses have this metadata of Envoy's filters. */
    public PolicyTester withEnvoy(EnvoyMetadata metadata) {
        return new PolicyTester(policy, bodyNeed, keepsRequestBody, codes, environment, effects, metadata);
    }

    public FakeEnvironment environment() {
        return environment;
    }

    public Policy policy() {
        return policy;
    }

    /** Returns how much of the body the policy needs in a phase, with its parameters. */
    public BodyNeed bodyNeed(Phase phase) {
        return bodyNeed.apply(phase);
    }

    /** Returns whether the policy's response phase reads the request body, with the policy's parameters. */
    public boolean keepsRequestBody() {
        return keepsRequestBody;
    }

    /** Runs the policy on a request without metadata; the policy must decide at once. */
    public RequestRun request(RequestView request) {
        return request(request, Metadata.empty());
    }

    /**
     * Runs the policy on a request; the policy must decide at once.
     *
     * @throws PolicyException if the policy fails
     * @throws AssertionError if the policy does not decide at once, or returns an illegal instruction
     */
    public RequestRun request(RequestView request, Metadata metadata) {
        return now(requestLater(request, metadata));
    }

    /** Runs the policy on a request; the future fails with AssertionError if an instruction is illegal. */
    public Future<RequestRun> requestLater(RequestView request, Metadata metadata) {
        return requestLater(request, metadata, null);
    }

    /** Runs the policy on a request with the token that an earlier policy of the worker has validated, or null. */
    Future<RequestRun> requestLater(RequestView request, Metadata metadata, @Nullable ValidatedToken token) {
        Call call = call();
        return policy.onRequest(new RequestContext(request, metadata, call, token, envoy))
                .map(outcome -> effects.of(codes.checked(outcome), request, metadata, call));
    }

    /** Runs the policy on the response to a request that has passed; the policy must decide at once. */
    public ResponseRun response(ResponseView response, RequestRun before) {
        return response(response, before.request(), before.original(), before.metadata(), call(before.exchangeId()));
    }

    /**
     * Runs the policy on a response; the policy must decide at once.
     *
     * @param sent the request as sent upstream; its body is passed only to a policy that {@linkplain #keepsRequestBody
     *     reads it}
     */
    public ResponseRun response(ResponseView response, RequestView sent, RequestView original, Metadata metadata) {
        return response(response, sent, original, metadata, call());
    }

    private ResponseRun response(
            ResponseView response, RequestView sent, RequestView original, Metadata metadata, Call call) {
        return now(policy.onResponse(new ResponseContext(response, shown(sent), original, metadata, call, envoy))
                .map(outcome -> OutcomeEffects.of(codes.checked(outcome), response, metadata, call)));
    }

    /**
     * Runs the policy on the trailers of a request that has passed.
     *
     * @param trailers the fields; empty if Envoy added the trailers itself
     */
    public Future<TrailersRun> requestTrailers(HeaderMap trailers, RequestRun before) {
        TrailersContext context = new TrailersContext(
                trailers,
                ResponseView.absentResponse(),
                before.request().withBody(null),
                before.original().withBody(null),
                before.metadata(),
                call(before.exchangeId()),
                envoy);
        return policy.onRequestTrailers(context).map(outcome -> OutcomeEffects.of(outcome, context));
    }

    /**
     * Runs the policy on the trailers of a response that has passed.
     *
     * @param trailers the fields; empty if Envoy added the trailers itself
     * @param sent the request as sent upstream
     */
    public Future<TrailersRun> responseTrailers(
            HeaderMap trailers, ResponseRun before, RequestView sent, RequestView original) {
        TrailersContext context = new TrailersContext(
                trailers,
                before.response().withBody(null),
                sent.withBody(null),
                original.withBody(null),
                before.metadata(),
                call(before.exchangeId()),
                envoy);
        return policy.onResponseTrailers(context).map(outcome -> OutcomeEffects.of(outcome, context));
    }

    /** Runs the policy on a request without metadata whose body arrives in these chunks. */
    public RequestChunkRun requestChunks(RequestView request, List<Buffer> chunks) {
        return requestChunks(request, Metadata.empty(), chunks);
    }

    /**
     * Runs the policy on the headers of a request. If they pass and the policy sets no body, runs it on the chunks of
     * the body. The policy must decide at once.
     *
     * @throws PolicyException if the policy fails
     * @throws AssertionError if the policy does not decide at once, returns an illegal instruction, or holds bytes of
     *     the last chunk
     */
    public RequestChunkRun requestChunks(RequestView request, Metadata metadata, List<Buffer> chunks) {
        RequestContext context = new RequestContext(request.withBody(null), metadata, call(), envoy);
        RequestRun headers = now(policy.onRequest(context)
                .map(outcome -> effects.of(codes.checked(outcome), context.request(), metadata, context.call())));
        if (!(headers.outcome() instanceof RequestOutcome.Proceed)
                || headers.request().body() != null) {
            return RequestChunkRun.ofHeaders(headers, chunks);
        }
        ChunkFeed feed = ChunkFeed.of(policy.requestChunks(context), chunks);
        ImmediateResponse answer = feed.answer();
        if (answer != null) {
            codes.check(answer);
        }
        return new RequestChunkRun(headers, feed.chunks(), answer);
    }

    /** Runs the policy on the headers and chunks of the response to a request that has passed. */
    public ResponseChunkRun responseChunks(ResponseView response, RequestRun before, List<Buffer> chunks) {
        return responseChunks(
                response, before.request(), before.original(), before.metadata(), call(before.exchangeId()), chunks);
    }

    /** Runs the policy on the headers and chunks of a response. */
    public ResponseChunkRun responseChunks(
            ResponseView response, RequestView sent, RequestView original, Metadata metadata, List<Buffer> chunks) {
        return responseChunks(response, sent, original, metadata, call(), chunks);
    }

    private ResponseChunkRun responseChunks(
            ResponseView response,
            RequestView sent,
            RequestView original,
            Metadata metadata,
            Call call,
            List<Buffer> chunks) {
        ResponseContext context =
                new ResponseContext(response.withBody(null), shown(sent), original, metadata, call, envoy);
        ResponseRun headers = now(policy.onResponse(context)
                .map(outcome ->
                        OutcomeEffects.of(codes.checked(outcome), context.response(), metadata, context.call())));
        if (!(headers.outcome() instanceof ResponseOutcome.Proceed)
                || headers.response().body() != null) {
            return ResponseChunkRun.ofHeaders(headers, chunks);
        }
        return new ResponseChunkRun(
                headers, ChunkFeed.of(policy.responseChunks(context), chunks).chunks());
    }

    private RequestView shown(RequestView sent) {
        if (!keepsRequestBody) {
            return sent.withBody(null);
        }
        return sent.body() == null ? sent.withBody(Buffer.buffer()) : sent;
    }

    /** Reports the end of an exchange to the policy, and ends the values that the policy keeps for the exchange. */
    public void end(ExchangeEnd end) {
        policy.exchangeEnded(end);
        environment.endExchange(end);
    }

    @Override
    public void close() {
        policy.close();
    }

    private Call call() {
        return call(environment.nextExchange());
    }

    private Call call(long exchangeId) {
        long deadline = environment.ticker().nanoTime() + TIME_LEFT.toNanos();
        return new Call(REQUEST_ID, exchangeId, deadline, new Cancellation());
    }

    /** Advances the time until a run completes, and returns its result. */
    <T> T settled(Future<T> future) {
        environment.settle(future);
        return now(future);
    }

    static <T> T now(Future<T> future) {
        if (!future.isComplete()) {
            throw new AssertionError("the policy has not decided yet");
        }
        if (future.succeeded()) {
            return future.result();
        }
        switch (future.cause()) {
            case RuntimeException failure -> throw failure;
            case Error failure -> throw failure;
            case Throwable failure -> throw new AssertionError("the policy failed", failure);
        }
    }
}
