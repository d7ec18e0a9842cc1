package io.policyengine.e2e.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.e2e.harness.Command;
import io.policyengine.e2e.harness.EngineProcess;
import io.policyengine.e2e.harness.Eventually;
import io.policyengine.e2e.harness.Installation;
import io.policyengine.e2e.harness.OsProcess;
import io.policyengine.e2e.harness.TestConf;
import io.policyengine.e2e.harness.Web;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What somebody reads who made a mistake, and what a script gets. */
class CommandLineIT {
    @Test
    void namesTheNearestKeyOfAnUnknownOne() {
        try (TestConf conf = TestConf.ofTests().replacing("kernel.yaml", "workers:", "wrokers:")) {
            assertFails(
                    2,
                    run(conf),
                    conf.path() + "/kernel.yaml:5:3: error: unknown key 'wrokers', did you mean 'workers'?");
        }
    }

    @Tag("nightly")
    @Test
    void namesTheRightTypeOfAValue() {
        try (TestConf conf = TestConf.ofTests().replacing("kernel.yaml", "port: 0", "port: zero")) {
            assertFails(
                    2,
                    run(conf),
                    conf.path() + "/kernel.yaml:2:39: error: 'port': expected an integer, found a string");
        }
    }

    @Tag("nightly")
    @Test
    void refusesADuplicateKey() {
        try (TestConf conf = TestConf.ofTests().replacing("kernel.yaml", "port: 0", "port: 0, port: 1")) {
            assertFails(2, run(conf), conf.path() + "/kernel.yaml:2:42: error: duplicate key 'port'");
        }
    }

    @Tag("nightly")
    @Test
    void refusesADuplicateRouteAndNamesBothPlaces() {
        try (TestConf conf = TestConf.ofTests().with("routes/more.yaml", """
                route_policies:
                  - route_name: /both
                """)) {
            assertFails(2, run(conf), "duplicate route '/both'", "routes/more.yaml:2:17", "routes/tests.yaml:");
        }
    }

    @Tag("nightly")
    @Test
    void refusesASecretThatIsNotThere() {
        try (TestConf conf =
                TestConf.ofTests().replacing("routes/tests.yaml", "plain: alices-key", "plain: '${file:secret}'")) {
            assertFails(2, run(conf), "/routes/tests.yaml:", "the file 'secret' does not exist");
        }
    }

    @Test
    void findsAKeyFileThatIsMissing() {
        try (TestConf conf = TestConf.ofTests()
                .replacing("routes/tests.yaml", "keys: [{ consumer: alice, plain: alices-key }]", "key_file: none.yaml")
                .replacing("routes/tests.yaml", "noSuchPolicy", "requestId")) {
            assertFails(
                    1,
                    Command.run("validate", conf.path()),
                    "/routes/tests.yaml:12:",
                    "none.yaml: there is no such file");
        }
    }

    @Test
    void findsAllProblemsOfPoliciesAtTheirPlaces() {
        try (TestConf conf = TestConf.ofTests().with("routes/bad.yaml", """
                route_policies:
                  - route_name: /bad
                    request_flow:
                      policy_chain:
                        - { policy: rateLimit, params: { burst: 0 } }
                        - { policy: rateLimmit }
                        - { policy: addSecurityHeaders }
                """)) {
            assertFails(
                    1,
                    Command.run("validate", conf.path()),
                    "/routes/bad.yaml:5:49: error: rateLimit: ",
                    "/routes/bad.yaml:6:21: error: no worker declares policy 'rateLimmit', did you mean 'rateLimit'?",
                    "/routes/bad.yaml:7:11: error: addSecurityHeaders: in a request_flow, the policy only creates",
                    "4 errors, 0 warnings");
        }
    }

    @Test
    void validatesAsJson() {
        try (TestConf conf = TestConf.ofTests()) {
            assertFails(
                    1,
                    Command.run("validate", "--json", conf.path()),
                    "\"valid\" : false",
                    "\"line\" : ",
                    "noSuchPolicy");
        }
    }

