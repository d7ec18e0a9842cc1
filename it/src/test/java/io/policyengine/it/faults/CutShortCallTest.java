package io.policyengine.it.faults;

import static io.policyengine.it.engine.TestEngine.filter;
import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.callout.CalloutException;
import io.policyengine.core.callout.CalloutRequest;
import io.policyengine.core.config.TargetConfig;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.ChunkFilter;
import io.policyengine.core.policy.ChunkOutcome;
import io.policyengine.core.policy.EndAccuracy;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.PolicyDescriptor;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.PolicyFactory;
import io.policyengine.core.policy.RequestChunkOutcome;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.policy.ResponseContext;
import io.policyengine.core.policy.ResponseOutcome;
import io.policyengine.core.policy.Target;
import io.policyengine.core.policy.TrailersContext;
import io.policyengine.core.policy.TrailersOutcome;
import io.policyengine.it.engine.TestEngine;
import io.policyengine.it.engine.TestPolicies;
import io.policyengine.it.engine.TestWorker;
import io.policyengine.policies.StandardPolicies;
import io.policyengine.testkit.envoy.SimRequest;
import io.policyengine.testkit.envoy.SimResponse;
import io.policyengine.testkit.envoy.SimResult;
import io.policyengine.testkit.envoy.Upstream;
import io.policyengine.testkit.time.Await;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.net.NetServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A policy that may let a message pass while its server is silent does so only if earlier calls of the chain left its call the
 * promised time, in each part of a message.
 */
@ParameterizedClass
@EnumSource
class CutShortCallTest {
    /** The slow entry leaves the second worker's call less than three quarters of the phase, but more than its server has. */
    private static final String SETTINGS = """
            envoy: { message_timeout_ms: 20000 }
            limits: { phase_timeout_ms: 2000 }
            workers: [ { name: one, timeout_ms: 2000 }, { name: two, timeout_ms: 2000 } ]
            """;

    private static final Duration TARGET_TIMEOUT = Duration.ofMillis(300);

    private static final SimRequest REQUEST =
            SimRequest.post("/", "some words").withHeader("content-type", "text/plain");
    private static final SimResponse RESPONSE =
            SimResponse.of(200, "some words").withHeader("content-type", "text/plain");

    private final TestEngine engine;

    CutShortCallTest(TestWorker.Form form, @TempDir Path directory) {
        engine = new TestEngine(form, directory);
    }

    @AfterEach
    void stop() {
        engine.close();
    }

    @Test
    void aClientThatSlowsAnEarlierCallDownSwitchesNoPolicyOff() {
        NetServer silent = Await.result(engine.vertx()
                .createNetServer()
                .connectHandler(socket -> socket.handler(_ -> {}))
                .listen(0, "127.0.0.1"));
        engine.worker(
                        "one",
                        UnaryOperator.identity(),
                        new InPart("slow", _ -> _ -> Promise.promise().future()))
                .worker(
                        "two",
                        options -> options.with(changed -> changed.targets(Map.of("silent", target(silent)))),
                        new InPart("asking", CutShortCallTest::asking),
                        policy("contentModerationGuardrail"))
                .start(SETTINGS, routes());

        Map<String, Future<SimResult>> sent = new LinkedHashMap<>();
        for (String route : chains().keySet()) {
            sent.put(route, send(route));
            sent.put("whole-" + route, send("whole-" + route));
        }

        sent.forEach((route, result) ->
                assertThat(passes(Await.result(result))).as(route).isEqualTo(route.startsWith("whole-")));
        Await.untilAsserted(() -> assertThat(chains().keySet())
                .filteredOn(route -> !route.endsWith("guardrail"))
                .allSatisfy(route -> assertThat(engine.metric("policy_kernel_requests_total{route=\"" + route
                                + "\",status=\"deadline_exceeded\",worker=\"two\"}"))
                        .isEqualTo(1)));
    }

    /** The entry of the second worker, by the name of its route. */
    private static Map<String, String> chains() {
        Map<String, String> chains = new LinkedHashMap<>();
        for (String part : List.of("headers", "body", "trailers")) {
            String entry = "{ policy: asking, params: { name: " + part + " } }";
            chains.put("request-" + part, entry);
            chains.put("response-" + part, entry);
        }
        String guardrail = "{ policy: contentModerationGuardrail, params: {"
                + " checks: [ { type: webhook, target: silent, on_error: pass } ] } }";
        chains.put("request-body-guardrail", guardrail);
        chains.put("response-body-guardrail", guardrail);
        return chains;
    }

