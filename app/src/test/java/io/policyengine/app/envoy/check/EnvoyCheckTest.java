package io.policyengine.app.envoy.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.app.envoy.EnvoyConfigWriter;
import io.policyengine.app.envoy.EnvoyNeeds;
import io.policyengine.app.envoy.EnvoyOptions;
import io.policyengine.app.envoy.EnvoyVersion;
import io.policyengine.app.envoy.HostPort;
import io.policyengine.app.envoy.check.Finding.Level;
import io.policyengine.core.config.EngineConfig;
import io.policyengine.core.config.reading.ConfDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class EnvoyCheckTest {
    static final String KERNEL = """
            policy_kernel:
              unknown_route: deny
              open_routes: [/status]
            """;
    static final String ROUTES = """
            route_policies:
              - { route_name: /api/users, request_flow: { policy_chain: [] } }
              - { route_name: /orders, request_flow: { policy_chain: [] } }
            """;

    @TempDir
    private Path dir = Path.of("");

    static Stream<Path> confDirectories() throws IOException {
        try (Stream<Path> examples = Files.list(Path.of("../conf/examples"))) {
            return Stream.concat(Stream.of(Path.of("../conf")), examples.filter(Files::isDirectory).toList().stream());
        }
    }

    @ParameterizedTest
    @MethodSource("confDirectories")
    void findsNothingInWhatIsPrinted(Path conf) {
        EngineConfig config = ConfDirectory.read(conf, _ -> "secret");
        EnvoyConfigWriter writer = new EnvoyConfigWriter(config, EnvoyNeeds.none(), options());

        List<Finding> findings = check(config, writer.bootstrap());

        assertThat(problems(findings)).isEmpty();
    }

    @Test
    void findsNothingInTheEnvoyOfTheContainer() throws IOException {
        EngineConfig config = ConfDirectory.read(Path.of("../conf"), _ -> null);

        List<Finding> findings = check(config, Files.readString(Path.of("../docker/envoy.yaml")));

        assertThat(problems(findings)).isEmpty();
    }

    /** Each row breaks one line of the printed configuration. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            normalize_path: true              | normalize_path: false             | error: 'normalize_path' is false; the engine needs true
            merge_slashes: true               | merge_slashes: false              | error: 'merge_slashes' is false
            REJECT_REQUEST # the upstream      | KEEP_UNCHANGED # the upstream     | error: 'path_with_escaped_slashes_action' is KEEP_UNCHANGED
            headers_with_underscores_action: REJECT_REQUEST | headers_with_underscores_action: ALLOW | error: 'headers_with_underscores_action' is ALLOW
            use_remote_address: true          | use_remote_address: false         | warning: 'use_remote_address' is false
            xff_num_trusted_hops: 0           | xff_num_trusted_hops: 2           | warning: 'xff_num_trusted_hops' is 2; the engine needs 0
            max_request_headers_kb: 60        | max_request_headers_kb: 96        | warning: 'max_request_headers_kb' is 96; the engine needs 60 or less
            request_timeout: 300s             | request_timeout: 0s               | warning: 'request_timeout' is 0s
            per_connection_buffer_limit_bytes: 1048576 | per_connection_buffer_limit_bytes: 4096 | error: 'per_connection_buffer_limit_bytes' is 4096; the engine needs 1048576
            failure_mode_allow: false         | failure_mode_allow: true          | error: 'failure_mode_allow' is true; the engine needs false
            message_timeout: 2s               | message_timeout: 0.25s            | error: 'message_timeout' is 0.25s; the engine needs 2s or more
            allow_mode_override: true         | allow_mode_override: false        | error: 'allow_mode_override' is false
            response_header_mode: SEND        | response_header_mode: SKIP        | error: 'response_header_mode' is SKIP
            request_body_mode: NONE           | request_body_mode: BUFFERED       | error: 'request_body_mode' is BUFFERED without 'request_trailer_mode'
            - source.address                  | - source.port                     | error: 'request_attributes' is xds.route_name, source.port
            - xds.node.user_agent_build_version.version | - xds.node.id | note: 'request_attributes' does not have xds.node.user_agent_build_version.version: with it, a running engine warns
            - response.code_details           | - response.code                   | error: 'response_attributes' is
            allow_all_routing: false          | allow_all_routing: true           | error: 'allow_all_routing' is true
            allow_envoy: false                | disallow_all: true                | error: 'disallow_all' is true
            stat_prefix: engine.              | observability_mode: true          | error: 'observability_mode' is true; the engine needs false
            stat_prefix: engine.              | forward_rules: {disallowed_headers: {patterns: [{exact: cookie}]}} | error: 'forward_rules' is set; remove it
            stat_prefix: engine.              | disable_immediate_response: true  | error: 'disable_immediate_response' is true
            stat_prefix: engine.              | allowed_override_modes: [{request_body_mode: BUFFERED}] | warning: 'allowed_override_modes'
            stat_prefix: engine.              | send_body_without_waiting_for_header_response: true | warning: 'send_body_without_waiting_for_header_response'
            authority: policy-engine          | authority: outbound 9000          | error: 'outbound 9000' is not a valid authority
            cluster_name: policy-engine       | cluster_name: engine-2            | error: no cluster 'engine-2': add to 'clusters'
            http2_protocol_options: # HTTP/2  | http_protocol_options:            | error: the engine's cluster does not speak HTTP/2
            max_requests: 1000000             | max_requests: 1024                | warning: max_requests lower than the engine needs
            connect_timeout: 5s               | connect_timeout: 0.25s            | warning: 'connect_timeout' is 0.25s; the engine needs 5s or more
            max_concurrent_streams: 1000 # k  | max_concurrent_streams: 5000 # k  | warning: 'max_concurrent_streams' is 5000; the engine needs 1000 or less
            normalize_path: true              | normalise_path: true              | error: unknown field 'normalise_path' of HttpConnectionManager, did you mean 'normalize_path'?
            message_timeout: 2s               | message_timeout: 2                | error: expected a duration in seconds, such as 0.25s, not a number
            failure_mode_allow: false         | failure_mode_allow: "false"       | error: expected true or false, not a text
            request_header_mode: SEND         | request_header_mode: SENT         | error: unknown value 'SENT' of 'request_header_mode', did you mean 'SEND'?
            """)
    void namesEachLineThatIsNotAsTheEngineNeedsIt(String printed, String written, String expected) throws IOException {
        EngineConfig config = conf(KERNEL, ROUTES);
        String whole = marked(bootstrap(config));
        assertThat(whole).contains(printed);

        List<Finding> findings = check(
                config,
                whole.replaceFirst(
                        java.util.regex.Pattern.quote(printed), java.util.regex.Matcher.quoteReplacement(written)));

        int line = lineOf(whole, printed);
        assertThat(findings.stream().map(Finding::toString))
                .anySatisfy(finding -> assertThat(finding).contains(expected).startsWith("my.yaml:"));
        assertThat(findings.stream().filter(finding -> finding.level() != Level.NOTE || expected.startsWith("note")))
                .anySatisfy(finding -> assertThat(Math.abs(finding.location().line() - line))
                        .as("line of %s", finding)
                        .isLessThanOrEqualTo(20));
    }

    /** The one of several equal lines that belongs to the engine's cluster gets a mark. */
    private static String marked(String yaml) {
        int at = yaml.indexOf("http2_protocol_options:", yaml.indexOf("explicit_http_config"));
        return yaml.substring(0, at) + "http2_protocol_options: # HTTP/2"
                + yaml.substring(at + "http2_protocol_options:".length());
    }

    @Test
    void tellsTheLineOfAValueExactlyAndTheTextToAdd() throws IOException {
        EngineConfig config = conf(KERNEL, ROUTES);
        String whole = bootstrap(config);

        List<Finding> findings = check(config, whole.replace("failure_mode_allow: false", "failure_mode_allow: true"));

        Finding only = problems(findings).getFirst();
        assertThat(only.location().line()).isEqualTo(lineOf(whole, "failure_mode_allow"));
        assertThat(only.text()).isEqualToIgnoringNewLines("failure_mode_allow: false");
    }

    @Test
    void printsTheWholeFilterWhereThereIsNoneAndTheClusterWithIt() throws IOException {
        EngineConfig config = conf(KERNEL, ROUTES);

        List<Finding> findings = check(config, plain("name: /orders"));

        assertThat(findings).anySatisfy(finding -> {
            assertThat(finding.message()).contains("no ext_proc filter before this", "listener 'ingress'");
            assertThat(finding.location().line()).isEqualTo(lineOf(plain(""), "filters.http.router"));
            assertThat(finding.text()).contains("name: envoy.filters.http.ext_proc", "failure_mode_allow: false");
        });
        assertThat(findings).anySatisfy(finding -> {
            assertThat(finding.message()).contains("no cluster leads to the engine");
            assertThat(finding.text()).contains("name: policy-engine", "http2_protocol_options");
        });
    }

    @Test
    void suggestsTheNameOfARouteWithoutOne() throws IOException {
        EngineConfig config = conf(KERNEL, ROUTES);

        List<Finding> findings = check(config, plain(""));

        assertThat(findings).anySatisfy(finding -> {
            assertThat(finding.level()).isEqualTo(Level.ERROR);
            assertThat(finding.message()).contains("a route without a name: its requests get 403");
            assertThat(finding.text()).isEqualTo("name: /orders");
        });
    }

    @Test
    void printsNothingOfAFileThatATerminalWouldObey() throws IOException {
        EngineConfig config = conf(KERNEL, ROUTES);
        String hostile = plain("name: \"\\e[2J\\u202Eshop\"");
        String inText = plain("").replace("prefix: /orders", "prefix: \"/orders\\e[2J\\u202E\"");

        String said = Stream.of(hostile, inText)
                .flatMap(yaml -> check(config, yaml).stream())
                .map(Finding::toString)
                .collect(Collectors.joining("\n"));

        assertThat(said).contains("\\u001b[2J\\u202eshop").doesNotContain("\u001b", "\u202e");
    }

    @Test
    void saysWhatPassesWhileUnknownRoutesContinue() throws IOException {
        EngineConfig config = conf(KERNEL.replace("deny", "continue"), ROUTES);

        List<Finding> findings = check(config, plain("name: shop"));

        assertThat(findings.stream().map(Finding::toString))
                .anySatisfy(finding -> assertThat(finding)
                        .contains("warning: no route policy for 'shop': its requests pass without policies"))
                .anySatisfy(finding -> assertThat(finding)
                        .contains("no route has the name '/api/users', whose policies (routes/all.yaml:2:"));
    }

    @Test
    void readsANumberThatNoEnumerationHas() throws IOException {
        EngineConfig config = conf(KERNEL, ROUTES);

        List<Finding> findings = check(
                config, bootstrap(config).replace("request_header_mode: SEND", "request_header_mode: 99999999999"));

        assertThat(messages(findings)).contains("error: expected one of DEFAULT, SEND, SKIP, not a number");
    }

    @Test
    void readsFieldsInLowerCamelCaseToo() throws IOException {
        EngineConfig config = conf(KERNEL, ROUTES);
        String whole = bootstrap(config)
                .replace("failure_mode_allow: false", "failureModeAllow: true")
                .replace("normalize_path:", "normalizePath:");

        List<Finding> findings = check(config, whole);

        assertThat(problems(findings)).singleElement().satisfies(finding -> {
            assertThat(finding.message()).contains("'failure_mode_allow' is true");
            assertThat(finding.location().line()).isEqualTo(lineOf(whole, "failureModeAllow"));
        });
    }

    @Test
    void refusesTwoFieldsOfWhichEnvoyTakesOne() throws IOException {
        EngineConfig config = conf(KERNEL, ROUTES);

        List<Finding> findings =
                check(config, bootstrap(config).replace("stat_prefix: ingress", "rds: {route_config_name: x}"));

        assertThat(messages(findings)).contains("error: 'rds' and 'route_config' exclude each other");
    }

    @Test
    void namesWhatItDoesNotSee() throws IOException {
        EngineConfig config = conf(KERNEL, ROUTES);
        String whole =
                bootstrap(config) + "dynamic_resources: { lds_config: { path_config_source: { path: /lds.yaml } } }\n";

        List<Finding> findings = check(config, whole);

        assertThat(problems(findings)).isEmpty();
        assertThat(messages(findings)).contains("note: not seen: what 'lds_config' delivers");
    }

    @Test
    void readsAConfigurationDumpAndTheVersionInIt() throws IOException {
        EngineConfig config = conf(KERNEL, ROUTES);
        String listener = plain("name: /orders")
                .lines()
                .skip(2)
                .takeWhile(line -> !line.startsWith("  clusters"))
                .map(line -> "  " + line)
                .reduce("", (all, line) -> all + line + "\n");
        String dump = """
                configs:
                  - "@type": type.googleapis.com/envoy.admin.v3.BootstrapConfigDump
                    bootstrap: { node: { user_agent_build_version: { version: { major_number: 1, minor_number: 36, patch: 4 } } } }
                  - "@type": type.googleapis.com/envoy.admin.v3.ListenersConfigDump
                    static_listeners:
                      - listener:
                          "@type": type.googleapis.com/envoy.config.listener.v3.Listener
                """ + listener.replaceFirst("  - name", "    name").indent(4);

        List<Finding> findings = check(config, dump);

        assertThat(messages(findings))
                .contains(
                        "warning: Envoy 1.36.4 has a known fault, CVE-2026-47207",
                        "use 1.36.9 or later",
                        "no ext_proc filter");
    }

    @Test
    void saysThatAFileIsNotYaml() throws IOException {
        assertThat(messages(check(conf(KERNEL, ROUTES), "a: ["))).contains("error: not YAML");
    }

    /** A configuration without the engine, with one route. */
    private static String plain(String name) {
        return """
                static_resources:
                  listeners:
                  - name: ingress
                    address: { socket_address: { address: 0.0.0.0, port_value: 8080 } }
                    filter_chains:
                    - filters:
                      - name: envoy.filters.network.http_connection_manager
                        typed_config:
                          "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                          stat_prefix: ingress
                          http_filters:
                          - name: envoy.filters.http.router
                            typed_config:
                              "@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router
                          route_config:
                            virtual_hosts:
                            - name: all
                              domains: ["*"]
                              routes:
                              - match: { prefix: /orders }
                                route: { cluster: shop }
                                NAME
                  clusters:
                  - name: shop
                    connect_timeout: 1s
                """.replace("NAME", name);
    }

    /** Gives the first route of the same name in the printed configuration these fields. */
    static String withRoute(String whole, String fields) {
        String name = fields.lines().findFirst().orElseThrow();
        int at = whole.indexOf("- " + name);
        int column = at - whole.lastIndexOf('\n', at) - 1 + 2;
        String indented = fields.indent(column).substring(column);
        return whole.substring(0, at + 2) + indented + whole.substring(whole.indexOf('\n', at) + 1);
    }

    static EnvoyOptions options() {
        return new EnvoyOptions(
                "0.0.0.0",
                8080,
                9901,
                List.of(),
                List.of(new HostPort("127.0.0.1", 8000)),
                null,
                null,
                EnvoyVersion.OLDEST);
    }

    static String bootstrap(EngineConfig config) {
        return new EnvoyConfigWriter(config, EnvoyNeeds.none(), options()).bootstrap();
    }

    static List<Finding> check(EngineConfig config, String text) {
        return new EnvoyCheck(config, EnvoyNeeds.none(), options())
                .check("my.yaml", text)
                .findings();
    }

    private static List<Finding> problems(List<Finding> findings) {
        return findings.stream()
                .filter(finding -> finding.level() != Level.NOTE)
                .toList();
    }

    static String messages(List<Finding> findings) {
        return findings.stream().map(Finding::toString).reduce("", (all, one) -> all + one + "\n");
    }

    private static int lineOf(String text, String part) {
        return (int) text.substring(0, text.indexOf(part)).lines().count();
    }

    private EngineConfig conf(String kernel, String routes) {
        return conf(dir, kernel, routes);
    }

    static EngineConfig conf(Path dir, String kernel, String routes) {
        try {
            Files.writeString(dir.resolve("kernel.yaml"), kernel);
            Files.createDirectories(dir.resolve("routes"));
            Files.writeString(dir.resolve("routes/all.yaml"), routes);
            return ConfDirectory.read(dir, _ -> null);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
