package io.policyengine.app.envoy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.policyengine.app.command.CommandFailure;
import io.policyengine.core.config.reading.ConfDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

class EnvoyConfigWriterTest {
    private static final YAMLMapper YAML = new YAMLMapper();
    private static final String MANAGER = "/static_resources/listeners/0/filter_chains/0/filters/0/typed_config";

    @TempDir
    Path conf;

    @Test
    void namesRoutesAsTheConfigurationDoesTheMostSpecificFirst() throws IOException {
        write("kernel.yaml", """
                policy_kernel: { open_routes: [/health, /api/v1/public/*, status, /stat*, /a] }
                """);
        write("routes/routes.yaml", """
                route_policies:
                  - { route_name: users }
                  - { route_name: /api/ }
                  - { route_name: /api/v1/* }
                  - { route_name: "/a*" }
                  - { route_name: "*" }
                  - { route_name_regex: "x.*" }
                """);

        assertThat(routes())
                .containsExactly(
                        "/api/v1/public/* {\"prefix\":\"/api/v1/public/\"}",
                        "/api/v1/* {\"prefix\":\"/api/v1/\"}",
                        "/health {\"path\":\"/health\"}",
                        "status {\"path\":\"/status\"}",
                        "users {\"path_separated_prefix\":\"/users\"}",
                        "/api/ {\"prefix\":\"/api/\"}",
                        "/stat* {\"prefix\":\"/stat\"}",
                        "/a {\"path\":\"/a\"}",
                        "/a* {\"prefix\":\"/a\"}",
                        "* {\"prefix\":\"/\"}");
        assertThat(writer().notes()).containsExactly("the routes of route_name_regex 'x.*' are not written: add them");
    }

    @Test
    void writesNoRouteWithoutPoliciesThatWouldTakeWhatNoOtherIsFor() throws IOException {
        write("kernel.yaml", """
                policy_kernel: { unknown_route: deny, open_routes: [/, "/*", users] }
                """);
        write("routes/routes.yaml", "route_policies: [{ route_name: /users, request_flow: { policy_chain: [] } }]");

        assertThat(routes()).containsExactly("/users {\"path_separated_prefix\":\"/users\"}", "/ {\"path\":\"/\"}");
        assertThat(writer().notes())
                .containsExactly(
                        "the open route '/*' is not written: it would open everything that no other route matches",
                        "the open route 'users' is not written: a route policy has the same path");
    }

    @Test
    void aPrefixTakesAllThatBeginsSoBeforeAnyShorterName() throws IOException {
        write("routes/routes.yaml", """
                route_policies:
                  - { route_name: /shop }
                  - { route_name: "/shop/admin*" }
                  - { route_name: /shop/admin/x }
                  - { route_name: "/shop/*" }
                  - { route_name: "/shop*" }
                  - { route_name: "*" }
                """);

        assertThat(routes())
                .containsExactly(
                        "/shop/admin/x {\"path_separated_prefix\":\"/shop/admin/x\"}",
                        "/shop/admin* {\"prefix\":\"/shop/admin\"}",
                        "/shop/* {\"prefix\":\"/shop/\"}",
                        "/shop {\"path_separated_prefix\":\"/shop\"}",
                        "/shop* {\"prefix\":\"/shop\"}",
                        "* {\"prefix\":\"/\"}");
    }

