package io.policyengine.core.config.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is found in a conf directory, and what is told of what cannot be read. */
class ConfTextsTest {
    private static final String USERS = "routes/users.yaml";

    @TempDir
    Path directory;

    private void write(String name) throws IOException {
        Path file = directory.resolve(name);
        Files.createDirectories(file.resolveSibling(""));
        Files.writeString(file, "a: 1");
    }

    private void link(String name, String target) throws IOException {
        Path link = directory.resolve(name);
        Files.createDirectories(link.resolveSibling(""));
        Files.createSymbolicLink(link, Path.of(target));
    }

    /** What keeps each entry from being read, by name. */
    private Map<String, String> obstacles() {
        ConfTexts texts = ConfTexts.readBlocking(directory);
        Map<String, String> all = texts.files().entrySet().stream()
                .filter(file -> file.getValue() instanceof FileText.Unreadable)
                .collect(Collectors.toMap(Map.Entry::getKey, file -> ((FileText.Unreadable) file.getValue()).why()));
        all.putAll(texts.faults());
        return all;
    }

    @Test
    void tellsWhetherMoreCouldBeReadNow() throws IOException {
        Path gone = directory.resolve("gone");
        Files.writeString(directory.resolve("kernel.yaml"), "a: '${file:token}'");
        Files.write(directory.resolve("notes.yaml"), new byte[] {(byte) 0xff});
        ConfTexts texts = ConfTexts.readBlocking(directory);

        assertThat(texts.canReadMoreBlocking()).isFalse();
        assertThat(ConfTexts.readBlocking(gone).canReadMoreBlocking()).isTrue();
        Files.writeString(directory.resolve("token"), "hush");
        assertThat(texts.canReadMoreBlocking()).isTrue();
        texts = ConfTexts.readBlocking(directory);
        assertThat(texts.canReadMoreBlocking()).isFalse();
        Files.writeString(directory.resolve("notes.yaml"), "a: 1");
        assertThat(texts.canReadMoreBlocking()).isTrue();
    }

    @Test
    void readsTheFoldersBelowRoutesAndNoOthers() throws IOException {
        write("kernel.yaml");
        write(USERS);
        write("routes/team-a/orders.yaml");
        write("routes/team-a/v2/orders.yaml");
        write("secrets/keys.yaml");
        write("routes/README.md");
        write("routes/.git/config.yaml");
        write("routes/.hidden.yaml");

        ConfTexts texts = ConfTexts.readBlocking(directory);

        assertThat(texts.files())
                .containsOnlyKeys("kernel.yaml", USERS, "routes/team-a/orders.yaml", "routes/team-a/v2/orders.yaml");
        assertThat(texts.faults()).isEmpty();
        assertThat(texts.files().keySet()).allMatch(ConfTexts::isName);
    }

    @Test
    void readsAFolderThatIsMountedAsKubernetesMountsOne() throws IOException {
        write("routes/team-a/..2026/orders.yaml");
        link("routes/team-a/..data", "..2026");
        link("routes/team-a/orders.yaml", "..data/orders.yaml");
        link("routes/team-b", "team-a/..data");

        ConfTexts texts = ConfTexts.readBlocking(directory);

        assertThat(texts.files()).containsOnlyKeys("routes/team-a/orders.yaml", "routes/team-b/orders.yaml");
        assertThat(texts.files().values()).containsOnly(new FileText.Content("a: 1"));
        assertThat(texts.faults()).isEmpty();
    }

    @Test
    void tellsOfALinkWhoseTargetIsGone() throws IOException {
        link("kernel.yaml", "../gone.yaml");
        link(USERS, "../distributed/users.yaml");
        link("routes/team-a", "../distributed/team-a");

        assertThat(obstacles())
                .containsOnly(
                        entry("kernel.yaml", "is a link to '../gone.yaml', which does not exist"),
                        entry(USERS, "is a link to '../distributed/users.yaml', which does not exist"),
                        entry("routes/team-a", "is a link to '../distributed/team-a', which does not exist"));
    }

    @Test
    void tellsOfLinksThatLeadInACircle() throws IOException {
        link(USERS, "users.yaml");
        link("routes/loop", "loop");
        link("routes/team-a/up", "..");
        link("routes/conf", "..");

        assertThat(obstacles())
                .containsOnly(
                        entry(USERS, "is a link that leads back to itself"),
                        entry("routes/loop", "is a link that leads back to itself"),
                        entry("routes/team-a/up", "is a link to a folder that it is in"),
                        entry("routes/conf", "is a link to a folder that it is in"));
    }

    @Test
    void tellsOfAFolderOfRoutesThatIsNone() throws IOException {
        write("routes");

        assertThat(obstacles()).containsOnly(entry("routes", "is not a folder"));
    }

    @Test
    void tellsOfAFolderOfRoutesThatPointsNowhere() throws IOException {
        link("routes", "/no/such/folder");

        assertThat(obstacles()).containsOnly(entry("routes", "is a link to '/no/such/folder', which does not exist"));
    }

    @Test
    @Timeout(30)
    void opensNothingButFiles() throws Exception {
        Files.createDirectories(directory.resolve("routes/folder.yaml"));
        link("routes/device.yaml", "/dev/zero");
        link("routes/folder-by-link.yml", "folder.yaml");
        Path pipe = directory.resolve("routes/pipe.yaml");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();

        try (ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            socket.bind(UnixDomainSocketAddress.of(directory.resolve("routes/socket.yaml")));

            assertThat(obstacles())
                    .containsOnly(
                            entry("routes/folder.yaml", "is a folder"),
                            entry("routes/folder-by-link.yml", "is a folder"),
                            entry("routes/device.yaml", "is a pipe, a socket or a device"),
                            entry("routes/pipe.yaml", "is a pipe, a socket or a device"),
                            entry("routes/socket.yaml", "is a pipe, a socket or a device"));
        }
    }

