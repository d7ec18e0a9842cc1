package io.policyengine.e2e.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.e2e.harness.Eventually;
import io.policyengine.e2e.harness.Installation;
import io.policyengine.e2e.harness.Installation.EnvoyVersion;
import io.policyengine.e2e.harness.Load;
import io.policyengine.e2e.harness.NodeProgram;
import io.policyengine.e2e.harness.OsProcess;
import io.policyengine.e2e.harness.Stack;
import io.policyengine.e2e.harness.Stack.Setup;
import io.policyengine.e2e.harness.Stack.Shape;
import io.policyengine.e2e.harness.TestConf;
import io.policyengine.e2e.harness.Web;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * What operators look at, of the shipped engine with many routes while requests come through a real Envoy: the admin page in Chromium,
 * and {@code top} in a terminal.
 */
class AdminPageIT {
    private static final String TOKEN = "a-token-of-operators";
    private static final int LONGEST_RUN_SECONDS = 180;
    private static final boolean ALL = EnvoyVersion.repeated().size() > 1;
    private static final int ROUTES = ALL ? 10_000 : 500;

    private static Stack stack;

    /** With the routes to which requests come. */
    private static TestConf few() {
        return TestConf.ofTests()
                .withJvmOptions("-Xmx384m")
                .replacing(
                        "kernel.yaml",
                        "metrics_port: 0",
                        "metrics_port: 0, admin_tokens: [ { name: on-call, role: operate, file: token } ]")
                .replacing("worker.yaml", "name: default-worker", "name: default-worker\n  allow_faults: true")
                .replacing("routes/tests.yaml", "noSuchPolicy", "requestId")
                .with("token", TOKEN + "\n")
                .with("routes/slow.yaml", """
                        route_policies:
                          - route_name: /slow
                            request_flow:
                              policy_chain: [{ policy: faultInjection, when: "'x-slow' in request.headers", params: { delay_ms: 300 } }]
                        """);
    }

    private static TestConf conf() {
        String routes = "route_policies:\n"
                + IntStream.range(0, ROUTES)
                        .mapToObj(i -> "  - { route_name: /r" + i
                                + ", request_flow: { policy_chain: [{ policy: requestId }] } }\n")
                        .collect(Collectors.joining());
        return few().with("routes/many.yaml", routes).with("routes/hostile.yaml", """
                        route_policies:
                          - route_name: '<img src=x onerror=globalThis.pwned=1>'
                            request_flow: { policy_chain: [{ policy: requestId }] }
                        """);
    }

    @BeforeAll
    static void start() {
        try (TestConf few = few()) {
            stack = Stack.start(new Setup(EnvoyVersion.V1_40, Shape.EMBEDDED), conf(), few.directory());
        }
        stack.conf()
                .replacing(
                        "routes/tests.yaml",
                        "/both\n    request_flow:\n      policy_chain: [{ policy: transformHeaders, params: { set: { X-Processed: \"yes\" } } }]",
                        "/both\n    request_flow:\n      policy_chain: [{ policy: transformHeaders, params: { set: { X-Processed: second } } }]");
        Eventually.isTrue(
                "the second generation",
                () -> Web.get(admin(), "/generations", "authorization", "Bearer " + TOKEN)
                                .json()
                                .path("generations")
                                .size()
                        == 2);
    }

    @AfterAll
    static void stop() {
        stack.close();
    }

    private static int admin() {
        return stack.kernel().metricsPort();
    }

    @Test
    void thePageShowsTheEngineAndLetsAnOperatorChangeIt() {
        List<String> arguments = List.of(
                "http://127.0.0.1:" + admin() + "/ui/",
                "http://127.0.0.1:" + stack.envoy().port(),
                TOKEN,
                stack.conf().path(),
                ALL ? "all" : "some");
        try (OsProcess browser = NodeProgram.start("admin-page", "admin-page.mjs", arguments)) {
            int code = browser.exitCodeWithin(LONGEST_RUN_SECONDS);
            System.out.println(browser.output());

            assertThat(code).as(browser.output()).isZero();
        }
        assertThat(stack.kernel().process().output())
                .contains("\"operation\":\"rollback\"", "the second one was a mistake", "the key store is back")
                .doesNotContain(TOKEN);
    }

    @Test
    void topFollowsTheSizeOfATerminalAndLeavesItAsItWas() throws Exception {
        List<String> command = new ArrayList<>(List.of(
                "python3",
                Installation.home().resolve("e2e/src/test/python/terminal.py").toString()));
        command.addAll(top());
        try (Load load = new Load(stack.envoy().port());
                OsProcess terminal = OsProcess.start("top", command, Map.of("NO_COLOR", "1"))) {
            Load.Running running = load.trickle("/both", 1);
            int code = terminal.exitCodeWithin(LONGEST_RUN_SECONDS);
            running.stop();
            System.out.println(terminal.output());

            assertThat(code).as(terminal.output()).isZero();
            assertThat(terminal.output())
                    .contains("--- 100x30", "--- 72x16", "ready", "WORKER", "POLICY", "transformHeaders", "/both");
        }
    }

    private static List<String> top() {
        String token = stack.conf().directory().resolve("token").toString();
        return Installation.engine("top", "--interval", "1", "--admin", "127.0.0.1:" + admin(), "--token-file", token);
    }

    @Test
    void topWithoutATokenSaysHowToGiveOne() {
        try (OsProcess top = OsProcess.start(
                "top", Installation.engine("top", "--once", "--admin", "127.0.0.1:" + admin()), Map.of())) {
            assertThat(top.exitCodeWithin(LONGEST_RUN_SECONDS)).as(top.output()).isEqualTo(1);
            assertThat(top.output()).contains("401", "--token-file", "POLICY_ENGINE_ADMIN_TOKEN");
        }
    }

    @Test
    void topPrintsOnceWhereThereIsNoTerminal() {
        try (OsProcess top = OsProcess.start("top", top(), Map.of())) {
            assertThat(top.exitCodeWithin(LONGEST_RUN_SECONDS)).as(top.output()).isZero();
            assertThat(top.output())
                    .contains("policy engine  127.0.0.1:" + admin(), "WORKER", "ROUTE")
                    .doesNotContain("\u001b");
        }
    }
}
