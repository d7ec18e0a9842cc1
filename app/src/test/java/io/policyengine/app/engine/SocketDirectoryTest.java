package io.policyengine.app.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where the sockets of workers are: in the nearest directory that the user may write to. */
class SocketDirectoryTest {
    @TempDir
    private Path folder;

    private Path find(Path system, Map<String, String> environment) {
        return SocketDirectory.findBlocking(system, environment::get).path();
    }

    /** A path that nobody, root included, can create or write to. */
    private Path unusable() throws IOException {
        Path file = folder.resolve("file");
        if (!Files.exists(file)) {
            Files.createFile(file);
        }
        return file.resolve("policy-engine");
    }

    @Test
    void theDirectoryOfTheSystemIsUsedByThoseWhoMayWriteOrCreateIt() throws IOException {
        Path system = folder.resolve("policy-engine");
        Map<String, String> session = Map.of("XDG_RUNTIME_DIR", folder.toString());

        assertThat(find(system, session)).isEqualTo(system);

        Files.createDirectory(system);
        assertThat(find(system, session)).isEqualTo(system);
    }

    @Test
    void theSessionsDirectoryComesNextAndThenTheOneBesideTheState() throws IOException {
        Path session = Files.createDirectory(folder.resolve("session"));
        String home = folder.resolve("home").toString();

        assertThat(find(unusable(), Map.of("XDG_RUNTIME_DIR", session.toString(), "HOME", home)))
                .isEqualTo(session.resolve("policy-engine"));
        assertThat(find(unusable(), Map.of("XDG_RUNTIME_DIR", session + "/none", "HOME", home)))
                .isEqualTo(folder.resolve("home/.local/state/policy-engine/run"));
        assertThat(find(unusable(), Map.of("XDG_STATE_HOME", folder + "/state", "HOME", home)))
                .isEqualTo(folder.resolve("state/policy-engine/run"));
    }

    @Test
    void withoutAUsableOneItIsTheSystemsSoThatMessagesNameIt() throws IOException {
        assertThat(find(unusable(), Map.of())).isEqualTo(unusable());
        assertThat(find(unusable(), Map.of("XDG_RUNTIME_DIR", "session", "HOME", "home")))
                .isEqualTo(unusable());
    }

    @Test
    void anAbsolutePathStaysAsItIs() {
        SocketDirectory directory = new SocketDirectory(Path.of("/run/policy-engine"));

        assertThat(directory.resolve("workers/default.sock")).isEqualTo("/run/policy-engine/workers/default.sock");
        assertThat(directory.resolve("/srv/w.sock")).isEqualTo("/srv/w.sock");
    }
}
