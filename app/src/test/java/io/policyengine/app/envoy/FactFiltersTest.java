package io.policyengine.app.envoy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.policyengine.core.config.EngineConfig;
import io.policyengine.core.config.RouteConfig;
import io.policyengine.core.config.reading.ConfDirectory;
import io.policyengine.core.lint.LintEntry;
import io.policyengine.core.lint.LintRoute;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.EntryFacts;
import io.policyengine.core.policy.Fact;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** The filters of Envoy's own that are written for what entries read, by its version. */
class FactFiltersTest {
    private static final YAMLMapper YAML = new YAMLMapper();
    private static final String MANAGER = "/static_resources/listeners/0/filter_chains/0/filters/0/typed_config";
    private static final String ROUTES = MANAGER + "/route_config/virtual_hosts/0/routes";
    private static final String UPSTREAM =
            "/static_resources/clusters/1/typed_extension_protocol_options/envoy.extensions.upstreams.http.v3.HttpProtocolOptions";
    private static final String AI = "envoy.filters.http.ai_protocol_manager";
    private static final EnvoyVersion NEW = new EnvoyVersion(1, 40);
    private static final EnvoyNeeds NEEDS = new EnvoyNeeds(
            Map.of(
                    "/v1/chat/completions", Set.of(EnvoyNeeds.REQUEST_INFO, EnvoyNeeds.TOKEN_USAGE),
                    "/any/*", Set.of(EnvoyNeeds.REQUEST_INFO),
                    "/counted", Set.of(EnvoyNeeds.REQUEST_INFO, EnvoyNeeds.TOKEN_USAGE),
                    "/mcp", Set.of(EnvoyNeeds.MCP),
                    "/jwt", Set.of("envoy.filters.http.jwt_authn")),
            List.of());

    @TempDir
    Path conf;

    private EngineConfig config() throws IOException {
        Files.createDirectories(conf.resolve("routes"));
        Files.writeString(conf.resolve("routes/routes.yaml"), """
                route_policies:
                  - { route_name: /v1/chat/completions, request_flow: { policy_chain: [ { policy: p } ] } }
                  - { route_name: "/any/*" }
                  - { route_name: /counted }
                  - { route_name: /mcp }
                  - { route_name: /jwt }
                  - { route_name: /plain }
                """);
        return ConfDirectory.read(conf, _ -> null);
    }

    private EnvoyConfigWriter writer(EnvoyNeeds needs, EnvoyVersion version) throws IOException {
        var options = new EnvoyOptions(
                "0.0.0.0", 8080, 9901, List.of(), List.of(new HostPort("up", 80)), null, null, version);
        return new EnvoyConfigWriter(config(), needs, options);
    }

    private static List<String> names(JsonNode filters) {
        return filters.values().stream()
                .map(filter -> filter.get("name").stringValue())
                .toList();
    }

    private static JsonNode declaration(JsonNode file, String route) {
        return file.at(ROUTES).values().stream()
                .filter(node -> node.get("name").stringValue().equals(route))
                .findFirst()
                .orElseThrow()
                .path("typed_per_filter_config")
                .path(AI);
    }

    @Test
    void theFiltersThatEntriesReadComeBeforeTheEngineAndInTheUpstreamCluster() throws IOException {
        JsonNode file = YAML.readTree(writer(NEEDS, NEW).bootstrap());

        assertThat(names(file.at(MANAGER + "/http_filters")))
                .containsExactly(
                        "envoy.filters.http.mcp", AI, "envoy.filters.http.ext_proc", "envoy.filters.http.router");
        assertThat(names(file.at(UPSTREAM + "/http_filters"))).containsExactly(AI, "envoy.filters.http.upstream_codec");
        assertThat(file.at(UPSTREAM + "/http_filters/0/typed_config/response_handling/token_usage/usage_signal")
                        .stringValue())
                .isEqualTo("SYNTHESIZE_TRAILERS");
        assertThat(file.at(MANAGER + "/http_filters/1/typed_config").has("response_handling"))
                .as("a second one in this chain would lose the trailers")
                .isFalse();
        JsonNode forwarded = file.at(MANAGER + "/http_filters/2/typed_config/metadata_options/forwarding_namespaces");
        assertThat(forwarded.get("untyped").toString())
                .isEqualTo("[\"envoy.filters.http.jwt_authn\",\"envoy.filters.http.mcp\"]");
        assertThat(forwarded.get("typed").toString())
                .isEqualTo("[\"envoy.ai.request_info\",\"envoy.ai.token_usage\",\"envoy.filters.http.jwt_authn\"]");
    }

    @Test
    void onlyRoutesWhoseEntriesReadFactsAreDeclaredWithTheInterfaceThatTheirPathTells() throws IOException {
        JsonNode file = YAML.readTree(writer(NEEDS, NEW).bootstrap());

        assertThat(declaration(file, "/v1/chat/completions").get("request").toString())
                .isEqualTo("{\"llm_protocol\":\"OPENAI_CHAT_COMPLETIONS\"}");
        assertThat(declaration(file, "/v1/chat/completions").get("response").toString())
                .isEqualTo("{\"llm_protocol\":\"OPENAI_CHAT_COMPLETIONS\"}");
        assertThat(declaration(file, "/any/*").get("request").toString()).isEqualTo("{}");
        assertThat(declaration(file, "/any/*").has("response")).isFalse();
        assertThat(declaration(file, "/counted").isMissingNode())
                .as("without an interface Envoy would count nothing, and bodies not be read")
                .isTrue();
        assertThat(declaration(file, "/mcp").isMissingNode()).isTrue();
        assertThat(declaration(file, "/plain").isMissingNode()).isTrue();
    }

