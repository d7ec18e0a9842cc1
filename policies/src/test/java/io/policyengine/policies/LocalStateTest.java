package io.policyengine.policies;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.params.BoundParams;
import io.policyengine.core.params.ParamsBinder;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.PolicyFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** The entries that declare that their protection rests on the memory of one process. */
final class LocalStateTest {
    private static final YAMLMapper YAML = new YAMLMapper();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rateLimit {}",
                "rateLimit { limits: [ { requests: 5, per: day } ] }",
                "quota { limits: [ { requests: 5, per: day } ] }",
                "tokenBasedRateLimit { limits: [ { tokens: 5, per: day } ] }",
                "concurrencyLimit { max: 5 }",
                "idempotency {}",
                "hmacSignature { keys: [ { id: a, secret: 01234567890123456789012345678901 } ] }",
                "basicAuth { htpasswd_file: users }",
                "mcpAccess { tools: { allow: [a] }, pin: tools.lock }",
            })
    void whatCountsOrRemembersInTheProcessReliesOnIt(String entry) {
        assertThat(relies(entry, Phase.REQUEST)).isTrue();
        assertThat(relies(entry, Phase.RESPONSE))
                .as("a second finding for the same state")
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rateLimit { store: redis, limits: [ { requests: 5, per: day } ] }",
                "rateLimit { limits: [ { requests: 5, per: day, shadow: true } ] }",
                "quota { store: redis, limits: [ { requests: 5, per: day } ] }",
                "tokenBasedRateLimit { store: redis, limits: [ { tokens: 5, per: day } ] }",
                "concurrencyLimit { store: redis, max: 5 }",
                "idempotency { store: redis }",
                "hmacSignature { nonce: ignored, keys: [ { id: a, secret: 01234567890123456789012345678901 } ] }",
                "basicAuth { htpasswd_file: users, client_failures: 0, user_failures: 0 }",
                "mcpAccess { tools: { allow: [a] }, pin: tools.lock, on_changed: report }",
                "mcpAccess { tools: { allow: [a] } }",
                "cache { ttl_s: 60 }",
                "semanticCache { target: vectors, model: m }",
                "apiKeyAuth { keys: [ { consumer: alice, plain: a-key-of-alice } ] }",
            })
    void whatIsSharedOrOnlySavesWorkDoesNot(String entry) {
        assertThat(relies(entry, Phase.REQUEST)).isFalse();
    }

    private static boolean relies(String entry, Phase phase) {
        String[] parts = entry.split(" ", 2);
        PolicyFactory<?> factory = StandardPolicies.all().stream()
                .filter(policy -> policy.descriptor().name().equals(parts[0]))
                .findFirst()
                .orElseThrow();
        return factory.descriptor().phases().contains(phase) && relies(factory, YAML.readTree(parts[1]), phase);
    }

    private static <P extends Record> boolean relies(PolicyFactory<P> factory, JsonNode params, Phase phase) {
        return switch (ParamsBinder.ofPolicy(factory.paramsType()).bind(params)) {
            case BoundParams.Ok<P>(P bound) -> factory.facts(bound, phase).has(Fact.RELIES_ON_LOCAL_STATE);
            case BoundParams.Invalid<P>(var problems) -> throw new AssertionError(problems);
        };
    }
}
