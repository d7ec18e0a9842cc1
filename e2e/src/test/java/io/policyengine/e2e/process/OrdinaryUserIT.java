package io.policyengine.e2e.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.e2e.harness.EngineProcess;
import io.policyengine.e2e.harness.EnvoyProcess;
import io.policyengine.e2e.harness.Eventually;
import io.policyengine.e2e.harness.Installation.EnvoyVersion;
import io.policyengine.e2e.harness.OsProcess;
import io.policyengine.e2e.harness.TestConf;
import io.policyengine.e2e.harness.Unprivileged;
import io.policyengine.e2e.harness.Upstream;
import io.policyengine.e2e.harness.Web;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Kernel and worker of a user without rights, with the shipped configuration. */
@Tag("nightly")
class OrdinaryUserIT {
    private final TestConf conf = TestConf.shipped();
    private final Path home = conf.folder().resolve("home");

    OrdinaryUserIT() {
        Unprivileged.letIn(conf.folder(), home);
    }

    @AfterEach
    void delete() {
        conf.close();
    }

    /** The environment of a session of that user, without what the session of these tests has. */
    private Map<String, String> session(String home, String runtime) {
        return Map.of("HOME", home, "XDG_RUNTIME_DIR", runtime, "XDG_STATE_HOME", "");
    }

    @Test
    void meetInTheDirectoryOfTheSession() {
        Path runtime = conf.folder().resolve("session");
        Unprivileged.letIn(conf.folder(), runtime);

        assertServes(session(home.toString(), runtime.toString()), runtime.resolve("policy-engine"));
    }

    @Test
    void meetBesideTheStateWithoutASession() {
        assertServes(session(home.toString(), ""), home.resolve(".local/state/policy-engine/run"));
    }

    private void assertServes(Map<String, String> environment, Path sockets) {
        try (EngineProcess worker = EngineProcess.unprivilegedWorker(conf, environment);
                EngineProcess kernel = EngineProcess.unprivilegedKernel(conf, environment);
                Upstream upstream = Upstream.start();
                EnvoyProcess envoy = EnvoyProcess.start(
                        EnvoyVersion.single(),
                        conf.directory(),
                        kernel.awaitReady().port(),
                        upstream.port())) {

            Web.Answer answer = Web.get(envoy.port(), "/public");

            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.seenUpstream("x-gateway")).isEqualTo("policy-engine");
            assertThat(sockets.resolve("workers/default.sock")).exists();
            assertThat(worker.process().output()).doesNotContain("\"level\":\"WARN\"", "\"level\":\"ERROR\"");
        }
    }

    @Test
    void aWorkerNamesTheFolderThatItCannotCreate() {
        try (OsProcess worker =
                EngineProcess.unprivileged(conf, session("/nowhere", ""), "worker", "--conf", conf.path())) {

            assertThat(worker.exitCode()).as(worker::output).isEqualTo(1);
            assertThat(worker.output())
                    .contains("/run/policy-engine", "of the socket path", "choose a socket path in a directory")
                    .doesNotContain("address in use", "\tat ");
        }
    }

    @Test
    void aKernelNamesTheFolderThatItCannotEnter() throws IOException {
        Path closed = Files.createDirectory(
                conf.folder().resolve("closed"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Path socket = closed.resolve("w.sock");
        conf.replacing("kernel.yaml", "timeout_ms: 1000", "timeout_ms: 1000\n      socket_path: " + socket);

        try (EngineProcess kernel = EngineProcess.unprivilegedKernel(conf, session(home.toString(), ""))) {

            Eventually.isTrue(
                    "the folder in\n" + kernel.process().output(),
                    () -> kernel.process().lines().stream()
                            .anyMatch(line -> line.contains("cannot be used") && line.contains("directory " + closed)));
        }
    }
}
