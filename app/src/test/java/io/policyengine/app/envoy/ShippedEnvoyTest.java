package io.policyengine.app.envoy;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.config.reading.ConfDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Keeps docker/envoy.yaml what is printed for the conf directory that is shipped beside it; {@code -Dgolden.update=true} rewrites it. */
class ShippedEnvoyTest {
    private static final Path FILE = Path.of("../docker/envoy.yaml");
    private static final String HEAD = """
            # Envoy for compose.yaml: everything on port 8080 goes through the engine to the upstream, and nothing passes without it.
            # This is what `policy-engine envoy-config conf --engine engine:9001 --upstream upstream:80` prints; a test keeps it so.
            # After a change of conf/ print it again. docs/envoy/setup.md says more about each setting.
            """;

    @Test
    void theShippedEnvoyIsWhatIsPrintedForTheShippedConf() throws IOException {
        EnvoyOptions options = new EnvoyOptions(
                "0.0.0.0",
                8080,
                9901,
                List.of(new HostPort("engine", 9001)),
                List.of(new HostPort("upstream", 80)),
                null,
                null,
                EnvoyVersion.OLDEST);
        EnvoyConfigWriter writer =
                new EnvoyConfigWriter(ConfDirectory.read(Path.of("../conf"), _ -> null), EnvoyNeeds.none(), options);
        String printed = HEAD + writer.bootstrap();

        if (Boolean.getBoolean("golden.update")) {
            Files.writeString(FILE, printed);
        }

        assertThat(FILE).hasContent(printed);
        assertThat(writer.notes()).isEmpty();
    }

    @Test
    void everySettingHasItsReasonBesideIt() throws IOException {
        String shipped = Files.readString(FILE);

        assertThat(shipped)
                .contains("failure_mode_allow: false # " + EnvoySetting.FAILURE_MODE.reason())
                .contains("normalize_path: true # " + EnvoySetting.NORMALIZE_PATH.reason())
                .contains("max_outbound_frames: 1000000 # " + EnvoySetting.FRAMES.reason())
                .contains("- name: /status # kernel.yaml: open_routes")
                .contains("timeout: 0s # events have no end");
    }
}