    @Test
    void anOlderEnvoyGetsNoneOfThemAndANoteThatBodiesAreRead() throws IOException {
        EnvoyConfigWriter writer = writer(NEEDS, EnvoyVersion.OLDEST);

        JsonNode file = YAML.readTree(writer.bootstrap());
        assertThat(names(file.at(MANAGER + "/http_filters")))
                .containsExactly("envoy.filters.http.ext_proc", "envoy.filters.http.router");
        assertThat(file.at(UPSTREAM).isMissingNode()).isTrue();
        assertThat(declaration(file, "/v1/chat/completions").isMissingNode()).isTrue();
        assertThat(file.at(MANAGER + "/http_filters/0/typed_config/metadata_options/forwarding_namespaces")
                        .toString())
                .isEqualTo(
                        "{\"untyped\":[\"envoy.filters.http.jwt_authn\"],\"typed\":[\"envoy.filters.http.jwt_authn\"]}");
        assertThat(writer.notes())
                .containsExactly(
                        "policies of /any/*, /counted, /mcp, /v1/chat/completions can use facts from Envoy 1.40 and"
                                + " later, and read bodies with 1.36: use --envoy-version 1.40 if your Envoy is that new");
    }

    @Test
    void whoReadsNothingGetsNothing() throws IOException {
        EnvoyConfigWriter writer = writer(EnvoyNeeds.none(), NEW);

        assertThat(writer.bootstrap())
                .isEqualTo(writer(EnvoyNeeds.none(), EnvoyVersion.OLDEST).bootstrap());
        assertThat(writer.notes()).isEmpty();
    }

    @Test
    void theFilterAloneComesWithTheOthersAndSaysWhatIsLeftToDo() throws IOException {
        EnvoyConfigWriter writer = writer(NEEDS, NEW);

        JsonNode file = YAML.readTree(writer.filter());

        assertThat(names(file.get("http_filters")))
                .containsExactly("envoy.filters.http.mcp", AI, "envoy.filters.http.ext_proc");
        assertThat(names(file.get("upstream_http_filters"))).containsExactly(AI, "envoy.filters.http.upstream_codec");
        assertThat(writer.filterNotes())
                .contains("route '/v1/chat/completions' has to be declared: give it typed_per_filter_config of '" + AI
                        + "' (docs/envoy/routes.md)");
    }

    @Test
    void aNamespaceThatNamesRoutesIsNotForwardedWhoeverReadsIt() throws IOException {
        Files.writeString(conf.resolve("kernel.yaml"), """
                policy_kernel:
                  route_name_sources: [ metadata, attribute ]
                  route_name_metadata: { namespace: names, key: route }
                """);
        EnvoyNeeds needs = new EnvoyNeeds(Map.of("/plain", Set.of("names")), List.of());

        JsonNode file = YAML.readTree(writer(needs, NEW).bootstrap());

        assertThat(file.at(MANAGER + "/http_filters/0/typed_config/metadata_options/forwarding_namespaces/untyped")
                        .isMissingNode())
                .isTrue();
    }

    @Test
    void needsAreWhatCalledEntriesRead() throws IOException {
        RouteConfig route = config().routes().getFirst();
        LintEntry entry = new LintEntry(
                route.requestFlow().chain().getFirst(),
                "w",
                false,
                EntryFacts.readingMetadata(EnvoyNeeds.REQUEST_INFO),
                BodyNeed.NONE);

        EnvoyNeeds needs = EnvoyNeeds.of(config().routes(), List.of(new LintRoute(route, List.of(entry), List.of())));

        assertThat(needs.read()).isEqualTo(Map.of("/v1/chat/completions", Set.of(EnvoyNeeds.REQUEST_INFO)));
        assertThat(needs.unknown()).containsExactly("/any/*", "/counted", "/mcp", "/jwt", "/plain");
        assertThat(needs.rerouting()).isEmpty();
    }

    @Test
    void routesThatAnEntryLeadsToAreToHaveTheNameOfItsRoute() throws IOException {
        RouteConfig route = config().routes().getFirst();
        LintEntry entry = new LintEntry(
                route.requestFlow().chain().getFirst(),
                "w",
                false,
                EntryFacts.of(Set.of(Fact.REROUTES)),
                BodyNeed.NONE);
        EnvoyNeeds needs = EnvoyNeeds.of(config().routes(), List.of(new LintRoute(route, List.of(entry), List.of())));
        String note = "'" + entry.config().name()
                + "' makes Envoy choose a route again for requests of '/v1/chat/completions': write the routes that"
                + " Envoy may then choose before that route, each with the name '/v1/chat/completions' and the same metadata;"
                + " otherwise a client that requests one of them directly bypasses the policies";

        assertThat(writer(needs, NEW).notes()).contains(note);
        assertThat(writer(needs, NEW).filterNotes()).contains(note);
    }

    @ParameterizedTest
    @CsvSource({"1.40, 1.40", "1.40.0, 1.40", "1.36.4, 1.36", "2.0, 2.0"})
    void versionsAreReadWithoutTheirPatchLevel(String text, String version) {
        assertThat(EnvoyVersion.parse(text)).hasToString(version);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1", "1.35", "v1.40", "1.40.0.1", "latest"})
    void otherVersionsAreRefused(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> EnvoyVersion.parse(text));
    }
}
