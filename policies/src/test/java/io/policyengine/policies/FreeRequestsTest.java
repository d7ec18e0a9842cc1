package io.policyengine.policies;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.params.BoundParams;
import io.policyengine.core.params.ParamsBinder;
import io.policyengine.core.policy.Leniency;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.PolicyFactory;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** The entries that declare that a client can send requests that they do not count. */
final class FreeRequestsTest {
    private static final YAMLMapper YAML = new YAMLMapper();
    private static final String PRICED = "gpt: { input: 1, output: 1 }";

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            rateLimit | { limits: [ { requests: 5, per: day, cost: 0 } ] } | /limits/0/cost
            rateLimit | { limits: [ { requests: 5, per: day, cost: "int(request.headers['x-cost'])" } ] } | /limits/0/cost
            rateLimit | { limits: [ { requests: 5, per: day, cost: "request.method == 'GET' ? 0 : 1" } ] } | /limits/0/cost
            quota | { limits: [ { requests: 5, per: day, cost: "size(request.query)" } ] } | /limits/0/cost
            quota | { limits: [ { requests: 5, per: day, shadow: true }, { requests: 5, per: month, cost: 0 } ] } | /limits/1/cost
            rateLimit | { limits: [ { requests: 5, per: day, cost: "request.method == 'GET' ? 0 : 1" }, { requests: 5, per: hour, cost: "request.method == 'PUT' ? 0 : request.method == 'GET' ? 0 : 1" } ] } | /limits/0/cost
            tokenBasedRateLimit | { limits: [ { tokens: 5, per: day, models: [ gpt-5* ] } ] } | /limits/0/models
            costLimit | { limits: [ { amount: 5, per: day } ], prices: { gpt: { input: 1, output: 1 }, a/b: { input: 0, output: 0 } } } | /prices/a~1b
            """)
    void whatAClientCanMakeFreeIsNamed(String policy, String params, String pointer) {
        assertThat(free(policy, params)).containsExactly(pointer);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rateLimit {}",
                "rateLimit { limits: [ { requests: 5, per: day } ] }",
                "rateLimit { limits: [ { requests: 5, per: day, cost: 2 } ] }",
                "rateLimit { limits: [ { requests: 5, per: day, cost: 0, shadow: true } ] }",
                "rateLimit { limits: [ { requests: 5, per: day, cost: 0 }, { requests: 9, per: hour } ] }",
                "rateLimit { limits: [ { requests: 5, per: day, cost: \"request.method == 'GET' ? 1 : 10\" } ] }",
                "rateLimit { limits: [ { requests: 5, per: day, cost: \"request.method == 'GET' ? 0 : 1\" }, "
                        + "{ requests: 9, per: hour, cost: \"request.method != 'GET' ? 0 : 1\" } ] }",
                "rateLimit { limits: [ { requests: 5, per: day, cost: \"request.method == 'GET' ? 0 : 1\" }, "
                        + "{ requests: 9, per: hour, cost: \"request.method == 'PUT' ? 0 : 1\" } ] }",
                "quota { limits: [ { requests: 5, per: day, cost: \"identity.id == 'monitor' ? 0 : 1\" } ] }",
                "quota { limits: [ { requests: 5, per: day, cost: \"1 + size(request.query)\" } ] }",
                "tokenBasedRateLimit { limits: [ { tokens: 5, per: day } ] }",
                "tokenBasedRateLimit { limits: [ { tokens: 5, per: day, models: [ '*' ] } ] }",
                "tokenBasedRateLimit { limits: [ { tokens: 9, per: day }, { tokens: 5, per: hour, models: [ a ] } ] }",
                "costLimit { limits: [ { amount: 5, per: day } ], prices: { " + PRICED + " } }",
                "costLimit { limits: [ { amount: 5, per: day } ], prices: { a: { input: 0, output: 1 } } }",
                "costLimit { limits: [ { amount: 5, per: day, shadow: true } ], "
                        + "prices: { a: { input: 0, output: 0 } } }",
            })
    void whatCountsEachRequestIsNot(String entry) {
        String[] parts = entry.split(" ", 2);

        assertThat(free(parts[0], parts[1])).isEmpty();
    }

    private static List<String> free(String policy, String params) {
        PolicyFactory<?> factory = StandardPolicies.all().stream()
                .filter(one -> one.descriptor().name().equals(policy))
                .findFirst()
                .orElseThrow();
        return free(factory, YAML.readTree(params));
    }

    private static <P extends Record> List<String> free(PolicyFactory<P> factory, JsonNode params) {
        return switch (ParamsBinder.ofPolicy(factory.paramsType()).bind(params)) {
            case BoundParams.Ok<P>(P bound) ->
                factory.facts(bound, Phase.REQUEST).leniencies().stream()
                        .filter(leniency -> leniency.occasion() == Leniency.Occasion.COSTS_NOTHING)
                        .map(Leniency::pointer)
                        .toList();
            case BoundParams.Invalid<P>(var problems) -> throw new AssertionError(problems);
        };
    }
}
