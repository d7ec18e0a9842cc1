package io.policyengine.e2e.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.e2e.harness.Command;
import io.policyengine.e2e.harness.EachEnvoy;
import io.policyengine.e2e.harness.EngineProcess;
import io.policyengine.e2e.harness.EnvoyProcess;
import io.policyengine.e2e.harness.Eventually;
import io.policyengine.e2e.harness.Installation;
import io.policyengine.e2e.harness.Installation.EnvoyVersion;
import io.policyengine.e2e.harness.OsProcess;
import io.policyengine.e2e.harness.TestConf;
import io.policyengine.e2e.harness.Upstream;
import io.policyengine.e2e.harness.Web;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The configuration that {@code envoy-config} prints, at the edge of a network: what a client writes does not get it round the policies. */
@ParameterizedClass
@EachEnvoy
class EdgeIT {
    private static @Nullable Edge started;

    private final Edge edge;

    /** An engine that serves tests of one Envoy, and the upstream. */
    private record Edge(
            EnvoyVersion version, TestConf conf, EngineProcess engine, Upstream upstream, EnvoyProcess envoy)
            implements AutoCloseable {
        static Edge start(EnvoyVersion version) {
            TestConf conf = TestConf.ofTests()
                    .replacing("kernel.yaml", "envoy: {", "envoy: { mutation_rules: { allow_envoy: true },")
                    .with("routes/limits.yaml", """
                    route_policies:
                      - route_name: /by-address
                        request_flow:
                          policy_chain: [{ policy: rateLimit, params: { requests_per_second: 0.01, burst: 2, key: client_ip } }]
                    """)
                    .with("routes/changes.yaml", """
                    route_policies:
                      - route_name: /sets/x-plain
                        request_flow: { policy_chain: [{ policy: transformHeaders, params: { set: { X-Plain: set } } }] }
                      - route_name: /sets/x-secret-key
                        request_flow: { policy_chain: [{ policy: transformHeaders, params: { set: { X-Secret-Key: set } } }] }
                      - route_name: /sets/x-envoy-custom
                        request_flow: { policy_chain: [{ policy: transformHeaders, params: { set: { X-Envoy-Custom: set } } }] }
                      - route_name: /sets/path
                        request_flow: { policy_chain: [{ policy: rewrite, params: { query: { set: { digest: set } } } }] }
                    """)
                    .with("routes/shop.yaml", """
                    chains:
                      keys: [{ policy: apiKeyAuth, params: { keys: [{ consumer: alice, plain: alices-key }] } }]
                    route_policies:
                      - { route_name: /shop, request_flow: { policy_chain: [] } }
                      - { route_name: "/shop/admin*", request_flow: { policy_chain: [ { chain: keys } ] } }
                      - { route_name: "/shop/my files", request_flow: { policy_chain: [ { chain: keys } ] } }
                      - { route_name: "/shop/café", request_flow: { policy_chain: [ { chain: keys } ] } }
                      - { route_name: "/shop/'<a>,@:\\"^b", request_flow: { policy_chain: [ { chain: keys } ] } }
                    """);
            EngineProcess engine = EngineProcess.embedded(conf);
            Upstream upstream = Upstream.start();
            try {
                EnvoyProcess envoy = EnvoyProcess.start(version, conf.directory(), engine.port(), upstream.port());
                return new Edge(version, conf, engine, upstream, envoy);
            } catch (RuntimeException | Error failure) {
                engine.close();
                upstream.close();
                throw failure;
            }
        }

        /** One more Envoy, configured for what the conf directory says now. */
        EnvoyProcess another(List<Integer> engines, UnaryOperator<String> changes) {
            return EnvoyProcess.start(version, conf.directory(), engines, upstream.port(), changes);
        }

        /** Changes the settings of the engine that runs. */
        void change(String part, String other, String pointer, String value) {
            conf.replacing("kernel.yaml", part, other);
            Eventually.isTrue(
                    "the change is in force",
                    () -> Web.get(engine.metricsPort(), "/config")
                            .json()
                            .at("/policy_kernel" + pointer)
                            .toString()
                            .equals(value));
        }

        void trust(int before, int hops) {
            change("trusted_hops: " + before, "trusted_hops: " + hops, "/trusted_hops", Integer.toString(hops));
        }

        @Override
        public void close() {
            envoy.close();
            engine.close();
            upstream.close();
            conf.close();
        }
    }

    EdgeIT(EnvoyVersion version) {
        if (started == null) {
            throw new IllegalStateException(version + " is not started");
        }
        this.edge = started;
    }

    @BeforeParameterizedClassInvocation
    static void start(EnvoyVersion version) {
        started = Edge.start(version);
    }

    @AfterParameterizedClassInvocation
    static void stop() {
        if (started != null) {
            started.close();
            started = null;
        }
    }

