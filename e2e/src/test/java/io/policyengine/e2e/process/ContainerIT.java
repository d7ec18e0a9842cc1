package io.policyengine.e2e.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.e2e.harness.EnvoyProcess;
import io.policyengine.e2e.harness.Eventually;
import io.policyengine.e2e.harness.Installation;
import io.policyengine.e2e.harness.Installation.EnvoyVersion;
import io.policyengine.e2e.harness.Load;
import io.policyengine.e2e.harness.OsProcess;
import io.policyengine.e2e.harness.PluginJar;
import io.policyengine.e2e.harness.TestConf;
import io.policyengine.e2e.harness.Upstream;
import io.policyengine.e2e.harness.Web;
import io.policyengine.testkit.net.FreePort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfEnvironmentVariable;

/** The image, really built and run as locked down as a cluster would, behind a real Envoy. */
@DisabledIfEnvironmentVariable(
        named = "POLICY_ENGINE_SKIP_CONTAINER",
        matches = "1",
        disabledReason = "this machine cannot have the tools for containers; in CI that is a failure")
@Tag("alone")
@Tag("nightly")
class ContainerIT {
    /** A machine that builds its first image gets a whole distribution for it. */
    private static final long IMAGE_SECONDS = 900;

    private static final String SOCKET = "/var/run/policy-engine/workers/default.sock";

    private static final String NAME =
            "policy-engine-e2e-" + ProcessHandle.current().pid();

    private static String image = "";

    @BeforeAll
    static void buildsTheImage() {
        image = buildImage();
    }

    @Test
    void servesReloadsAndRecoversInALockedDownContainer() throws IOException {
        int metricsPort = FreePort.next();
        int port = FreePort.next();
        String name = NAME;
        try (TestConf conf = exampleOn(port, metricsPort);
                Upstream upstream = Upstream.start()) {
            String metrics = "--env=POLICY_ENGINE_METRICS_PORT=" + metricsPort;
            String plugins = "--volume=" + spinningPlugin(conf) + ":/opt/policy-engine/plugins:ro";
            script("container", "run", name, conf.path(), "", metrics, plugins);
            try (EnvoyProcess envoy = EnvoyProcess.start(EnvoyVersion.V1_36, conf.directory(), port, upstream.port())) {
                Eventually.isTrue(
                        "readiness", () -> Web.get(metricsPort, "/health/ready").status() == 200);

                script("container", "health", name);
                assertThat(script("container", "exec", name, "id", "-u")).isEqualTo("1000");
                assertThat(fails("container", "exec", name, "touch", "/file")).contains("Read-only file system");
                assertThat(script("container", "exec", name, "stat", "-c", "%a", SOCKET))
                        .isEqualTo("600");
                assertThat(users(envoy).status()).isEqualTo(401);
                assertThat(users(envoy, "X-API-Key", "demo-key-alice").status()).isEqualTo(200);

                reloadsOnHangUp(name);
                assertThat(users(envoy, "X-API-Key", "demo-key-alice").status()).isEqualTo(200);

                script("container", "exec", name, "sh", "-c", killWorker("STOP"));
                Eventually.isTrue("a denial", () -> users(envoy).status() == 503);
                script("container", "exec", name, "sh", "-c", killWorker("KILL"));
                Eventually.isTrue(
                        "recovery",
                        () -> users(envoy, "X-API-Key", "demo-key-alice").status() == 200);

                try (Load client = new Load(envoy.port())) {
                    client.send("/stuck", 1, 1);
                    Eventually.isTrue("a denial", () -> users(envoy).status() == 503);
                    Eventually.isTrue(
                            "recovery of a worker that was stuck",
                            () -> users(envoy, "X-API-Key", "demo-key-alice").status() == 200);
                }

                script("container", "stop", name);
                assertThat(users(envoy).status()).isEqualTo(503);
            } finally {
                script("container", "podman", "rm", "--force", "--ignore", name);
            }
        }
    }

    /** Both programs read their files again, in the processes that they are. */
    private static void reloadsOnHangUp(String name) {
        String before = script("container", "exec", name, "sh", "-c", programs("echo ${p#/proc/}"));

        script("container", "podman", "kill", "--signal=HUP", name);

        Eventually.isTrue("a reload of both", () -> {
            String log = script("container", "logs", name);
            return log.contains("the configuration was checked and has not changed")
                    && log.contains("SIGHUP: the log level is info");
        });
        assertThat(before.lines()).hasSize(2);
        assertThat(script("container", "exec", name, "sh", "-c", programs("echo ${p#/proc/}")))
                .isEqualTo(before);
    }

    @Test
    void endsAtOnceWithoutConfiguration() {
        assertThat(fails("container", "podman", "run", "--rm", "--pull=never", "--network=host", "--user=1000", image))
                .contains("there is no /etc/policy-engine/kernel.yaml", "Mount a conf directory")
                .doesNotContain("the kernel is serving");
    }

