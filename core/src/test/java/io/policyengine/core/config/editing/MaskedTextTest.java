package io.policyengine.core.config.editing;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.params.SecretMask;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class MaskedTextTest {
    private static final JsonNode LOCK_SCHEMA = new JsonMapper().readTree("""
            {"type": "object", "additionalProperties": false, "properties": {
              "name": {"type": "string"},
              "key": {"type": "string", "writeOnly": true},
              "pins": {"type": "array", "writeOnly": true, "items": {"type": "integer"}}}}
            """);

    private final List<JsonNode> hidden = new ArrayList<>();
    private final MaskedText masked = new MaskedText(policy -> policy.equals("lock") ? LOCK_SCHEMA : null, secret -> {
        hidden.add(secret);
        return SecretMask.MASK;
    });

    private @Nullable String route(String entry) {
        String text = masked.of("routes/r.yaml", """
                # by hand
                route_policies:
                  - route_name: /r   # the first
                    request_flow:
                      policy_chain:
                """ + entry.indent(8));
        return text == null
                ? null
                : text.substring(text.indexOf("policy_chain:\n") + "policy_chain:\n".length())
                        .indent(-8);
    }

    @Test
    void masksSecretsWhereTheyStandAndKeepsAllElse() {
        assertThat(route("""
                - policy: lock # with a key
                  params: { name: "n", key: "hush hush" } # inline
                - policy: lock
                  params:
                    pins:
                      - 1234
                      - 5678

                    name: é
                """)).isEqualTo("""
                - policy: lock # with a key
                  params: { name: "n", key: (secret) } # inline
                - policy: lock
                  params:
                    pins:
                      (secret)

                    name: é
                """);
        assertThat(hidden).hasToString("[\"hush hush\", [1234,5678]]");
    }

    @Test
    void masksTextsOverSeveralLines() {
        assertThat(route("""
                - policy: lock
                  params:
                    key: |
                      one
                      two
                    name: n
                """)).isEqualTo("""
                - policy: lock
                  params:
                    key: (secret)
                    name: n
                """);
    }

    @Test
    void showsReferencesWhichNameAPlaceOnly() {
        String entry = "- { policy: lock, params: { key: '${file:keys/one}' } }\n";

        assertThat(route(entry)).isEqualTo(entry);
    }

    @Test
    void masksTheParametersOfPoliciesThatNobodyKnows() {
        assertThat(route("- { policy: lokc, params: { key: hush } }\n- { polic: lock, params: hush }\n"))
                .isEqualTo("- { policy: lokc, params: (secret) }\n- { polic: (secret), params: (secret) }\n");
    }

    @Test
    void masksTheValueOfAnUnknownKeySinceItMayBeASecretsMisspelt() {
        assertThat(route("- { policy: lock, params: { kye: hush } }\n"))
                .isEqualTo("- { policy: lock, params: { kye: (secret) } }\n");
        assertThat(masked.of(
                        "kernel.yaml", "policy_kernel: { observability: { admin_tokn: hush, admin_token: hush } }"))
                .isEqualTo("policy_kernel: { observability: { admin_tokn: (secret), admin_token: (secret) } }");
    }

    @Test
    void masksWhatIsNotInTheShapeThatTheSchemaExpects() {
        assertThat(route("""
                - policy: lock
                  params:
                    name: { key: hush }   # a text
                """)).isEqualTo("""
                - policy: lock
                  params:
                    name: (secret)   # a text
                """);
    }

    @Test
    void masksWhatAnAliasRepeats() {
        assertThat(route("""
                - { policy: lock, params: &one { key: hush } }
                - { policy: lock, params: *one }
                """)).isEqualTo("""
                - { policy: lock, params: &one { key: (secret) } }
                - { policy: lock, params: *one }
                """);
    }

    @Test
    void masksInSharedChainsAndInTheFilesOfWorkers() {
        assertThat(masked.of(
                        "kernel.yaml", "policy_kernel: { chains: { c: [{ policy: lock, params: { key: hush } }] } }"))
                .doesNotContain("hush");
        assertThat(masked.of("west.yaml", "worker_core: { name: w, policies: { config: { lock: { key: hush } } } }"))
                .isEqualTo("worker_core: { name: w, policies: { config: { lock: (secret) } } }");
    }

    @Test
    void showsNothingOfWhichItCannotBeSaidWhatIsSecret() {
        assertThat(masked.of("keys.yaml", "keys: [ hush ]")).isNull();
        assertThat(masked.of("routes/r.yaml", "route_policies: [ hush")).isNull();
    }
}