    @Test
    void envoyTakesWhatIsPrintedAndWhatIsShipped() throws IOException {
        String example = Installation.home().resolve("conf").toString();
        Path folder = edge.conf().folder();
        assertTaken(print("envoy-config", example));
        assertTaken(print("envoy-config", example, "--engine=127.0.0.1:1", "--engine=127.0.0.1:2"));
        assertTaken(Files.readString(Installation.home().resolve("docker/envoy.yaml")));
        try (TestConf socket = TestConf.ofTests()
                .replacing("kernel.yaml", "address: 127.0.0.1, port: 0", "socket_path: " + folder.resolve("k.sock"))
                .replacing("kernel.yaml", "unknown_route:", "route_name_sources: [metadata]\n  unknown_route:")) {
            assertTaken(print("envoy-config", socket.path()));
        }
    }

    private static String print(String... command) {
        Command printed = Command.run(command);
        assertThat(printed.exitCode()).as(printed::output).isZero();
        return printed.printed();
    }

    private void assertTaken(String configuration) throws IOException {
        Path file = Files.writeString(edge.conf().folder().resolve("printed.yaml"), configuration);
        List<String> command = List.of(
                edge.version().binary().toString(),
                "--mode",
                "validate",
                "--config-path",
                file.toString(),
                "--log-level",
                "error");
        try (OsProcess process = OsProcess.start("envoy", command, Map.of())) {
            assertThat(process.exitCode()).as(process::output).isZero();
        }
    }

    @Test
    void aPathHasItsPoliciesInEachSpellingOrIsRefused() throws IOException {
        EnvoyProcess envoy = edge.envoy();
        int before = edge.upstream().received();

        for (String same : List.of(
                "/locked",
                "//locked",
                "/./locked",
                "/x/../locked",
                "/%6Cocked",
                "/open/../locked",
                "/locked/",
                "/locked//x")) {
            assertThat(status(envoy, same)).as(same).isEqualTo(401);
        }
        for (String refused : List.of("/locked%2Fx", "/open%2F..%2Flocked", "/%5Clocked", "/x/..%2flocked")) {
            assertThat(status(envoy, refused)).as(refused).isEqualTo(400);
        }
        for (String other : List.of("/LOCKED", "/lockedx", "/open/x", "/openx", "/")) {
            assertThat(status(envoy, other)).as(other).isEqualTo(403);
        }
        assertThat(edge.upstream().received()).isEqualTo(before);
        assertThat(status(envoy, "/open")).isEqualTo(200);
    }

    @Test
    void whatBeginsAsAProtectedPrefixOrIsSpeltAsItsNameComesToNoWeakerRoute() throws IOException {
        EnvoyProcess envoy = edge.envoy();

        for (String locked : List.of(
                "/shop/admin",
                "/shop/admin/x",
                "/shop/administration",
                "/shop/admin2/users",
                "/shop/my%20files",
                "/shop/my%20files/x?y",
                "/shop/caf%C3%A9",
                "/shop/caf%c3%a9/x",
                "/shop/'<a>,@:\"^b",
                "/shop/%27%3Ca%3e%2C%40%3a%22%5eb/x")) {
            assertThat(status(envoy, locked)).as(locked).isEqualTo(401);
        }
        for (String open : List.of("/shop", "/shop/adm", "/shop/my%20filesX")) {
            assertThat(status(envoy, open)).as(open).isEqualTo(200);
        }
    }

    @Test
    void aFieldThatAnUpstreamMayTakeForAnotherIsRefused() throws IOException {
        EnvoyProcess envoy = edge.envoy();
        int before = edge.upstream().received();

        // Envoy ends the connection where it does not get so far as to answer.
        assertThat(status(envoy, "/open", "X_User_ID: admin")).isIn(400, 0);
        assertThat(edge.upstream().received()).isEqualTo(before);
    }

    @Test
    void aClientThatWritesAddressesGetsNoFreshBucket() {
        edge.conf().replacing("kernel.yaml", "unknown_route:", "trusted_hops: 0\n  unknown_route:");
        assertThat(statuses(edge.envoy())).containsExactly(200, 200, 429, 429);
        edge.trust(0, 1);
        // For a client on loopback, Envoy's own entry is its address in the network: another bucket, but one.
        assertThat(statuses(edge.envoy())).containsExactly(200, 200, 429, 429);
        edge.trust(1, 2);
        try (EnvoyProcess behindAProxy = edge.another(List.of(edge.engine().port()), UnaryOperator.identity())) {
            // The proxy before Envoy, which the test is, tells each client's address; what stands before that is the
            // client's.
            assertThat(addressed(behindAProxy, "198.51.100.1, 203.0.113.7")).isEqualTo(200);
            assertThat(addressed(behindAProxy, "198.51.100.2, 203.0.113.7")).isEqualTo(200);
            assertThat(addressed(behindAProxy, "198.51.100.3, 203.0.113.7")).isEqualTo(429);
            assertThat(addressed(behindAProxy, "198.51.100.3, 203.0.113.8")).isEqualTo(200);
        } finally {
            edge.conf().replacing("kernel.yaml", "trusted_hops: 2\n  ", "");
        }
    }

