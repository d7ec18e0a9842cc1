package io.policyengine.kernel.reload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.policyengine.core.config.files.FileEdit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfWriterTest {
    @TempDir
    private Path directory;

    private void file(String name, String mode) throws IOException {
        Path file = directory.resolve(name);
        Files.createDirectories(file.resolveSibling(""));
        Files.writeString(file, "before");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    }

    private void write(String name) {
        new ConfWriter(directory).writeBlocking(List.of(new FileEdit(name, "after")));
    }

    private String mode(String name) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve(name)));
    }

    @Test
    void whoMayReadAFileStaysTheSame() throws IOException {
        file("kernel.yaml", "rw-------");
        file("routes/open.yaml", "rw-rw-r--");

        write("kernel.yaml");
        write("routes/open.yaml");

        assertThat(directory.resolve("kernel.yaml")).hasContent("after");
        assertThat(mode("kernel.yaml")).isEqualTo("rw-------");
        assertThat(mode("routes/open.yaml")).isEqualTo("rw-rw-r--");
    }

    @Test
    void aNewFileIsForThoseWhoMayReadTheFilesBesideIt() throws IOException {
        file("kernel.yaml", "rw-------");
        write("routes/first.yaml");
        file("routes/api.yaml", "rw-r-----");

        write("routes/second.yaml");
        write("overrides.yaml");

        assertThat(mode("routes/first.yaml")).isEqualTo("rw-------");
        assertThat(mode("routes/second.yaml")).isEqualTo("rw-r-----");
        assertThat(mode("overrides.yaml")).isEqualTo("rw-------");
    }

    @Test
    void aNewFileInAnEmptyDirectoryIsForItsOwnerAlone() throws IOException {
        write("kernel.yaml");

        assertThat(mode("kernel.yaml")).isEqualTo("rw-------");
    }

    /** Where it leads to what cannot be written, nothing is. */
    private void assertThatNothingChanges(FileEdit impossible) throws IOException {
        file("kernel.yaml", "rw-r-----");
        file("overrides.yaml", "rw-------");
        List<FileEdit> edits = List.of(
                new FileEdit("kernel.yaml", "after"),
                new FileEdit("new.yaml", "after"),
                new FileEdit("overrides.yaml", null),
                impossible);

        assertThatThrownBy(() -> new ConfWriter(directory).writeBlocking(edits))
                .isInstanceOf(ConfChangeException.class)
                .hasMessageStartingWith(impossible.file() + " cannot be written (")
                .hasMessageEndingWith("): change the configuration where it comes from");

        assertThat(directory.resolve("kernel.yaml")).hasContent("before");
        assertThat(mode("kernel.yaml")).isEqualTo("rw-r-----");
        assertThat(directory.resolve("overrides.yaml")).hasContent("before");
        assertThat(mode("overrides.yaml")).isEqualTo("rw-------");
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files.map(Path::getFileName).map(Path::toString))
                    .containsExactlyInAnyOrder("kernel.yaml", "overrides.yaml", "routes");
        }
    }

    @Test
    void nothingIsChangedIfOneFileCannotBeWritten() throws IOException {
        file("routes", "rw-------");

        assertThatNothingChanges(new FileEdit("routes/a.yaml", "after"));
    }

    @Test
    void whatIsInPlaceIsPutBackIfOneFileCannotBe() throws IOException {
        file("routes/a.yaml/a-folder-in-its-place", "rw-------");

        assertThatNothingChanges(new FileEdit("routes/a.yaml", "after"));
        assertThatNothingChanges(new FileEdit("routes/a.yaml", null));
    }

    @Test
    void aDirectoryThatIsALinkBelongsToWhoeverSwapsIt() throws IOException {
        file("worktrees/abc/routes/a.yaml", "rw-------");
        Path conf = Files.createSymbolicLink(directory.resolve("conf"), Path.of("worktrees/abc"));
        ConfWriter writer = new ConfWriter(conf);
        List<FileEdit> edits = List.of(new FileEdit("routes/a.yaml", "after"));

        assertThat(writer.canWriteBlocking(edits)).isFalse();
        assertThatThrownBy(() -> writer.writeBlocking(edits))
                .isInstanceOf(ConfChangeException.class)
                .hasMessage(
                        "routes/a.yaml is in a folder that is a link: change the configuration where it comes from");
        assertThat(conf.resolve("routes/a.yaml")).hasContent("before");
    }

    @Test
    void aFolderAboveThatIsALinkBelongsToWhoeverSwapsItToo() throws IOException {
        file("checkout/team-a/v2/a.yaml", "rw-------");
        Files.createDirectories(directory.resolve("conf/routes"));
        Files.createSymbolicLink(directory.resolve("conf/routes/team-a"), Path.of("../../checkout/team-a"));
        List<FileEdit> edits = List.of(new FileEdit("routes/team-a/v2/a.yaml", "after"));

        assertThat(new ConfWriter(directory.resolve("conf")).canWriteBlocking(edits))
                .isFalse();
    }

    @Test
    void nothingIsLeftOfAWriteThatWasCutOff() throws IOException {
        file("kernel.yaml", "rw-r--r--");
        file(".kernel.yaml.new", "rw-rw-rw-");
        file(".kernel.yaml.old", "rw-rw-rw-");

        write("kernel.yaml");

        assertThat(directory.resolve(".kernel.yaml.new")).doesNotExist();
        assertThat(directory.resolve(".kernel.yaml.old")).doesNotExist();
        assertThat(mode("kernel.yaml")).isEqualTo("rw-r--r--");
    }
}
