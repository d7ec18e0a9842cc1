package io.policyengine.core.dump;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DumpFolderTest {
    private static final String OOM = "oom.hprof";
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    /** A record without content that ends a heap dump. */
    private static final byte[] END = {0x2C, 0, 0, 0, 0, 0, 0, 0, 0};

    @TempDir
    private Path state;

    @Test
    void onlyTheOwnerMayEnter() throws IOException {
        DumpFolder.openBlocking(state, "kernel");

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(state.resolve("dumps"))))
                .isEqualTo("rwx------");
    }

    @Test
    void aSymbolicLinkInItsPlaceIsRefused(@TempDir Path elsewhere) throws IOException {
        Files.createSymbolicLink(state.resolve("dumps"), elsewhere);

        assertThatThrownBy(() -> DumpFolder.openBlocking(state, "kernel")).isInstanceOf(IOException.class);
    }

    @Test
    void aStateDirectoryInWhichOthersMayWriteIsRefused() throws IOException {
        Files.setPosixFilePermissions(state, PosixFilePermissions.fromString("rwxrwxrwx"));

        assertThatThrownBy(() -> DumpFolder.openBlocking(state, "kernel")).hasMessageContaining("others can write");
    }

    @Test
    void aMissingStateDirectoryIsNotCreated() {
        Path missing = state.resolve("missing");

        assertThatThrownBy(() -> DumpFolder.openBlocking(missing, "worker-a")).isInstanceOf(IOException.class);
        assertThat(missing).doesNotExist();
    }

    @Test
    void whatAKilledProcessLeftIsRemovedAndWhatOthersLeftIsNot(@TempDir Path elsewhere) throws IOException {
        DumpFolder folder = DumpFolder.openBlocking(state, "kernel");
        Path kept = Files.writeString(elsewhere.resolve("kept"), "of somebody else");
        Path recorder = Files.createDirectory(folder.unfinished("jfr"));
        Files.writeString(recorder.resolve("chunk"), "data");
        Files.createSymbolicLink(recorder.resolve("link"), elsewhere);
        Files.writeString(folder.unfinished("heap.hprof"), "half");
        Path other =
                Files.writeString(DumpFolder.openBlocking(state, "worker-a").unfinished("heap.hprof"), "half");

        folder.cleanBlocking(OOM, NOW);

        assertThat(recorder).doesNotExist();
        assertThat(folder.unfinished("heap.hprof")).doesNotExist();
        assertThat(other).exists();
        assertThat(kept).exists();
    }

    @Test
    void anIncompleteDumpIsRemovedOnceNobodyWritesIt() throws IOException {
        DumpFolder folder = DumpFolder.openBlocking(state, "kernel");
        Path dump = Files.writeString(folder.file(OOM), "an incomplete heap dump");
        Files.setLastModifiedTime(dump, FileTime.from(NOW));

        folder.cleanBlocking(OOM, NOW.plus(Duration.ofSeconds(59)));
        assertThat(dump).exists();
        folder.cleanBlocking(OOM, NOW.plus(Duration.ofSeconds(61)));
        assertThat(dump).doesNotExist();
    }

    @Test
    void aCompleteDumpIsKept() throws IOException {
        DumpFolder folder = DumpFolder.openBlocking(state, "kernel");
        Path dump = Files.write(folder.file(OOM), END);
        Files.setLastModifiedTime(dump, FileTime.from(NOW));

        folder.cleanBlocking(OOM, NOW.plus(Duration.ofDays(1)));

        assertThat(dump).exists();
    }

    @Test
    void aFileForWhichTheDiskHasNoRoomIsRefused() throws IOException {
        DumpFolder folder = DumpFolder.openBlocking(state, "kernel");

        assertThatThrownBy(() -> folder.requireRoomBlocking(Long.MAX_VALUE / 2))
                .isInstanceOf(DiskFullException.class)
                .hasMessageContaining("MiB of free space");
    }
}
