package io.policyengine.app.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.params.ParamProblem;
import io.policyengine.core.params.ParamsValidator;
import io.policyengine.policies.StandardPolicies;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** The schemas as an editor uses them. {@code -Dgolden.update=true} rewrites those in docs/reference. */
class SchemasTest {
    private static final Path REFERENCE = Path.of("../docs/reference/schema");
    private static final Path EXAMPLE = Path.of("../conf");
    private static final YAMLMapper YAML = new YAMLMapper();
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    @ParameterizedTest
    @ValueSource(strings = {"kernel", "worker", "routes", "overrides"})
    void isUpToDate(String kind) throws IOException {
        Path file = REFERENCE.resolve(kind + ".schema.json");
        String content = JSON.writeValueAsString(Schemas.of(kind)).replace("\r\n", "\n") + "\n";
        if (Boolean.getBoolean("golden.update")) {
            Files.writeString(file, content);
        }

        assertThat(Files.readString(file)).isEqualTo(content);
    }

    @ParameterizedTest
    @MethodSource("exampleFiles")
    void theExampleFitsTheSchemaThatItsFirstLineNames(Path file) throws IOException {
        String text = Files.readString(file);
        String comment = text.lines().findFirst().orElse("");
        Path schema = file.resolveSibling(comment.replace("# yaml-language-server: $schema=", ""));

        assertThat(comment).startsWith("# yaml-language-server: $schema=../");
        assertThat(validate(JSON.readTree(schema), text)).isEmpty();
    }

    @Test
    void everyPolicysParametersAreInside() {
        JsonNode params = Schemas.of("routes").get("$defs");

        assertThat(params.propertyNames())
                .containsAll(StandardPolicies.all().stream()
                        .map(policy -> policy.descriptor().name())
                        .toList());
        assertThat(params.propertyStream()
                        .filter(definition -> !definition.getKey().equals("chain_entry"))
                        .map(Map.Entry::getValue))
                .allSatisfy(schema -> {
                    assertThat(schema.get("title").stringValue()).isNotEmpty();
                    assertThat(schema.get("description").stringValue()).isNotEmpty();
                });
        assertThat(params.at("/rateLimit/properties/burst/title").stringValue()).isEqualTo("Burst");
        assertThat(params.at("/fileSizeLimit/properties/max_bytes/default").asInt())
                .isEqualTo(1_048_576);
        assertThat(params.at("/rateLimit/properties/key/examples").size()).isEqualTo(2);
    }

    @Test
    void parametersAreJudgedByThePolicyTheyAreFor() {
        String text = """
                chains:
                  shared:
                    - { policy: rateLimit, params: { requests_per_secnd: 5 } }
                route_policies:
                  - route_name: /a
                    request_flow:
                      policy_chain:
                        - { policy: rateLimit, params: { burst: 0 } }
                        # What is missing here may be among the worker's settings.
                        - { policy: redirect }
                        - { policy: ofAnotherWorker, params: { burst: 0 } }
                        - { chain: shared }
                    response_flow:
                      policy_chain:
                        - { policy: addSecurityHeaders, params: { headers: [] } }
                """;

        List<ParamProblem> problems = validate(Schemas.of("routes"), text);

        assertThat(problems)
                .containsExactly(
                        new ParamProblem(
                                "/chains/shared/0/params/requests_per_secnd",
                                "unknown key 'requests_per_secnd', did you mean 'requests_per_second'?"),
                        new ParamProblem(
                                "/route_policies/0/request_flow/policy_chain/0/params/burst",
                                "expected at least 1, found less"),
                        new ParamProblem(
                                "/route_policies/0/response_flow/policy_chain/0/params/headers",
                                "expected a string or a mapping, found a list"));
    }

    @Test
    void routePoliciesInTheKernelsFileAreJudgedAsWell() {
        String text = """
                policy_kernel:
                  route_policies:
                    - route_name: /a
                      request_flow: { policy_chain: [ { policy: rateLimit, params: { burst: many } } ] }
                """;

        List<ParamProblem> problems = validate(Schemas.of("kernel"), text);

        assertThat(problems)
                .containsExactly(new ParamProblem(
                        "/policy_kernel/route_policies/0/request_flow/policy_chain/0/params/burst",
                        "expected an integer or null, found a string"));
    }

    private static List<ParamProblem> validate(JsonNode schema, String yaml) {
        return ParamsValidator.ofTrusted(schema).validate(YAML.readTree(yaml));
    }

    static List<Path> exampleFiles() throws IOException {
        try (Stream<Path> routes = Files.list(EXAMPLE.resolve("routes"))) {
            return Stream.concat(Stream.of(EXAMPLE.resolve("kernel.yaml"), EXAMPLE.resolve("worker.yaml")), routes)
                    .toList();
        }
    }
}
