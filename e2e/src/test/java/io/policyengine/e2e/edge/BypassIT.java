package io.policyengine.e2e.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.e2e.harness.EachEnvoy;
import io.policyengine.e2e.harness.EngineProcess;
import io.policyengine.e2e.harness.EnvoyProcess;
import io.policyengine.e2e.harness.Eventually;
import io.policyengine.e2e.harness.Installation;
import io.policyengine.e2e.harness.Installation.EnvoyVersion;
import io.policyengine.e2e.harness.NaiveEnvoy;
import io.policyengine.e2e.harness.OsProcess;
import io.policyengine.e2e.harness.TestConf;
import io.policyengine.e2e.harness.Web;
import io.policyengine.testkit.bypass.Bypass;
import io.policyengine.testkit.bypass.BypassCase;
import io.policyengine.testkit.bypass.BypassCase.Guard;
import io.policyengine.testkit.bypass.BypassCases;
import io.policyengine.testkit.bypass.BypassResult;
import io.policyengine.testkit.bypass.Deployment;
import io.policyengine.testkit.bypass.LenientUpstream;
import io.policyengine.testkit.net.FreePort;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;

/** The bypass corpus, over HTTP/1.1 and HTTP/2, in front of an upstream that reads paths as generously as a server can. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BypassIT {
    private static final String PATH = "/api/v1/users";
    private static final String CREDENTIAL = "X-API-Key: alices-key";
    private static final String KERNEL = """
            policy_kernel:
              server: { address: 127.0.0.1, port: 0 }
              envoy: { message_timeout_ms: 20000 }
              limits: { phase_timeout_ms: 15000 }
              observability: { metrics_port: 0 }
              unknown_route: deny
              open_routes: [ /public*, NAIVE ]
              path_rules: strict
            """.replace("NAIVE", NaiveEnvoy.ROUTE);
    private static final String ROUTES = """
            route_policies:
              - route_name: /api/v1/users
                request_flow:
                  policy_chain:
                    - { policy: apiKeyAuth, params: { keys: [ { consumer: alice, plain: alices-key } ] } }
              - route_name: /sometimes
                request_flow:
                  policy_chain:
                    - policy: apiKeyAuth
                      when: request.method == "DELETE"
                      params: { keys: [ { consumer: alice, plain: alices-key } ] }
              - route_name: /exports
                request_flow:
                  policy_chain:
                    - policy: apiKeyAuth
                      when: request.path == "/exports/users:all" || request.path.startsWith("/exports/caf%C3%A9")
                      params: { keys: [ { consumer: alice, plain: alices-key } ] }
              - route_name: /limited
                request_flow:
                  policy_chain:
                    - { policy: fileSizeLimit, params: { max_bytes: 100000, content_types: { application/json: 16 } } }
            """;

    private final TestConf conf = TestConf.empty()
            .with("kernel.yaml", KERNEL)
            .with("worker.yaml", "worker_core: { name: default-worker, observability: { metrics_port: 0 } }\n")
            .with("routes/routes.yaml", ROUTES);
    private @Nullable EngineProcess started;

    @BeforeAll
    void start() {
        started = EngineProcess.embedded(conf).awaitReady();
    }

    @AfterAll
    void stop() {
        if (started != null) {
            started.close();
        }
        conf.close();
    }

    private EngineProcess engine() {
        return Objects.requireNonNull(started);
    }

    private EnvoyProcess envoy(EnvoyVersion version, int upstream, UnaryOperator<String> configuration) {
        return EnvoyProcess.start(version, conf.directory(), engine().port(), upstream, configuration);
    }

    @ParameterizedTest
    @EachEnvoy
    void nothingGetsRoundTheGeneratedConfiguration(EnvoyVersion version) throws IOException {
        try (LenientUpstream upstream = LenientUpstream.listenBlocking("127.0.0.1", 0);
                EnvoyProcess envoy = envoy(version, upstream.port(), NaiveEnvoy::closingAtOnce)) {
            assertThat(bypasses(version + " as generated", envoy, upstream, EnumSet.allOf(Guard.class)))
                    .isEmpty();
        }
    }

    /** Whoever configures Envoy without care is still behind the kernel; and without its rules the same corpus gets through. */
    @Tag("nightly")
    @ParameterizedTest
    @EachEnvoy
    void pathRulesAloneHoldBehindAnEnvoyThatNormalisesNothing(EnvoyVersion version) throws IOException {
        try (LenientUpstream upstream = LenientUpstream.listenBlocking("127.0.0.1", 0);
                EnvoyProcess envoy = envoy(version, upstream.port(), NaiveEnvoy::configuration)) {
            assertThat(bypasses(
                            version + " without care",
                            envoy,
                            upstream,
                            EnumSet.of(Guard.PATH_RULES, Guard.IDENTITY, Guard.POLICY)))
                    .isEmpty();

            setPathRules("off", envoy);
            try {
                assertThat(bypasses(
                                version + " without care, path_rules off",
                                envoy,
                                upstream,
                                EnumSet.of(Guard.PATH_RULES)))
                        .hasSizeGreaterThan(200);
            } finally {
                setPathRules("strict", envoy);
            }
        }
    }

    /** Spellings that no rule refuses, since honest clients send them: the conditions of policies see one of them. */
    @ParameterizedTest
    @EachEnvoy
    void noSpellingLeadsRoundACondition(EnvoyVersion version) throws IOException {
        try (LenientUpstream upstream = LenientUpstream.listenBlocking("127.0.0.1", 0);
                EnvoyProcess envoy = envoy(version, upstream.port(), UnaryOperator.identity())) {
            Eventually.isTrue(
                    "Envoy serves",
                    () -> Web.get(envoy.port(), "/exports/users:none").status() == 200);

            for (String path :
                    List.of("users:all", "users%3Aall", "users%3aall", "caf%C3%A9", "caf%c3%a9", "caf%C3%a9/x")) {
                assertThat(Web.get(envoy.port(), "/exports/" + path).status())
                        .as(path)
                        .isEqualTo(401);
            }
        }
    }

    private void setPathRules(String rules, EnvoyProcess envoy) {
        int status = rules.equals("off") ? 200 : 400;
        conf.with("kernel.yaml", KERNEL.replace("path_rules: strict", "path_rules: " + rules));
        Eventually.isTrue(
                "path_rules: " + rules,
                () -> Web.get(envoy.port(), "/public//x").status() == status);
    }

    @Test
    void theCommandBringsTheUpstreamAndTellsWhatItSaw() throws IOException {
        int upstream = FreePort.next();
        try (EnvoyProcess envoy = envoy(EnvoyVersion.single(), upstream, UnaryOperator.identity());
                OsProcess command = OsProcess.start(
                        "conformance",
                        Installation.engine(
                                "conformance",
                                "--bypass",
                                "--target=127.0.0.1:" + envoy.port(),
                                "--listen=127.0.0.1:" + upstream,
                                "--path=" + PATH,
                                "--open=/public",
                                "--optional=/sometimes",
                                "--limited=/limited",
                                "--case=P001,P040,I004,C007"),
                        Map.of("POLICY_ENGINE_CREDENTIAL", CREDENTIAL))) {
            assertThat(command.exitCode()).as(command.output()).isZero();
            assertThat(command.output()).contains("8 requests of 4 cases, 0 bypassed the policies");
        }
    }

    private static List<String> bypasses(String what, EnvoyProcess envoy, LenientUpstream upstream, Set<Guard> guards) {
        List<BypassCase> cases = BypassCases.all().stream()
                .filter(one -> guards.contains(one.guard()))
                .toList();
        List<BypassResult> results = new Bypass(deployment(envoy.port()), upstream).runBlocking(cases);
        List<String> bypasses = results.stream()
                .filter(result -> result.bypass() != null)
                .map(result -> result.testCase().id() + " over HTTP/" + result.http() + ": " + result.bypass())
                .toList();
        System.out.println(what + ", guards " + guards + ": " + cases.size() + " cases, " + results.size()
                + " requests, " + bypasses.size() + " bypassed the policies");
        return bypasses;
    }

    private static Deployment deployment(int port) {
        return new Deployment(
                "127.0.0.1",
                port,
                "api.example",
                new Deployment.Paths(PATH, "/public", "/sometimes", "/limited"),
                "application/json",
                CREDENTIAL,
                List.of("X-User-ID"));
    }
}
