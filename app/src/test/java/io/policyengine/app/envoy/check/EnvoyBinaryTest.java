package io.policyengine.app.envoy.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.policyengine.app.command.CommandFailure;
import io.policyengine.core.http.PathRules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class EnvoyBinaryTest {
    @TempDir
    private Path dir = Path.of("");

    @Test
    void takesTheProgramThatIsNamedAndOtherwiseTheFirstOnThePath() throws IOException {
        Path named = program("named", "true");
        Path found = program("envoy", "true");

        assertThat(EnvoyBinary.findBlocking(Map.of("ENVOY_BIN", named.toString(), "PATH", dir.toString())::get))
                .hasValueSatisfying(binary -> assertThat(binary.program()).isEqualTo(named));
        assertThat(EnvoyBinary.findBlocking(Map.of("ENVOY_BIN", "", "PATH", "/nowhere:" + dir)::get))
                .hasValueSatisfying(binary -> assertThat(binary.program()).isEqualTo(found));
        assertThat(EnvoyBinary.findBlocking(Map.of("PATH", "/nowhere")::get)).isEmpty();
        assertThatThrownBy(() -> EnvoyBinary.findBlocking(Map.of("ENVOY_BIN", "/no/envoy")::get))
                .isInstanceOf(CommandFailure.class)
                .hasMessage("ENVOY_BIN is not an executable file: /no/envoy");
    }

    @Test
    void readsTheReleaseAndTheVerdict() throws IOException {
        EnvoyBinary envoy = new EnvoyBinary(program("envoy", """
                case "$1" in
                  --version) echo "envoy  version: 123abc/1.38.2/Clean/RELEASE/BoringSSL" ;;
                  *) echo "error initializing configuration: $*"; exit 1 ;;
                esac"""));

        assertThat(envoy.releaseBlocking())
                .hasValueSatisfying(release -> assertThat(release).hasToString("1.38.2"));
        EnvoyBinary.Verdict verdict = envoy.validateBlocking(dir.resolve("my.yaml"));
        assertThat(verdict.isValid()).isFalse();
        assertThat(verdict.messages())
                .containsExactly("error initializing configuration: --mode validate --config-path "
                        + dir.resolve("my.yaml") + " --log-level error");
    }

    @Test
    void theEndOfALongMessageIsRepeatedSinceItHasTheReason() throws IOException {
        EnvoyBinary envoy = new EnvoyBinary(program("envoy", "seq 1 40; echo no such cluster; exit 1"));

        List<Finding> findings = EnvoyCheck.judgedBlocking(envoy, dir.resolve("my.yaml"), PathRules.STRICT, List.of());

        assertThat(findings)
                .singleElement()
                .satisfies(finding -> assertThat(finding.toString())
                        .contains("refuses the file")
                        .contains("no such cluster")
                        .doesNotContain("\n    5\n"));
    }

    @Test
    void killsAProgramThatDoesNotEnd() throws IOException {
        EnvoyBinary envoy = new EnvoyBinary(program("envoy", "exec tail -f /dev/null"), Duration.ofMillis(50));

        assertThat(envoy.validateBlocking(Path.of("my.yaml")).isValid()).isFalse();
    }

    /** Such as a script that chooses an Envoy: the program that it starts keeps the output open. */
    @Test
    @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void killsAlsoWhatTheProgramHasStarted() throws IOException {
        EnvoyBinary envoy = new EnvoyBinary(program("envoy", "tail -f /dev/null; exit 1"), Duration.ofMillis(500));

        assertThat(envoy.validateBlocking(Path.of("my.yaml")).isValid()).isFalse();
    }

    @Test
    void killsAProgramThatPrintsWithoutEnd() throws IOException {
        EnvoyBinary envoy = new EnvoyBinary(program("envoy", "exec yes"));

        assertThat(envoy.validateBlocking(Path.of("my.yaml")).isValid()).isFalse();
    }

    private Path program(String name, String script) throws IOException {
        Path file = Files.writeString(dir.resolve(name), "#!/bin/sh\n" + script + "\n");
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    }
}