    @Test
    void aNameIsMatchedInEachSpellingThatReachesEnvoysRoutes() throws IOException {
        write("routes/routes.yaml", """
                route_policies:
                  - { route_name: "/my files" }
                  - { route_name: "/mine%20too" }
                  - { route_name: "/café" }
                  - { route_name: "/caf%c3%a8*" }
                  - { route_name: "/v1.0/users:export" }
                  - { route_name: "/a%40b/" }
                """);

        assertThat(routes())
                .containsExactlyInAnyOrder(
                        "/my files {\"path_separated_prefix\":\"/my%20files\"}",
                        "/mine%20too {\"path_separated_prefix\":\"/mine%20too\"}",
                        "/café {\"safe_regex\":{\"regex\":\"/caf%[Cc]3%[Aa]9(?:/.*)?\"}}",
                        "/caf%c3%a8* {\"safe_regex\":{\"regex\":\"/caf%[Cc]3%[Aa]8.*\"}}",
                        "/v1.0/users:export {\"safe_regex\":{\"regex\":\"/v1\\\\.0/users(?:\\\\:|%3[Aa])export(?:/.*)?\"}}",
                        "/a%40b/ {\"safe_regex\":{\"regex\":\"/a(?:\\\\@|%40)b/.*\"}}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/%7eyou | encoded_unreserved | write letters, digits and '-._~' in it as they are",
                "/dl//x | empty_segment | write one slash, or list the kind in its 'allow_in_path'",
                "/a/../b | dot_segment | rename the route",
                "/a%2Fb | encoded_slash | or list the kind in its 'allow_in_path'",
                "/50% | malformed_encoding | write '%25' for a percent sign",
                "/a;b | path_parameter | or list the kind in its 'allow_in_path'",
                "/q?x | 'it has a query' | remove everything from '?' on",
                "/q?x* | 'it has a query' | remove everything from '?' on"
            })
    void refusesARouteThatNoRequestWouldReach(String name, String fault, String remedy) throws IOException {
        write("routes/routes.yaml", "route_policies: [ { route_name: \"" + name + "\" }, { route_name: /q } ]");

        assertRefused("no request would reach the route '" + name + "': ", fault.replace("'", ""), remedy);
    }

    @Test
    void refusesAnOpenRouteThatNoRequestWouldReach() throws IOException {
        write("kernel.yaml", "policy_kernel: { open_routes: [/dl//x] }");

        assertRefused("no request would reach the route '/dl//x': ");
    }

    @Test
    void writesARouteWhosePathsItAllowsItself() throws IOException {
        write("routes/routes.yaml", """
                route_policies:
                  - { route_name: "/dl//x", allow_in_path: [empty_segment] }
                  - { route_name: "/a%2fb", allow_in_path: [encoded_slash] }
                  - { route_name: "/.*" }
                  - { route_name: "/v1.*" }
                """);

        assertThat(routes())
                .containsExactlyInAnyOrder(
                        "/dl//x {\"path_separated_prefix\":\"/dl//x\"}",
                        "/a%2fb {\"safe_regex\":{\"regex\":\"/a%2[Ff]b(?:/.*)?\"}}",
                        "/.* {\"prefix\":\"/.\"}",
                        "/v1.* {\"prefix\":\"/v1.\"}");
    }

    @Test
    void whatEnvoyRewritesIsRefusedWhereTheKernelRefusesNothing() throws IOException {
        write("kernel.yaml", "policy_kernel: { path_rules: off }");
        write("routes/routes.yaml", "route_policies: [ { route_name: /dl//x }, { route_name: /v1. } ]");

        assertThatThrownBy(() -> writer().bootstrap())
                .hasMessageContaining("'/dl//x'")
                .hasMessageEndingWith("write one slash");
    }

    @ParameterizedTest
    @CsvSource({"/admin,admin", "/admin*,admin*", "/*,*", "/,*", "/api/,/api/*", "/a@b,/a%40b", "/my files,/my%20files"
    })
    void refusesTwoPoliciesForTheSamePaths(String one, String other) throws IOException {
        write("routes/routes.yaml", """
                route_policies: [ { route_name: "%s" }, { route_name: "%s" } ]""".formatted(one, other));

        assertRefused("the route policies '" + one + "' and '" + other + "' match the same paths: remove one");
    }

    @Test
    void refusesANameAndAPrefixThatMayBothMeanWhatIsBelow() throws IOException {
        write("routes/routes.yaml", """
                route_policies: [ { route_name: /orders }, { route_name: "orders*" } ]""");

        assertRefused("the route policies '/orders' and 'orders*' both match the paths below '/orders':"
                + " add one for '/orders/*'");
    }