    @Test
    void findsNothingWrongWithTheExample() {
        Command command =
                Command.run("validate", Installation.home().resolve("conf").toString());

        assertThat(command.exitCode()).as(command::output).isZero();
        assertThat(command.output()).contains("valid, 4 route policies").contains("0 warnings");
    }

    @Test
    void goesBackToAGenerationThatIsOnDisk() throws IOException {
        try (TestConf conf = TestConf.ofTests().replacing("routes/tests.yaml", "noSuchPolicy", "requestId")) {
            try (EngineProcess engine = EngineProcess.embedded(conf)) {
                conf.replacing("routes/tests.yaml", "alices-key", "bobs-key");
                awaitOnDisk(conf, 2);

                Command list = onGenerations(conf, "generations");
                assertThat(list.exitCode()).as(list::output).isZero();
                assertThat(list.output()).contains("files ", "newest", "start ");

                Command diff = onGenerations(conf, "diff", "1", "conf");
                assertThat(diff.exitCode()).as(diff::output).isEqualTo(1);
                assertThat(diff.output())
                        .contains("--- 1/routes/tests.yaml", "plain: (secret, changed)")
                        .doesNotContain("-key");

                Command rollback = onGenerations(conf, "rollback", "1");
                assertThat(rollback.exitCode()).as(rollback::output).isZero();
                assertThat(rollback.output()).contains("wrote " + conf.path() + "/routes/tests.yaml");
                awaitOnDisk(conf, 3);
                assertThat(Web.get(engine.metricsPort(), "/config").body()).contains("\"state_directory\"");
            }
            assertThat(conf.directory().resolve("routes/tests.yaml")).content().contains("alices-key");
            assertFails(2, onGenerations(conf, "rollback", "99"), "there is no generation 99 in ");
        }
    }