    @Test
    void tellsOfAFileThatIsTooLargeOrNoText() throws IOException {
        write(USERS);
        try (RandomAccessFile file =
                new RandomAccessFile(directory.resolve(USERS).toFile(), "rw")) {
            file.setLength(FileText.LARGEST + 1);
        }
        Files.write(directory.resolve("routes/binary.yaml"), new byte[] {(byte) 0xff});

        assertThat(obstacles())
                .containsOnly(
                        entry(
                                USERS,
                                "is larger than " + FileText.LARGEST
                                        + " bytes, the maximum for one file with this heap: split it, or raise the heap (POLICY_ENGINE_HEAP)"),
                        entry("routes/binary.yaml", "is not UTF-8"));
    }

    @Test
    void tellsOfANameThatIsNotTheOneOfItsFile() throws Exception {
        write("routes/b\uFFFD.yaml");
        write("routes/c\uFFFD/users.yaml");
        // No UTF-8: in Java, the name of the first and of this one are the same.
        ProcessBuilder shell = new ProcessBuilder(
                "sh", "-c", "for name in 'b\\374' 'd\\374'; do echo 'a: 1' > \"routes/$(printf $name).yaml\"; done");
        assertThat(shell.directory(directory.toFile()).start().waitFor()).isZero();
        String why =
                "has a name that cannot be read in this locale: start the engine with LC_ALL=C.UTF-8, or rename it";

        assertThat(obstacles())
                .containsOnly(
                        entry("routes/b\uFFFD.yaml", why),
                        entry("routes/c\uFFFD", why),
                        entry("routes/d\uFFFD.yaml", why));
        assertThat(ConfTexts.readBlocking(directory).files()).isEmpty();
    }

    @Test
    void readsNoFileThatIsLargeForTheHeap() {
        assertThat(FileText.LARGEST)
                .isEqualTo(Math.min(64 << 20, Runtime.getRuntime().maxMemory() / 32));
    }

    @Test
    void readsNoMoreOfAllFilesThanTheHeapHasRoomFor() throws IOException {
        SortedSet<String> names =
                new TreeSet<>(Set.of("dump.yaml", "kernel.yaml", "overrides.yaml", USERS, "routes/z.yaml"));
        for (String name : names) {
            write(name);
        }

        Map<String, FileText> files =
                BoundedTexts.readBlocking(directory, names, List.of("kernel.yaml", "overrides.yaml"), 13);

        FileText tooMuch = new FileText.Unreadable(
                "is beyond the 13 characters that all configuration files together may have with this heap: splitting files does not "
                        + "help; raise the heap (POLICY_ENGINE_HEAP)");
        assertThat(files)
                .containsOnly(
                        entry("kernel.yaml", new FileText.Content("a: 1")),
                        entry("overrides.yaml", new FileText.Content("a: 1")),
                        entry("dump.yaml", new FileText.Content("a: 1")),
                        entry(USERS, tooMuch),
                        entry("routes/z.yaml", tooMuch));
    }

    @Test
    void whatTheHeapHasNoRoomForStaysUnreadable() throws IOException {
        write(USERS);
        SortedMap<String, FileText> files =
                BoundedTexts.readBlocking(directory, new TreeSet<>(Set.of(USERS)), List.of(), 3);

        assertThat(ConfTexts.of(directory, files).canReadMoreBlocking()).isFalse();
    }

    @Test
    void goesDownOnlySoFar() throws IOException {
        String deepest = "routes" + "/down".repeat(ConfEntries.DEEPEST);
        write(deepest + "/users.yaml");
        write(deepest + "/down/users.yaml");

        assertThat(ConfTexts.readBlocking(directory).files()).containsOnlyKeys(deepest + "/users.yaml");
        assertThat(obstacles()).containsOnly(entry(deepest + "/down", "is more than 8 folders deep"));
    }

    @Test
    void whatCannotBeReadChangesTheHash() throws IOException {
        write(USERS);
        String readable = ConfTexts.readBlocking(directory).hash();

        link("routes/team-a", "nowhere");

        assertThat(ConfTexts.readBlocking(directory).hash()).isNotEqualTo(readable);
        Files.delete(directory.resolve("routes/team-a"));
        assertThat(ConfTexts.readBlocking(directory).hash()).isEqualTo(readable);
    }

    @ParameterizedTest
    @CsvSource({
        "kernel.yaml, true",
        "keys.yml, true",
        "routes/users.yaml, true",
        "routes/team-a/v2/users.yaml, true",
        "routes/a/b/c/d/e/f/g/h/users.yaml, true",
        "routes/a/b/c/d/e/f/g/h/i/users.yaml, false",
        "routes/users.txt, false",
        "routes/.users.yaml, false",
        "routes/.git/users.yaml, false",
        "routes/../users.yaml, false",
        "routes/a.yaml/users.yaml, false",
        "routes//users.yaml, false",
        "/routes/users.yaml, false",
        "secrets/users.yaml, false",
        "../kernel.yaml, false"
    })
    void knowsTheNamesOfWhatIsRead(String name, boolean isRead) {
        assertThat(ConfTexts.isName(name)).isEqualTo(isRead);
    }
}