    @Test
    void startsAsAnyUserOfTheGroupRoot() throws IOException {
        int metricsPort = FreePort.next();
        try (TestConf conf = exampleOn(FreePort.next(), metricsPort)) {
            try {
                script("container", arguments(conf, "run", "--detach", "--user=1234567"));

                Eventually.isTrue(
                        "readiness", () -> Web.get(metricsPort, "/health/ready").status() == 200);
                assertThat(script("container", "logs", NAME))
                        .contains("the kernel is serving")
                        .doesNotContain("Traceback", "\tat ");
                assertThat(script("container", "exec", NAME, "id", "-u")).isEqualTo("1234567");
            } finally {
                script("container", "podman", "rm", "--force", "--ignore", NAME);
            }
        }
    }

    @Test
    void namesTheFolderThatItsUserCannotWriteTo() throws IOException {
        try (TestConf conf = exampleOn(FreePort.next(), FreePort.next())) {
            assertThat(fails("container", arguments(conf, "run", "--rm", "--user=1234567:1234567")))
                    .contains("policy-engine: UID 1234567 cannot write to /var/run/policy-engine: ")
                    .doesNotContain("Traceback");
        }
    }

    @Test
    void boundsThePauseBeforeAProgramIsStartedAgain() throws IOException {
        Path shipped = Installation.home().resolve("docker/supervisord.conf");
        try (TestConf conf = exampleOn(FreePort.next(), FreePort.next())) {
            conf.with(
                    "supervisord.conf",
                    Files.readString(shipped)
                            .replace("startretries=15", "startretries=1")
                            .replace("/usr/local/bin/policy-engine kernel --conf /etc/policy-engine", "/bin/false"));
            makeReadable(conf.folder());
            String own = conf.directory().resolve("supervisord.conf") + ":/opt/policy-engine/supervisord.conf:ro";
            try {
                script("container", arguments(conf, "run", "--detach", "--user=1000", "--volume=" + own));

                Eventually.isTrue(
                        "a fifth start",
                        () -> script("container", "logs", NAME).split("exited: kernel", -1).length > 5);
            } finally {
                script("container", "podman", "rm", "--force", "--ignore", NAME);
            }
        }
    }

    private static String[] arguments(TestConf conf, String... options) {
        List<String> arguments = new ArrayList<>(List.of("podman", "--log-level=fatal"));
        arguments.addAll(List.of(options));
        arguments.addAll(List.of("--name=" + NAME, "--pull=never", "--network=host", "--stop-timeout=60"));
        arguments.addAll(List.of("--volume=" + conf.directory() + ":/etc/policy-engine:ro", image));
        return arguments.toArray(String[]::new);
    }

    private static Web.Answer users(EnvoyProcess envoy, String... headers) {
        return Web.get(envoy.port(), "/api/v1/users", headers);
    }

    private static String killWorker(String signal) {
        return processes("Start worker", "kill -" + signal + " ${p#/proc/}");
    }

    private static String programs(String then) {
        return processes("Start", then);
    }

    /** The image holds no pkill; the shell's own command line has the same words. */
    private static String processes(String words, String then) {
        return "for p in /proc/[0-9]*; do if tr '\\0' ' ' <$p/cmdline | grep -q '^java .*" + words + "'; then " + then
                + "; fi; done";
    }

    /** The folder of a jar whose policy never gives its event loop back. */
    private static Path spinningPlugin(TestConf conf) throws IOException {
        Path plugins = Files.createDirectories(conf.folder().resolve("plugins"));
        PluginJar.of(plugins.resolve("spin.jar"), "spin", "while (true) { Thread.onSpinWait(); }");
        makeReadable(plugins);
        return plugins;
    }

    private static TestConf exampleOn(int port, int metricsPort) throws IOException {
        TestConf conf = TestConf.empty();
        Path example = Installation.home().resolve("conf");
        try (Stream<Path> files = Files.walk(example)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                conf.with(example.relativize(file).toString(), Files.readString(file));
            }
        }
        conf.replacing("kernel.yaml", "port: 9001", "port: " + port)
                .replacing("kernel.yaml", "metrics_port: 9090", "metrics_port: " + metricsPort)
                .replacing("worker.yaml", "metrics_port: 9091", "metrics_port: 0");
        conf.with("routes/stuck.yaml", """
                route_policies:
                  - route_name: /stuck
                    request_flow: { policy_chain: [{ policy: spin }] }
                """);
        makeReadable(conf.folder());
        return conf;
    }

    /** The container's user is another one. */
    private static void makeReadable(Path folder) {
        List<String> command = List.of("chmod", "-R", "a+rX", folder.toString());
        try (OsProcess process = OsProcess.start("chmod", command, Map.of())) {
            assertThat(process.exitCode()).isZero();
        }
    }

    /** Its name. */
    private static String buildImage() {
        String image = Installation.home().resolve("scripts/image").toString();
        try (OsProcess process = OsProcess.start("image", List.of(image), Map.of())) {
            assertThat(process.exitCodeWithin(IMAGE_SECONDS))
                    .as(process::output)
                    .isZero();
            return process.lines().getLast();
        }
    }

    private static String script(String script, String... arguments) {
        return output(true, script, arguments);
    }

    private static String fails(String script, String... arguments) {
        return output(false, script, arguments);
    }

    private static String output(boolean succeeds, String script, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Installation.home().resolve("scripts").resolve(script).toString());
        command.addAll(List.of(arguments));
        try (OsProcess process = OsProcess.start(script, command, Map.of())) {
            assertThat(process.exitCode() == 0).as(process::output).isEqualTo(succeeds);
            return process.output().strip();
        }
    }
}