    private static void awaitOnDisk(TestConf conf, int generations) {
        Path folder = Path.of(conf.state(), "generations");
        Eventually.isTrue(generations + " generations on disk", () -> {
            try (Stream<Path> folders = Files.list(folder)) {
                return folders.filter(each -> !each.getFileName().toString().startsWith("."))
                                .count()
                        == generations;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private static Command onGenerations(TestConf conf, String... command) {
        List<String> arguments = new ArrayList<>(List.of(command));
        arguments.addAll(List.of("--conf", conf.path(), "--state", conf.state()));
        return Command.run(arguments.toArray(String[]::new));
    }

    @Tag("nightly")
    @Test
    void startsWithTheLastGoodGenerationUntilTheFilesAreMended() {
        String[] lastGood = {"--on-bad-config", "last_good"};
        try (TestConf conf = TestConf.ofTests()) {
            String unbroken = "policy_timeout_ms: 5000";
            String broken = "policy_timeout_ms: soon";
            assertFails(
                    2,
                    command("run", "--conf", "/nowhere", "--state", conf.state(), "--on-bad-config", "last_good"),
                    "/nowhere: error: no such directory",
                    "The configuration cannot be used, and there is no generation in " + conf.state()
                            + " to start with instead.");
            try (EngineProcess _ = EngineProcess.embedded(conf)) {
                awaitOnDisk(conf, 1);
            }
            conf.replacing("worker.yaml", unbroken, broken);

            try (EngineProcess engine = EngineProcess.embedded(conf, lastGood)) {
                int metrics = engine.awaitReady().metricsPort();
                assertThat(engine.process().output())
                        .contains(
                                "'policy_timeout_ms': expected", "so the kernel starts with the last good generation");
                assertThat(Web.get(metrics, "/health/ready").body()).contains("on_bad_config: last_good in force");
                assertThat(Web.get(metrics, "/metrics").body()).contains("policy_kernel_config_last_good 1.0");

                conf.replacing("worker.yaml", broken, unbroken);

                Eventually.isTrue(
                        "the files are in force",
                        () -> Web.get(metrics, "/metrics").body().contains("policy_kernel_config_last_good 0.0"));
            }
        }
    }

    @Tag("nightly")
    @Test
    void needsTheStateDirectoryThatItIsGiven() {
        try (TestConf conf = TestConf.ofTests().with("state", "a file")) {
            assertFails(
                    2,
                    command("run", "--embedded", "--conf", conf.path(), "--state", conf.path() + "/state"),
                    "the state directory " + conf.path()
                            + "/state cannot be written (there is a file of that name): name another"
                            + " directory with --state");
        }
    }

    @Test
    void saysThatADirectoryIsMissing() {
        assertFails(2, command("run", "--conf", "/nowhere"), "/nowhere: no such directory");
        assertFails(2, Command.run("validate", "/nowhere"), "/nowhere: no such directory");
    }

    @Test
    void saysWhichPortIsTaken() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                TestConf conf =
                        TestConf.ofTests().replacing("kernel.yaml", "port: 0", "port: " + taken.getLocalPort())) {
            assertFails(
                    1,
                    run(conf),
                    "cannot listen on 127.0.0.1:" + taken.getLocalPort()
                            + ": address in use; stop the process that listens there, or change policy_kernel.server.port");
        }
    }

    @Tag("nightly")
    @Test
    void saysThatASocketPathIsTooLong() {
        String socket = "/tmp/" + "x".repeat(120) + "/w.sock";
        try (TestConf conf = TestConf.ofTests().with("worker.yaml", "worker_core: { socket_path: " + socket + " }")) {
            assertFails(2, command("worker", "--conf", conf.path()), "/worker.yaml:1:29: error: ", "107");
        }
    }

    @Tag("nightly")
    @Test
    void leavesASocketAloneThatALiveProcessHolds() throws IOException {
        try (TestConf conf = TestConf.ofTests();
                ServerSocketChannel holder = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            Files.createDirectories(
                    conf.socket().getParent(),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            holder.bind(UnixDomainSocketAddress.of(conf.socket()));

            assertFails(
                    1,
                    command("worker", "--conf", conf.path()),
                    "the socket path " + conf.socket()
                            + " is in use by another process: stop it, or choose another path");
            assertThat(conf.socket()).exists();
        }
    }

    @Test
    void embedsNoWorkerInAKernelAlone() {
        try (TestConf conf = TestConf.ofTests()
                .with("kernel.yaml", "policy_kernel: { workers: [{ name: default-worker, embedded: true }] }")) {
            assertFails(2, command("kernel", "--conf", conf.path()), "worker 'default-worker' says embedded: true");
        }
    }

    @Tag("nightly")
    @Test
    void refusesTwoEmbeddedWorkersWithTheSamePolicies() {
        try (TestConf conf =
                TestConf.ofTests().with("kernel.yaml", "policy_kernel: { workers: [{ name: one }, { name: two }] }")) {
            String message = "workers 'one' and 'two' would both be embedded and so declare the same policies";
            assertFails(2, run(conf), message);
            assertFails(1, Command.run("validate", conf.path()), "/kernel.yaml: error: " + message);
        }
    }

    @Test
    void saysThatTheGroupOfEnvoysSocketIsUnknown() {
        try (TestConf conf = TestConf.ofTests().with("kernel.yaml", """
                        policy_kernel:
                          server: { socket_path: SOCKET2, socket_group: no-such-group }
                          observability: { metrics_port: 0 }
                        """)) {
            assertFails(1, run(conf), "socket_group 'no-such-group' is not a group on this system");
        }
    }

    @Tag("nightly")
    @Test
    void refusesOfASecondWorkerThePoliciesOfTheFirst() {
        try (TestConf conf = TestConf.ofTests().with("kernel.yaml", """
                        policy_kernel:
                          server: { address: 127.0.0.1, port: 0 }
                          workers:
                            - { name: default-worker, socket_path: SOCKET }
                            - { name: second, socket_path: SOCKET2 }
                          observability: { metrics_port: 0 }
                        """).with("worker2.yaml", """
                        worker_core: { name: second, socket_path: SOCKET2, observability: { metrics_port: 0 } }
                        """);
                EngineProcess kernel = EngineProcess.kernel(conf);
                EngineProcess first = EngineProcess.worker(conf, "--name", "default-worker")) {
            kernel.awaitLine("worker can be called");
            try (EngineProcess second = EngineProcess.worker(conf, "--name", "second")) {

                Eventually.isTrue(
                        "the refusal",
                        () -> kernel.process().output().contains("worker 'second' declares refused policies")
                                && kernel.process().output().contains("it belongs to worker 'default-worker'"));

                assertThat(kernel.process().output()).contains("\"severity\":\"critical\"");
                assertThat(Web.get(kernel.metricsPort(), "/metrics").body())
                        .contains("policy_kernel_worker_health{worker=\"default-worker\"} 1.0")
                        .contains("policy_kernel_worker_refused_policies{worker=\"default-worker\"} 0.0")
                        .doesNotContain("policy_kernel_worker_refused_policies{worker=\"second\"} 0.0");
                assertThat(first.process().isAlive()).isTrue();
                assertThat(second.process().isAlive()).isTrue();
            }
        }
    }

    @Test
    void asksWhichWorkerIsMeant() {
        try (TestConf conf =
                TestConf.ofTests().with("worker2.yaml", "worker_core: { name: second, socket_path: SOCKET2 }")) {
            assertFails(
                    2,
                    command("worker", "--conf", conf.path()),
                    "there are several workers, choose one with --name: 'default-worker', 'second'");
            assertFails(2, command("worker", "--conf", conf.path(), "--name", "third"), "no worker is named 'third'");
        }
    }

    @Test
    void namesTheSocketFolderThatAWorkerCannotUseAndNotThePortThatItsOwnProcessHolds() {
        try (TestConf conf =
                TestConf.empty().with("worker.yaml", "worker_core: { socket_path: /proc/policy-engine/w.sock }")) {
            assertFails(
                    1,
                    command("worker", "--conf", conf.path()),
                    "the directory /proc/policy-engine of the socket path",
                    "cannot be created",
                    "choose a socket path in a directory");
        }
    }

    @Test
    void refusesWhatItDoesNotKnow() {
        assertFails(2, Command.run("rnu"), "Unmatched argument at index 0: 'rnu'");
        assertFails(2, Command.run("run", "--confg"), "Unknown option: '--confg'");
        assertFails(2, Command.run("envoy-config", "--upstream", "nowhere"), "'nowhere' is not HOST:PORT");
        assertFails(2, Command.run("run", "--on-bad-config", "pray"), "'pray' is neither fail nor last_good");
        assertFails(2, Command.run("schema", "rateLimi"), "there is no schema 'rateLimi', did you mean 'rateLimit'?");
        assertFails(2, Command.run("schema", "routes", "--to", "x"), "--to writes all schemas: remove the name");
    }

    @Test
    void tellsItsUsage() {
        for (String[] help : new String[][] {{"--help"}, {"run", "--help"}, {"demo", "--help"}}) {
            Command command = Command.run(help);
            assertThat(command.exitCode()).isZero();
            assertThat(command.output()).contains("policy-engine");
        }
        try (OsProcess command = command("--version")) {
            assertThat(command.exitCode()).isZero();
            assertThat(command.output()).contains("policy-engine");
        }
    }

    private static OsProcess run(TestConf conf) {
        return command("run", "--embedded", "--conf", conf.path(), "--state", conf.state());
    }

    private static OsProcess command(String... arguments) {
        return OsProcess.start("command", Installation.engine(arguments), Map.of());
    }

    private static void assertFails(int exitCode, OsProcess process, String... parts) {
        try (process) {
            assertFails(exitCode, new Command(process.exitCode(), process.output(), process.output()), parts);
        }
    }

    private static void assertFails(int exitCode, Command command, String... parts) {
        assertThat(command.exitCode()).as(command::output).isEqualTo(exitCode);
        assertThat(command.output()).contains(parts).doesNotContain("\tat ").doesNotContain("Exception");
    }
}
