package io.policyengine.app.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.networknt.schema.Error;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.dialect.Dialect;
import com.networknt.schema.dialect.Dialects;
import com.networknt.schema.keyword.NonValidationKeyword;
import io.policyengine.app.command.CommandFailure;
import io.policyengine.core.params.ParamProblem;
import io.policyengine.core.params.ParamsValidator;
import io.policyengine.policies.StandardPolicies;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** The schemas as an editor uses them. {@code -Dgolden.update=true} rewrites those in docs/reference. */
class SchemasTest {
    private static final Path REFERENCE = Path.of("../docs/reference/schema");
    private static final Path EXAMPLE = Path.of("../conf");
    private static final YAMLMapper YAML = new YAMLMapper();
    private static final Dialect DIALECT = Dialect.builder(Dialects.getDraft202012())
            .keywords(List.of(new NonValidationKeyword("x-restart")))
            .build();

    @Test
    void filesAreUpToDate() throws IOException {
        if (Boolean.getBoolean("golden.update")) {
            Schemas.writeBlocking(REFERENCE);
        }

        assertThat(Schemas.files().keySet()).isEqualTo(namesIn(REFERENCE));
        for (var file : Schemas.files().entrySet()) {
            assertThat(Files.readString(REFERENCE.resolve(file.getKey()))).isEqualTo(Schemas.text(file.getValue()));
        }
    }

    @ParameterizedTest
    @MethodSource("exampleFiles")
    void theExampleFitsTheSchemaThatItsFirstLineNames(Path file) throws IOException {
        String text = Files.readString(file);
        String comment = text.lines().findFirst().orElse("");
        Path schema = file.resolveSibling(comment.replace("# yaml-language-server: $schema=", ""));

        assertThat(comment).startsWith("# yaml-language-server: $schema=../");
        assertThat(validateBy(schema, text)).isEmpty();
    }

    @Test
    void filesReferToOneDefinitionOfEachPolicy() throws IOException {
        String routes = """
                chains:
                  shared: [ { policy: rateLimit, params: { burst: many } } ]
                route_policies:
                  - route_name: /a
                    request_flow: { policy_chain: [ { policy: fileSizeLimit, params: { max_bytes: [] } } ] }
                """;
        String kernel = "policy_kernel:\n"
                + routes.lines()
                        .filter(line -> !line.contains("shared"))
                        .map(line -> "  " + line + "\n")
                        .collect(Collectors.joining());
        String worker = "worker_core: { policies: { config: { rateLimit: { burst: many } } } }";

        assertThat(validateBy(REFERENCE.resolve("routes.schema.json"), routes))
                .hasSize(2)
                .anyMatch(error -> error.contains("/chains/shared/0/params/burst"))
                .anyMatch(error -> error.contains("/policy_chain/0/params/max_bytes"));
        assertThat(validateBy(REFERENCE.resolve("kernel.schema.json"), kernel))
                .anyMatch(error -> error.contains("/policy_chain/0/params/max_bytes"));
        assertThat(validateBy(REFERENCE.resolve("worker.schema.json"), worker))
                .anyMatch(error -> error.contains("/policies/config/rateLimit/burst"));
        assertThat(Schemas.files().entrySet())
                .filteredOn(file -> file.getValue().toString().contains("\"requests_per_second\""))
                .extracting(Map.Entry::getKey)
                .containsExactly("policies.schema.json");
    }

    @ParameterizedTest
    @ValueSource(strings = {"kernel", "worker", "routes", "overrides"})
    void aPrintedSchemaRefersToNoOther(String kind) {
        assertThat(Schemas.of(kind).findValuesAsString("$ref")).allMatch(reference -> reference.startsWith("#/"));
    }

    @Test
    void aDirectoryThatCannotBeWrittenIsNamed(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "");

        assertThatThrownBy(() -> Schemas.writeBlocking(file))
                .isInstanceOf(CommandFailure.class)
                .hasMessageStartingWith("cannot write schemas to " + file);
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

    /** Validates as an editor does: a reference is a file beside the schema that has it. */
    private static List<String> validateBy(Path schema, String yaml) throws IOException {
        URI folder = schema.resolveSibling(".").toAbsolutePath().normalize().toUri();
        var texts = new HashMap<String, String>();
        for (String name : namesIn(schema.resolveSibling("."))) {
            texts.put(folder.resolve(name).toString(), Files.readString(schema.resolveSibling(name)));
        }
        String own = folder.resolve(schema.getFileName().toString()).toString();
        return SchemaRegistry.withDefaultDialect(DIALECT, builder -> builder.schemas(texts))
                .getSchema(SchemaLocation.of(own))
                .validate(YAML.readTree(yaml))
                .stream()
                .map(Error::toString)
                .toList();
    }

    private static Set<String> namesIn(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).collect(Collectors.toCollection(TreeSet::new));
        }
    }

    static List<Path> exampleFiles() throws IOException {
        try (Stream<Path> routes = Files.list(EXAMPLE.resolve("routes"))) {
            return Stream.concat(Stream.of(EXAMPLE.resolve("kernel.yaml"), EXAMPLE.resolve("worker.yaml")), routes)
                    .toList();
        }
    }
}