    /** For each entry a route on which an earlier call is slow, and one on which its call has the whole time. */
    private static String routes() {
        StringBuilder routes = new StringBuilder();
        chains().forEach((route, entry) -> {
            String part = route.replaceAll("^[a-z]+-", "").replaceAll("-.*", "");
            String slow = "{ policy: slow, timeout_ms: 1400, on_failure: continue, params: { name: " + part + " } }";
            routes.append(route(route, "[ " + slow + ", " + entry + " ]"));
            routes.append(route("whole-" + route, "[ " + entry + " ]"));
        });
        return routes.toString();
    }

    private static String route(String name, String chain) {
        String mode = name.contains("body") ? "streaming" : "auto";
        return name.contains("request")
                ? TestEngine.route(name, mode, chain, "[]")
                : TestEngine.route(name, mode, "[]", chain);
    }

    private Future<SimResult> send(String route) {
        boolean hasTrailers = route.endsWith("trailers");
        return engine.envoy(filter(route).build())
                .exchange(
                        hasTrailers ? REQUEST.withTrailers("x-part", "7") : REQUEST,
                        Upstream.replying(hasTrailers ? RESPONSE.withTrailers("x-part", "7") : RESPONSE));
    }

    private static boolean passes(SimResult result) {
        return result.upstreamComplete() && result.status() == 200 && !result.reset();
    }

    private static TargetConfig target(NetServer server) {
        TargetConfig usual = TargetConfig.of("http://127.0.0.1:" + server.actualPort());
        return new TargetConfig(
                usual.url(),
                TARGET_TIMEOUT,
                usual.maxConnections(),
                usual.maxPending(),
                usual.tls(),
                usual.headers(),
                new TargetConfig.Breaker(Integer.MAX_VALUE, usual.breaker().open()));
    }

    private static PolicyFactory<?> policy(String name) {
        return StandardPolicies.all().stream()
                .filter(factory -> factory.descriptor().name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** Asks the server, and lets the message pass if it is the server that is silent. */
    private static Function<Call, Future<?>> asking(PolicyEnvironment environment) {
        Target target = environment.target("silent");
        return call -> target.send(call, CalloutRequest.get(null, HeaderMap.empty(), 1_000))
                .<Void>mapEmpty()
                .recover(failure ->
                        failure instanceof CalloutException known && known.kind() == CalloutException.Kind.TIMEOUT
                                ? Future.succeededFuture()
                                : Future.failedFuture(failure));
    }

    /**
     * A policy that acts in the part of a message that its parameter {@code name} names.
     *
     * @param name of the policy
     */
    private record InPart(String name, Function<PolicyEnvironment, Function<Call, Future<?>>> action)
            implements PolicyFactory<TestPolicies.Params> {
        @Override
        public PolicyDescriptor descriptor() {
            return new PolicyDescriptor(
                    name,
                    "1.0.0",
                    "For tests.",
                    Set.of(Phase.REQUEST, Phase.RESPONSE),
                    BodyNeed.STREAMING,
                    BodyNeed.STREAMING,
                    Set.of(Fact.READS_TRAILERS),
                    EndAccuracy.NONE);
        }

        @Override
        public BodyNeed bodyNeed(TestPolicies.Params params, Phase phase) {
            return params.name().equals("body") ? BodyNeed.STREAMING : BodyNeed.NONE;
        }

        @Override
        public Policy create(TestPolicies.Params params, PolicyEnvironment environment) {
            Function<Call, Future<?>> acts = action.apply(environment);
            return new Policy() {
                @Override
                public Future<RequestOutcome> onRequest(RequestContext request) {
                    return in("headers", request.call(), RequestOutcome.unchanged());
                }

                @Override
                public Future<ResponseOutcome> onResponse(ResponseContext response) {
                    return in("headers", response.call(), ResponseOutcome.unchanged());
                }

                @Override
                public ChunkFilter<? extends RequestChunkOutcome> requestChunks(RequestContext request) {
                    return filter(request.call());
                }

                @Override
                public ChunkFilter<ChunkOutcome> responseChunks(ResponseContext response) {
                    return filter(response.call());
                }

                @Override
                public Future<TrailersOutcome> onRequestTrailers(TrailersContext trailers) {
                    return in("trailers", trailers.call(), TrailersOutcome.unchanged());
                }

                @Override
                public Future<TrailersOutcome> onResponseTrailers(TrailersContext trailers) {
                    return in("trailers", trailers.call(), TrailersOutcome.unchanged());
                }

                private ChunkFilter<ChunkOutcome> filter(Call call) {
                    return (_, _) -> in("body", call, Future.succeededFuture(ChunkOutcome.PASS));
                }

                private <O> Future<O> in(String part, Call call, Future<O> unchanged) {
                    return params.name().equals(part) ? acts.apply(call).compose(_ -> unchanged) : unchanged;
                }
            };
        }
    }
}
