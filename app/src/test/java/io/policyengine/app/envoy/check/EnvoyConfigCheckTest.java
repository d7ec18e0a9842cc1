package io.policyengine.app.envoy.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.app.envoy.EnvoyNeeds;
import io.policyengine.core.config.EngineConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnvoyConfigCheckTest {
    private final StringWriter out = new StringWriter();

    @TempDir
    private Path dir = Path.of("");

    /** The known API is older than Envoy's newest version, which may have the field. */
    @Test
    void anUnknownFieldIsANoteIfNoEnvoyWasRun() {
        assertThat(check("merge_slashes: true", "merge_slashes: true\n          field_of_1_40: true", Map.of()))
                .isZero();

        assertThat(out.toString())
                .contains("note: unknown field 'field_of_1_40' of HttpConnectionManager; not known to the API of Envoy"
                        + " 1.34 that this check reads by: run it with an Envoy on the PATH to be sure")
                .contains(": 0 problems");
    }

    @Test
    void anUnknownNameOfAValueIsANoteIfNoEnvoyWasRun() {
        assertThat(check("request_body_mode: NONE", "request_body_mode: GRPC", Map.of()))
                .isEqualTo(1); // the mode needs trailers

        assertThat(out.toString())
                .contains("note: unknown value 'GRPC' of 'request_body_mode'")
                .doesNotContain("error: unknown value");
    }

    @Test
    void aValueOfAWrongTypeIsAnErrorEvenIfNoEnvoyWasRun() {
        assertThat(check("merge_slashes: true", "merge_slashes: maybe", Map.of()))
                .isEqualTo(1);

        assertThat(out.toString()).contains("error: expected true or false, not a text");
    }

    @Test
    void anUnknownFieldIsAnErrorIfAnEnvoyRefusesTheFile() throws IOException {
        Path envoy = Files.writeString(dir.resolve("envoy"), "#!/bin/sh\necho no such field; exit 1\n");
        Files.setPosixFilePermissions(envoy, PosixFilePermissions.fromString("rwx------"));

        assertThat(check(
                        "merge_slashes: true",
                        "merge_slashes: true\n          field_of_1_40: true",
                        Map.of("ENVOY_BIN", envoy.toString())))
                .isEqualTo(1);

        assertThat(out.toString()).contains("error: unknown field 'field_of_1_40'", "refuses the file");
    }

    private int check(String printed, String written, Map<String, String> environment) {
        EngineConfig config = EnvoyCheckTest.conf(dir, EnvoyCheckTest.KERNEL, EnvoyCheckTest.ROUTES);
        String whole = EnvoyCheckTest.bootstrap(config);
        assertThat(whole).contains(printed);

        return new EnvoyConfigCheck(new PrintWriter(out, true), environment::get)
                .runBlocking(
                        dir.resolve("my.yaml"),
                        whole.replaceFirst(printed, written),
                        config,
                        EnvoyNeeds.none(),
                        EnvoyCheckTest.options(),
                        false);
    }
}
