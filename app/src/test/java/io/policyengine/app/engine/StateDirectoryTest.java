package io.policyengine.app.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.policyengine.app.command.CommandFailure;
import io.policyengine.kernel.history.GenerationArchive;
import io.policyengine.kernel.history.GenerationStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which folder keeps the generations, and what happens where it cannot. */
class StateDirectoryTest {
    @TempDir
    Path folder;

    private StateDirectory state(Path path, boolean isNamed) {
        return new StateDirectory(path, new Conf(folder), isNamed);
    }

    @Test
    void eachConfDirectoryHasOneOfItsOwn() {
        assertThat(StateDirectory.of(null, new Conf(Path.of("/etc/policy-engine")))
                        .path())
                .isEqualTo(Path.of("/var/lib/policy-engine/etc%2Fpolicy-engine"));
        assertThat(StateDirectory.of(Path.of(""), new Conf(Path.of("/etc/./a%2Fb/../a%2Fb/")))
                        .path())
                .isEqualTo(Path.of("/var/lib/policy-engine/etc%2Fa%252Fb"));
        assertThat(StateDirectory.of(Path.of("mine"), new Conf(folder)).path()).isEqualTo(Path.of("mine"));
    }

    @Test
    void aFolderThatIsNamedMustBeUsable() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");

        assertThatThrownBy(() -> state(file, true).openBlocking())
                .isInstanceOf(CommandFailure.class)
                .hasMessage("the state directory " + file
                        + " cannot be written (there is a file of that name): name another"
                        + " directory with --state, which this user can write and no other engine uses")
                .extracting(failure -> ((CommandFailure) failure).exitCode())
                .isEqualTo(CommandFailure.USAGE);
    }

    @Test
    void withoutTheUsualFolderGenerationsAreInMemory() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");

        assertThat(state(file, false).openBlocking()).isEqualTo(GenerationArchive.inMemory());
    }

    @Test
    void aFolderThatOthersMayWriteToIsNotUsedAndNamedItIsRefused() throws IOException {
        Path shared = Files.createDirectory(folder.resolve("shared"));
        Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString("rwxrwxrwx"));

        assertThat(state(shared, false).openBlocking()).isEqualTo(GenerationArchive.inMemory());
        assertThatThrownBy(() -> state(shared, true).openBlocking())
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("chmod go-w")
                .hasMessageContaining("name another directory with --state");
    }

    @Test
    void aFolderThatAnotherEngineHasIsLeftToIt() {
        Path path = folder.resolve("state");
        try (GenerationStore first =
                Objects.requireNonNull(state(path, false).openBlocking().store())) {
            assertThat(first.directory()).isEqualTo(path);

            assertThat(state(path, false).openBlocking()).isEqualTo(GenerationArchive.inMemory());
            assertThatThrownBy(() -> state(path, true).openBlocking())
                    .hasMessageStartingWith("the state directory " + path + " is in use by another engine: name");
        }
    }
}
