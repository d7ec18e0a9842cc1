package io.policyengine.e2e.ai;

import io.policyengine.e2e.ai.TokenClient.Came;
import io.policyengine.e2e.harness.EngineProcess;
import io.policyengine.e2e.harness.EnvoyProcess;
import io.policyengine.e2e.harness.Eventually;
import io.policyengine.e2e.harness.Figures;
import io.policyengine.e2e.harness.Installation.EnvoyVersion;
import io.policyengine.e2e.harness.TestConf;
import io.policyengine.e2e.harness.Web;
import io.policyengine.testkit.provider.FakeProvider;
import io.policyengine.testkit.provider.ProviderApi;
import io.policyengine.testkit.provider.ProviderExchange;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** An engine with a budget of tokens for each value of {@link #KEY}, behind one Envoy, in front of a provider. */
final class BudgetStack implements AutoCloseable {
    /** Field of a request by which it is charged. */
    static final String KEY = "x-case";

    private static final TokenCase PROBE = TokenCase.of("probe", ProviderApi.OPENAI_CHAT, false);

    private final TestConf conf;
    private final EngineProcess engine;
    private final FakeProvider provider = FakeProvider.start();
    private final EnvoyProcess envoy;
    private final TokenClient client = new TokenClient();

    private BudgetStack(EnvoyVersion version, TestConf conf, UnaryOperator<String> changes) {
        this.conf = conf;
        engine = EngineProcess.embedded(conf).awaitReady();
        envoy = EnvoyProcess.start(version, conf.directory(), engine.port(), provider.port(), changes);
    }

    /** Starts all of it with these parameters of the budget, besides its limit. */
    static BudgetStack start(EnvoyVersion version, String params) {
        return start(version, Map.of("", budget(params, "")));
    }

    /** Starts all of it with these flows of routes, by a prefix of the paths of each. */
    static BudgetStack start(EnvoyVersion version, Map<String, String> flows) {
        return start(version, flows, UnaryOperator.identity());
    }

    /** The same, with changes to Envoy's configuration, which is YAML. */
    static BudgetStack start(EnvoyVersion version, Map<String, String> flows, UnaryOperator<String> changes) {
        StringBuilder routes = new StringBuilder("route_policies:\n");
        flows.forEach((prefix, flow) -> paths().forEach(path ->
                routes.append("  - route_name: \"" + prefix + path + "\"\n").append(flow.indent(4))));
        return new BudgetStack(
                version, Figures.of(TestConf.ofTests()).with("routes/models.yaml", routes.toString()), changes);
    }

    /** The paths whose interface Envoy is told, and one for all others. */
    private static Stream<String> paths() {
        return Stream.concat(
                        Arrays.stream(ProviderApi.values()).flatMap(api -> Stream.of(api.path(), api.streamPath())),
                        Stream.of("/*"))
                .map(path -> path.replace("?alt=sse", ""))
                .distinct();
    }

    /**
     * Flows with a budget.
     *
     * @param params of it, besides its limit
     * @param after entries of the response flow behind it, each after a comma
     */
    static String budget(String params, String after) {
        String budget = """
                { limits: [ { name: all, tokens: 1000000000, per: day, key: "header:%s" } ], algorithm: fixed_window, scope: global, %s }""".formatted(KEY, params);
        return """
                request_flow:
                  policy_chain: [ { name: budget, policy: tokenBasedRateLimit, params: %1$s } ]
                response_flow:
                  processing_mode: streaming
                  policy_chain: [ { name: budget, policy: tokenBasedRateLimit, params: %1$s }%2$s ]
                """.formatted(budget, after);
    }

    /** The provider. */
    FakeProvider provider() {
        return provider;
    }

    /** The engine. */
    EngineProcess engine() {
        return engine;
    }

    /** Envoy. */
    EnvoyProcess envoy() {
        return envoy;
    }

    /** Sends a case, as often as it says, to be charged by this key; the last answer. */
    Came send(TokenCase request, String key) {
        Came came = null;
        for (int time = 0; time < request.times(); time++) {
            came = client.send(request, envoy.port(), key, () -> asked(key) > 0);
        }
        return Objects.requireNonNull(came);
    }

    /** Requests of this key that have reached the provider. */
    long asked(String key) {
        return provider.exchanges().stream()
                .filter(each -> key.equals(each.headers().get(KEY)))
                .count();
    }

    /** Tokens that the provider bills for requests of this key. */
    long billed(String key) {
        return provider.exchanges().stream()
                .filter(each -> key.equals(each.headers().get(KEY)))
                .mapToLong(ProviderExchange::billed)
                .sum();
    }

    /** Returns when no exchange is open, and each has been settled. */
    void awaitQuiet() {
        Eventually.isTrue(
                "no open exchange",
                () -> Web.get(engine.metricsPort(), "/metrics")
                        .body()
                        .lines()
                        .anyMatch(line -> line.startsWith("policy_kernel_open_exchanges") && line.endsWith(" 0.0")));
    }

    /** Tokens that this key is charged now, where one more request with the prefix says what is left. */
    long charged(String key, String prefix) {
        awaitQuiet();
        return remaining("fresh for " + key, prefix) - remaining(key, prefix);
    }

    /** Tokens that the budget of this key has left when one more request has been admitted. */
    long remaining(String key) {
        return remaining(key, "");
    }

    private long remaining(String key, String prefix) {
        Came came = client.send(PROBE.at(prefix + PROBE.path()), envoy.port(), key, () -> true);
        if (came.status() != 200 || came.remaining() == null) {
            throw new AssertionError("the probe of " + key + ": " + came);
        }
        return Long.parseLong(came.remaining());
    }

    @Override
    public void close() {
        client.close();
        envoy.close();
        engine.close();
        provider.close();
        conf.close();
    }
}
