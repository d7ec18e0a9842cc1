package io.policyengine.app.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.policyengine.app.command.CommandFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where a command finds the engine: the nearest of option, variable and configuration decides, and messages say which. */
class EngineAddressTest {
    @TempDir
    private Path conf;

    private EngineAddress find(@Nullable String option, @Nullable String variable) {
        return EngineAddress.findBlocking(option, name -> name.equals("POLICY_ENGINE_ADMIN") ? variable : null, conf);
    }

    private void observability(String settings) throws IOException {
        Files.writeString(conf.resolve("kernel.yaml"), "policy_kernel: { observability: { " + settings + " } }\n");
    }

    private static String connected(String address) {
        try (AdminClient client = new EngineAddress(address, "--admin").connect(null)) {
            return client.name();
        }
    }

    @Test
    void theOptionComesBeforeTheVariableAndThisBeforeTheConfiguration() throws IOException {
        observability("metrics_port: 9190");

        assertThat(find("a:1", "b:2")).isEqualTo(new EngineAddress("a:1", "--admin"));
        assertThat(find(null, "b:2")).isEqualTo(new EngineAddress("b:2", "POLICY_ENGINE_ADMIN"));
        assertThat(find(null, "")).isEqualTo(new EngineAddress("127.0.0.1:9190", conf + "/kernel.yaml"));
    }

    @Test
    void aConfigurationThatSaysNothingGivesTheDefault() throws IOException {
        assertThat(find(null, null)).isEqualTo(new EngineAddress("127.0.0.1:9090", "the default"));

        Files.writeString(conf.resolve("kernel.yaml"), "policy_kernel: {}");
        assertThat(find(null, null).address()).isEqualTo("127.0.0.1:9090");

        Files.writeString(conf.resolve("kernel.yaml"), "policy_kernel: [");
        assertThat(find(null, null))
                .isEqualTo(
                        new EngineAddress("127.0.0.1:9090", "the default, since " + conf + "/kernel.yaml has errors"));
    }

    @Test
    void anAddressOfAllInterfacesIsReachedOnThisMachine() throws IOException {
        observability("admin_address: 0.0.0.0");
        assertThat(find(null, null).address()).isEqualTo("127.0.0.1:9090");

        observability("admin_address: '::', metrics_port: 91");
        assertThat(find(null, null).address()).isEqualTo("[::1]:91");
    }

    @Test
    void theSocketIsUsedByThoseWhoMayUseIt() throws IOException {
        Path socket = conf.resolve("admin.sock");
        observability("admin_socket_path: " + socket);
        assertThat(find(null, null).address()).isEqualTo("127.0.0.1:9090");

        Files.createFile(socket);

        assertThat(find(null, null).address()).isEqualTo("unix:" + socket);
    }

    @Test
    void aPortThatTheSystemChoosesHasToBeNamed() throws IOException {
        observability("metrics_port: 0");

        assertThatThrownBy(() -> find(null, null))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("kernel.yaml: metrics_port is 0")
                .hasMessageContaining("--admin");
    }

    @Test
    void aConfigurationDirectoryThatIsNamedHasToExist() {
        assertThatThrownBy(() -> EngineAddress.findBlocking(null, _ -> null, conf.resolve("none")))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("no such directory");
    }

    @Test
    void readsAddressesUrlsAndPaths() {
        assertThat(connected("localhost:9090")).isEqualTo("localhost:9090");
        assertThat(connected("http://localhost:9090")).isEqualTo("localhost:9090");
        assertThat(connected("HTTP://[::1]:9090/ui/")).isEqualTo("[::1]:9090");
        assertThat(connected("/run/engine.sock")).isEqualTo("/run/engine.sock");
        assertThat(connected("unix:/run/engine.sock")).isEqualTo("/run/engine.sock");
        assertThatThrownBy(() -> connected("https://localhost:9090"))
                .hasMessage(
                        "--admin: 'https://localhost:9090': the admin port speaks HTTP only: write http://HOST:PORT");
        assertThatThrownBy(() -> connected("http://localhost"))
                .hasMessageStartingWith("--admin: 'localhost' is not HOST:PORT");
    }
}