    @Test
    void writesNoOpenRouteForThePathsOfAPrefixThatHasPolicies() throws IOException {
        write("kernel.yaml", "policy_kernel: { open_routes: [\"users*\"] }");
        write("routes/routes.yaml", "route_policies: [{ route_name: \"/users*\" }]");

        assertThat(routes()).containsExactly("/users* {\"prefix\":\"/users\"}");
        assertThat(writer().notes())
                .containsExactly("the open route 'users*' is not written: a route policy has the same path");
    }

    private void assertRefused(String... parts) {
        assertThatThrownBy(() -> writer().bootstrap())
                .isInstanceOfSatisfying(
                        CommandFailure.class,
                        failure -> assertThat(failure.exitCode()).isEqualTo(1))
                .message()
                .contains(parts);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"metadata, attribute", "metadata", "grpc_metadata, metadata", "header, metadata, attribute"})
    void namesRoutesInTheirMetadataWhereThatComesBeforeTheirName(String sources) throws IOException {
        write("kernel.yaml", """
                policy_kernel:
                  route_name_sources: [%s]
                  route_name_metadata: { namespace: policies, key: name }
                """.formatted(sources));
        write("routes/routes.yaml", "route_policies: [{ route_name: /users }]");

        JsonNode file = YAML.readTree(writer().bootstrap());
        JsonNode filter = file.at(MANAGER + "/http_filters/0/typed_config");

        assertThat(file.at(MANAGER + "/route_config/virtual_hosts/0/routes/0/metadata")
                        .toString())
                .isEqualTo("{\"filter_metadata\":{\"policies\":{\"name\":\"/users\"}}}");
        assertThat(filter.get("request_attributes").toString())
                .contains("\"xds.route_metadata.filter_metadata['policies']['name']\"");
    }

    @Test
    void asksForTheClientsCertificateWhereAPolicyNeedsIt() throws IOException {
        write("kernel.yaml", "policy_kernel: {}");
        write("routes/routes.yaml", "route_policies: [{ route_name: /users }]");
        String attributes = MANAGER + "/http_filters/0/typed_config/request_attributes";
        assertThat(YAML.readTree(writer().bootstrap()).at(attributes).toString())
                .doesNotContain("connection.");

        write("routes/routes.yaml", """
                route_policies:
                  - { route_name: /users, request_flow: { policy_chain: [ { policy: clientCertificate } ] } }
                """);

        assertThat(YAML.readTree(writer().bootstrap()).at(attributes).toString())
                .contains("\"connection.mtls\"", "\"connection.sha256_peer_certificate_digest\"");
    }

    /** The kernel takes dynamic metadata for the name of a route that has none, and another filter may write there what clients send. */
    @ParameterizedTest
    @ValueSource(strings = {"attribute, metadata", "metadata, attribute", "metadata", "header, metadata"})
    void forwardsNoMetadataThatCouldNameARouteSinceEachHasAName(String sources) throws IOException {
        write("kernel.yaml", """
                policy_kernel: { route_name_sources: [%s], envoy: { receiving_namespaces: [engine] } }
                """.formatted(sources));

        assertThat(YAML.readTree(writer().bootstrap())
                        .at(MANAGER + "/http_filters/0/typed_config/metadata_options")
                        .toString())
                .isEqualTo("{\"receiving_namespaces\":{\"untyped\":[\"engine\"]}}");
    }

    @ParameterizedTest
    @CsvSource({"'attribute, metadata', false", "'metadata, attribute', true", "metadata, true", "attribute, false"})
    void forwardsMetadataForOtherRoutesOnlyWhereItComesBeforeTheirName(String sources, boolean forwards)
            throws IOException {
        write("kernel.yaml", """
                policy_kernel:
                  route_name_sources: [%s]
                  route_name_metadata: { namespace: policies, key: name }
                """.formatted(sources));

        JsonNode options = YAML.readTree(writer().filter()).at("/http_filters/0/typed_config/metadata_options");

        assertThat(options.toString())
                .isEqualTo(forwards ? "{\"forwarding_namespaces\":{\"untyped\":[\"policies\"]}}" : "");
        assertThat(writer().filterNotes()).hasSize(forwards ? 1 : 0).allMatch(note -> note.contains("'policies'"));
    }

    @Test
    void takesAPathInOneSpellingOnlyAndNoHeaderInTwo() throws IOException {
        JsonNode manager = YAML.readTree(writer().bootstrap()).at(MANAGER);

        assertThat(manager.get("normalize_path").booleanValue()).isTrue();
        assertThat(manager.get("merge_slashes").booleanValue()).isTrue();
        assertThat(manager.get("path_with_escaped_slashes_action").stringValue())
                .isEqualTo("REJECT_REQUEST");
        assertThat(manager.at("/common_http_protocol_options/headers_with_underscores_action")
                        .stringValue())
                .isEqualTo("REJECT_REQUEST");
        assertThat(manager.get("strip_any_host_port").booleanValue()).isTrue();
    }

    @Test
    void leavesPathsToTheKernelAsFarAsARouteTakesThem() throws IOException {
        write("routes/routes.yaml", """
                route_policies:
                  - { route_name: /projects, allow_in_path: [encoded_slash, empty_segment] }
                  - { route_name: /users }
                """);

        JsonNode manager = YAML.readTree(writer().bootstrap()).at(MANAGER);

        assertThat(manager.get("path_with_escaped_slashes_action").stringValue())
                .isEqualTo("KEEP_UNCHANGED");
        assertThat(manager.get("merge_slashes").booleanValue()).isFalse();
        assertThat(manager.get("normalize_path").booleanValue()).isTrue();
    }

    @Test
    void normalisesForAllRoutesWhereTheKernelRefusesNothing() throws IOException {
        write("kernel.yaml", "policy_kernel: { path_rules: lenient }");
        write("routes/routes.yaml", "route_policies: [ { route_name: /projects, allow_in_path: [encoded_slash] } ]");

        assertThat(YAML.readTree(writer().bootstrap())
                        .at(MANAGER + "/path_with_escaped_slashes_action")
                        .stringValue())
                .isEqualTo("REJECT_REQUEST");
    }

    /** A query may hold an access token or an API key. */
    @Test
    void logsNoQuery() throws IOException {
        JsonNode format = YAML.readTree(writer().bootstrap()).at(MANAGER + "/access_log/0/typed_config/log_format");

        assertThat(format.at("/json_format/path").stringValue())
                .isEqualTo("%REQ_WITHOUT_QUERY(X-ENVOY-ORIGINAL-PATH?:PATH)%");
        assertThat(format.at("/formatters/0/name").stringValue()).isEqualTo("envoy.formatter.req_without_query");
        assertThat(format.at("/json_format").toString())
                .doesNotContainPattern("%(REQ|PATH)\\((:PATH|X-ENVOY-ORIGINAL-PATH|WQ)");
    }

    @Test
    void removesFieldsThatSomeUpstreamsTakeForThePath() throws IOException {
        assertThat(YAML.readTree(writer().bootstrap())
                        .at(MANAGER + "/route_config/request_headers_to_remove")
                        .toString())
                .isEqualTo("[\"x-original-url\",\"x-rewrite-url\"]");
    }

    @ParameterizedTest
    @CsvSource({"0,0", "1,0", "2,1", "3,2"})
    void trustsTheHopsBeforeEnvoyWhoseOwnEntryIsTheLast(int trusted, int beforeEnvoy) throws IOException {
        write("kernel.yaml", "policy_kernel: { trusted_hops: " + trusted + " }");

        JsonNode manager = YAML.readTree(writer().bootstrap()).at(MANAGER);

        assertThat(manager.get("use_remote_address").booleanValue()).isTrue();
        assertThat(manager.get("xff_num_trusted_hops").intValue()).isEqualTo(beforeEnvoy);
    }

    @Test
    void aWindowOfHttp2TakesWhatTheEngineMayAskFor() throws IOException {
        write("kernel.yaml", """
                policy_kernel: { envoy: { buffer_limit_bytes: 2000000 }, server: { max_message_bytes: 3000000 } }
                """);

        JsonNode http2 = YAML.readTree(writer().bootstrap()).at(MANAGER + "/http2_protocol_options");

        assertThat(http2.get("initial_stream_window_size").intValue()).isEqualTo(2_000_000);
        assertThat(http2.get("initial_connection_window_size").intValue()).isEqualTo(8_000_000);
        assertThat(http2.get("max_concurrent_streams").intValue()).isEqualTo(100);
    }

    @Test
    void aResponseInChunksMayTakeAnyTime() throws IOException {
        write("routes/routes.yaml", """
                route_policies:
                  - { route_name: /events, response_flow: { processing_mode: streaming } }
                  - { route_name: /users }
                """);

        JsonNode routes = YAML.readTree(writer().bootstrap()).at(MANAGER + "/route_config/virtual_hosts/0/routes");

        assertThat(routes.at("/0/route/timeout").stringValue()).isEqualTo("0s");
        assertThat(routes.at("/1/route/timeout").isMissingNode()).isTrue();
    }

    @Test
    void ofSeveralEnginesThoseThatAreReadyAreAsked() {
        JsonNode one = YAML.readTree(writer(new HostPort("a", 1)).filter());
        JsonNode two =
                YAML.readTree(writer(new HostPort("a", 1), new HostPort("b", 2)).filter());

        assertThat(one.at("/clusters/0/health_checks/0/grpc_health_check").isObject())
                .isTrue();
        assertThat(one.at("/clusters/0/outlier_detection").isMissingNode()).isTrue();
        assertThat(two.at("/clusters/0/load_assignment/endpoints/0/lb_endpoints")
                        .size())
                .isEqualTo(2);
        assertThat(two.at("/clusters/0/health_checks/0/grpc_health_check").isObject())
                .isTrue();
        assertThat(two.at("/clusters/0/outlier_detection").isObject()).isTrue();
        assertThat(two.at("/http_filters/0/typed_config/grpc_service/retry_policy/retry_on")
                        .stringValue())
                .isEqualTo("connect-failure,refused-stream");
    }

    @Test
    void ofSeveralEnginesNoneMayGoBeforeEnvoyHasFoundOut() throws IOException {
        write("kernel.yaml", "policy_kernel: { server: { drain_delay_ms: 4999 } }");
        EnvoyConfigWriter two = writer(new HostPort("a", 1), new HostPort("b", 2));

        assertThat(two.notes())
                .singleElement()
                .asString()
                .contains("'server.drain_delay_ms' is 4999", "loses requests");
        assertThat(two.filterNotes()).isEqualTo(two.notes());
        assertThat(writer(new HostPort("a", 1)).notes()).isEmpty();
        write("kernel.yaml", "policy_kernel: {}");
        assertThat(writer(new HostPort("a", 1), new HostPort("b", 2)).notes()).isEmpty();
    }

    @Test
    void agreesWithWhatTheKernelIsToldOfEnvoy() throws IOException {
        write("kernel.yaml", """
                policy_kernel:
                  server: { socket_path: /run/engine.sock, max_concurrent_streams: 77 }
                  route_name_sources: [attribute]
                  envoy:
                    allow_mode_override: false
                    message_timeout_ms: 2500
                    max_message_timeout_ms: 30000
                    mutation_rules: { allow_all_routing: true }
                    receiving_namespaces: [engine]
                    trailers: send
                """);

        JsonNode file = YAML.readTree(writer().filter());
        JsonNode filter = file.at("/http_filters/0/typed_config");
        JsonNode cluster = file.at("/clusters/0");

        assertThat(filter.get("allow_mode_override").booleanValue()).isFalse();
        assertThat(filter.at("/processing_mode/request_trailer_mode").stringValue())
                .isEqualTo("SEND");
        assertThat(filter.at("/processing_mode/response_trailer_mode").stringValue())
                .isEqualTo("SEND");
        assertThat(filter.get("failure_mode_allow").booleanValue()).isFalse();
        assertThat(filter.get("message_timeout").stringValue()).isEqualTo("2.5s");
        assertThat(filter.get("max_message_timeout").stringValue()).isEqualTo("30s");
        assertThat(filter.at("/mutation_rules/allow_all_routing").booleanValue())
                .isTrue();
        assertThat(filter.get("metadata_options").toString())
                .isEqualTo("{\"receiving_namespaces\":{\"untyped\":[\"engine\"]}}");
        assertThat(cluster.at("/load_assignment/endpoints/0/lb_endpoints/0/endpoint/address/pipe/path")
                        .stringValue())
                .isEqualTo("/run/engine.sock");
        assertThat(cluster.findValue("max_concurrent_streams").intValue()).isEqualTo(77);
    }

    @Test
    void reachesAKernelThatListensEverywhereOnLoopback() throws IOException {
        write("kernel.yaml", "policy_kernel: {}");

        JsonNode address = YAML.readTree(writer().filter()).at("/clusters/0").findValue("socket_address");

        assertThat(address.toString()).isEqualTo("{\"address\":\"127.0.0.1\",\"port_value\":9001}");
    }

    @Test
    void readsHostsAndPorts() {
        assertThat(HostPort.parse("localhost:80")).isEqualTo(new HostPort("localhost", 80));
        assertThat(HostPort.parse("[::1]:443")).isEqualTo(new HostPort("::1", 443));
        for (String wrong : List.of("", "localhost", ":80", "::1:80", "a:0", "a:65536", "a:b")) {
            assertThatIllegalArgumentException().isThrownBy(() -> HostPort.parse(wrong));
        }
    }

    private void write(String file, String text) throws IOException {
        Path path = conf.resolve(file);
        Files.createDirectories(conf.resolve("routes"));
        Files.writeString(path, text);
    }

    private List<String> routes() {
        return YAML
                .readTree(writer().bootstrap())
                .at(MANAGER + "/route_config/virtual_hosts/0/routes")
                .values()
                .stream()
                .map(route -> route.get("name").stringValue() + " " + route.get("match"))
                .toList();
    }

    @Test
    void noClientHasMoreThanOneRequestReadBeforeOthersHaveTheirTurn() throws IOException {
        write("kernel.yaml", "policy_kernel: {}");

        assertThat(writer().bootstrap()).contains("http.max_requests_per_io_cycle: 1");
    }

    @Test
    void letsEnvoyTakeTypedMetadataWhereItCanAndSaysSoWhereItCannot() throws IOException {
        write("kernel.yaml", "policy_kernel: { envoy: { receiving_typed_namespaces: [engine] } }");

        EnvoyConfigWriter written = writer(new EnvoyVersion(1, 40));
        EnvoyConfigWriter old = writer(EnvoyVersion.OLDEST);

        assertThat(YAML.readTree(written.filter())
                        .at("/http_filters/0/typed_config/metadata_options")
                        .toString())
                .contains("\"receiving_namespaces\":{\"typed\":[\"engine\"]}");
        assertThat(written.notes()).noneMatch(note -> note.contains("receiving_typed_namespaces"));
        assertThat(old.filter()).doesNotContain("receiving_namespaces");
        assertThat(old.notes()).anyMatch(note -> note.contains("Envoy 1.36 does not support typed metadata"));
        assertThat(old.filterNotes()).anyMatch(note -> note.contains("Envoy 1.36 does not support typed metadata"));
    }

    private EnvoyConfigWriter writer(HostPort... engines) {
        return writer(EnvoyVersion.OLDEST, engines);
    }

    private EnvoyConfigWriter writer(EnvoyVersion version, HostPort... engines) {
        var options = new EnvoyOptions(
                "0.0.0.0", 8080, 9901, List.of(engines), List.of(new HostPort("up", 80)), null, null, version);
        return new EnvoyConfigWriter(ConfDirectory.read(conf, _ -> null), EnvoyNeeds.none(), options);
    }
}
