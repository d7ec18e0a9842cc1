package io.policyengine.e2e.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.e2e.harness.EachEnvoy;
import io.policyengine.e2e.harness.Installation;
import io.policyengine.e2e.harness.Installation.EnvoyVersion;
import io.policyengine.e2e.harness.OsProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The demo, as the first thing that somebody starts. */
class DemoIT {
    @Tag("nightly")
    @ParameterizedTest
    @EachEnvoy
    void showsTheExampleAtWorkInOneProcess(EnvoyVersion version) {
        assertSucceeds(Map.of("ENVOY_BIN", version.binary().toString()), "demo", "--once");
    }

    @Tag("nightly")
    @Test
    void showsTheExampleAtWorkInTwoProcesses() {
        assertSucceeds(Map.of("ENVOY_BIN", EnvoyVersion.single().binary().toString()), "demo", "--once", "--separate");
    }

    /** With the clone at hand, whose script and example it then takes. It prints what the README's recording shows. */
    @Test
    void showsTheExampleOfTheClone() {
        List<String> printed = assertSucceeds(
                Map.of(
                        "ENVOY_BIN",
                        EnvoyVersion.single().binary().toString(),
                        "POLICY_ENGINE_HOME",
                        Installation.home().toString()),
                "demo",
                "--once");

        assertThat(DemoRecording.stable(DemoRecording.lines()))
                .as("docs/images/demo.svg, which scripts/demo-recording records again")
                .isEqualTo(DemoRecording.stable(printed))
                .isNotEmpty();
    }

    static List<String> examples() throws IOException {
        try (Stream<Path> folders = Files.list(Installation.home().resolve("conf/examples"))) {
            return folders.filter(folder -> Files.exists(folder.resolve("demo.yaml")))
                    .map(folder -> folder.getFileName().toString())
                    .sorted()
                    .toList();
        }
    }

    /** As the jar holds it, without a clone. */
    @Tag("nightly")
    @ParameterizedTest
    @MethodSource("examples")
    void showsAnExample(String name) {
        assertSucceeds(
                Map.of("ENVOY_BIN", EnvoyVersion.V1_40.binary().toString()), "demo", "--example", name, "--once");
    }

    @Test
    void saysWhereToGetAnEnvoyIfThereIsNone() {
        Map<String, String> environment = Map.of("ENVOY_BIN", "", "POLICY_ENGINE_HOME", "", "PATH", "/nowhere");
        try (OsProcess demo = OsProcess.start("demo", Installation.engine("demo", "--once"), environment)) {

            assertThat(demo.exitCode()).isEqualTo(1);
            assertThat(demo.lines())
                    .isEqualTo(List.of("no Envoy was found: set ENVOY_BIN to its binary, or put envoy on PATH"));
        }
    }

    /** Returns the lines that it prints. */
    private static List<String> assertSucceeds(Map<String, String> environment, String... arguments) {
        try (OsProcess demo = OsProcess.start("demo", Installation.engine(arguments), environment)) {

            assertThat(demo.exitCode()).as(demo::output).isZero();
            List<String> printed = demo.lines();
            assertThat(printed.getLast()).isEqualTo("All outcomes are as expected.");
            return printed;
        }
    }
}