    private static List<Integer> statuses(EnvoyProcess envoy) {
        return List.of(
                addressed(envoy, "203.0.113.1"),
                addressed(envoy, "203.0.113.2"),
                addressed(envoy, "203.0.113.3, 203.0.113.4"),
                addressed(envoy, "garbage"));
    }

    private static int addressed(EnvoyProcess envoy, String forwardedFor) {
        return Web.get(envoy.port(), "/by-address", "X-Forwarded-For", forwardedFor)
                .status();
    }

    /** What the engine refuses beforehand by the same rules: {@code MutationRulesTest}. */
    @ParameterizedTest
    @CsvSource({
        "'', x-plain x-secret-key path",
        "'allow_envoy: true', x-plain x-secret-key x-envoy-custom path",
        "'disallow_system: true', x-plain x-secret-key",
        "'disallow_all: true, allow_expression: { regex: x-(plain|envoy-.*) }', x-plain x-envoy-custom",
        "'disallow_expression: { regex: x-secret-.* }', x-plain path",
        "'disallow_expression: { regex: secret }, allow_expression: { regex: envoy }', x-plain x-secret-key path"
    })
    void envoyDropsWhatItsMutationRulesForbid(String rules, String taken) {
        UnaryOperator<String> ruled = yaml -> {
            String changed = yaml.replaceFirst(
                    "mutation_rules:\\s+allow_all_routing: false\\s+allow_envoy: true",
                    "mutation_rules: { " + rules + " }");
            assertThat(changed).isNotEqualTo(yaml);
            return changed;
        };
        try (EnvoyProcess envoy = edge.another(List.of(edge.engine().port()), ruled)) {
            List<String> changes = Stream.of("x-plain", "x-secret-key", "x-envoy-custom")
                    .filter(name ->
                            "set".equals(Web.get(envoy.port(), "/sets/" + name).seenUpstream(name)))
                    .collect(Collectors.toCollection(ArrayList::new));
            if (!Web.get(envoy.port(), "/sets/path").body().startsWith("{")) {
                changes.add("path");
            }
            assertThat(String.join(" ", changes)).isEqualTo(taken);
        }
    }

    @Test
    void aRouteIsFoundByItsMetadataWhereverItStands() {
        edge.change(
                "unknown_route:",
                "route_name_sources: [metadata, attribute]\n  unknown_route:",
                "/route_name_sources",
                "[\"metadata\",\"attribute\"]");
        UnaryOperator<String> named =
                yaml -> yaml.replace("- name: /locked\n", "- name: httproute/shop/api/rule/1/match/0/x\n")
                        .replace("- name: /open\n", "- name: /locked\n");
        try (EnvoyProcess envoy = edge.another(List.of(edge.engine().port()), named)) {
            assertThat(Web.get(envoy.port(), "/locked").status()).isEqualTo(401);
            assertThat(Web.get(envoy.port(), "/locked", "X-API-Key", "alices-key")
                            .status())
                    .isEqualTo(200);
            assertThat(Web.get(envoy.port(), "/open").status()).isEqualTo(200);
        } finally {
            edge.conf().replacing("kernel.yaml", "route_name_sources: [metadata, attribute]\n  ", "");
        }
    }

    @Test
    void anEngineThatIsGoneIsPassedOver() {
        TestConf other = TestConf.ofTests();
        EngineProcess going = EngineProcess.embedded(other);
        List<Integer> engines = List.of(edge.engine().port(), going.port());
        try (EnvoyProcess envoy = edge.another(engines, UnaryOperator.identity())) {
            Eventually.isTrue("both are asked", () -> envoy.engineCluster("membership_healthy") == 2);

            going.close();

            // A request that is on its way to it when it ends is not sent again.
            Eventually.isTrue(
                    "connections to it are gone", () -> IntStream.range(0, 4).allMatch(_ -> isProcessed(envoy)));
            for (int i = 0; i < 20; i++) {
                Web.Answer answer = Web.get(envoy.port(), "/both");
                assertThat(answer.seenUpstream("x-processed"))
                        .as("request %s: %s", i, answer)
                        .isEqualTo("yes");
            }
            Eventually.isTrue("one is left", () -> envoy.engineCluster("membership_healthy") == 1);
        } finally {
            going.close();
            other.close();
        }
    }

    private static boolean isProcessed(EnvoyProcess envoy) {
        return Objects.equals(Web.get(envoy.port(), "/both").seenUpstream("x-processed"), "yes");
    }

    private static int status(EnvoyProcess envoy, String path, String... fields) throws IOException {
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), envoy.port())) {
            client.setSoTimeout(15_000);
            String head = "GET " + path + " HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\n";
            for (String field : fields) {
                head += field + "\r\n";
            }
            client.getOutputStream().write((head + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
            String line = new BufferedReader(
                            new InputStreamReader(client.getInputStream(), StandardCharsets.ISO_8859_1))
                    .readLine();
            return line == null ? 0 : Integer.parseInt(line.split(" ", -1)[1]);
        }
    }
}
