package io.policyengine.kernel.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.policyengine.core.config.files.ConfTexts;
import io.policyengine.core.config.files.FileText;
import io.policyengine.core.net.FileRights;
import io.policyengine.kernel.generation.KeyedHash;
import io.policyengine.kernel.generation.Origin;
import io.policyengine.kernel.generation.Snapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Generations as folders of a state directory. */
class GenerationStoreTest {
    private static final Instant TIME = Instant.parse("2026-11-25T03:00:00Z");

    @TempDir
    Path folder;

    private Path state = Path.of("");
    private Path conf = Path.of("");

    @BeforeEach
    void writeConf() throws IOException {
        state = folder.resolve("var/state");
        conf = folder.resolve("conf");
        Files.createDirectories(conf.resolve("routes"));
        Files.writeString(conf.resolve("kernel.yaml"), "policy_kernel: {}\n");
        Files.writeString(conf.resolve("routes/ä.yaml"), "key: '${file:secret}'\n");
        Files.writeString(conf.resolve("secret"), "hush");
    }

    private Snapshot snapshot(long id) {
        ConfTexts texts = ConfTexts.readBlocking(conf);
        return new Snapshot(id, Origin.FILES, TIME, KeyedHash.ofProcess().of(texts), texts);
    }

    private StoredGenerations read() {
        return StoredGenerations.readBlocking(state, conf);
    }

    private Path folderOf(long id) {
        return state.resolve("generations").resolve(Long.toString(id));
    }

    private void save(long... ids) {
        try (GenerationStore store = GenerationStore.openBlocking(state)) {
            LongStream.of(ids).forEach(id -> store.saveBlocking(snapshot(id)));
        }
    }

    @Test
    void givesBackWhatWasSaved() {
        save(17);

        StoredGenerations stored = read();

        assertThat(stored.unusable()).isEmpty();
        assertThat(stored.highestId()).isEqualTo(17);
        Snapshot found = stored.snapshots().getFirst();
        assertThat(found.id()).isEqualTo(17);
        assertThat(found.origin()).isEqualTo(Origin.FILES);
        assertThat(found.time()).isEqualTo(TIME);
        assertThat(found.hash()).isEqualTo(snapshot(17).hash());
        assertThat(found.texts().files()).isEqualTo(ConfTexts.readBlocking(conf).files());
        assertThat(found.texts().directory()).isEqualTo(conf);
    }

    @Test
    void keepsTheFilesAsTheyAreWrittenAndNothingThatTheyReferTo() throws IOException {
        save(1);

        assertThat(folderOf(1).resolve("conf/routes/ä.yaml")).hasSameTextualContentAs(conf.resolve("routes/ä.yaml"));
        try (Stream<Path> files = Files.walk(state)) {
            assertThat(files.filter(Files::isRegularFile))
                    .noneSatisfy(file -> assertThat(file).content().contains("hush"));
        }
    }

    @Test
    void keepsFoldersBelowRoutes() throws IOException {
        Files.createDirectories(conf.resolve("routes/team-a/v2"));
        Files.writeString(conf.resolve("routes/team-a/v2/orders.yaml"), "a: 1");
        Files.writeString(conf.resolve("routes/team-a/users.yaml"), "a: 2");
        save(1);

        Snapshot found = read().snapshots().getFirst();

        assertThat(read().unusable()).isEmpty();
        assertThat(found.texts().files()).isEqualTo(ConfTexts.readBlocking(conf).files());
    }

    @Test
    void isForTheOwnersEyesOnly() throws IOException {
        Files.createDirectories(conf.resolve("routes/team-a"));
        Files.writeString(conf.resolve("routes/team-a/users.yaml"), "a: 1");
        save(1);

        try (Stream<Path> all = Files.walk(state)) {
            assertThat(all)
                    .allSatisfy(path -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                            .isEqualTo(Files.isDirectory(path) ? "rwx------" : "rw-------"));
        }
    }

    @Test
    void nothingIsMadeInADirectoryThatIsNotTaken() throws IOException {
        Files.createDirectories(state);
        Files.setPosixFilePermissions(state, PosixFilePermissions.fromString("rwxrwxrwx"));

        assertThatThrownBy(() -> GenerationStore.openBlocking(state)).isInstanceOf(StateException.class);

        assertThat(state).isEmptyDirectory();
    }

    @Test
    void isNotTakenWhereOthersMayWrite() throws IOException {
        save(1);
        for (Path shared : List.of(state, state.resolve("generations"))) {
            Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString("rwxrwxrwx"));

            assertThatThrownBy(() -> GenerationStore.openBlocking(state))
                    .isInstanceOf(StateException.class)
                    .hasMessageStartingWith("the state directory " + state + " cannot be trusted, since ")
                    .hasMessageContaining("can be written by others (mode 777; chmod go-w revokes");
            assertThatThrownBy(this::read).isInstanceOf(StateException.class);
            Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString("rwx------"));
        }

        assertThat(read().snapshots()).hasSize(1);
    }

    @Test
    void isTakenOnlyFromThisUserAndRoot() {
        assertThat(StateRights.refusal(new FileRights(0100600, 1000), 1000)).isNull();
        assertThat(StateRights.refusal(new FileRights(0100644, 0), 1000)).isNull();
        assertThat(StateRights.refusal(new FileRights(0100600, 1001), 1000)).startsWith("belongs to uid 1001");
        assertThat(StateRights.refusal(new FileRights(0100660, 1000), 1000)).contains("mode 660");
        assertThat(StateRights.refusal(new FileRights(0100600, 1000), 0)).startsWith("belongs to uid 1000");
    }

    @Test
    void aSubfolderOfASharedFolderIsMadeForThisUserAlone() throws IOException {
        Files.createDirectory(folder.resolve("var"));
        Files.setPosixFilePermissions(folder.resolve("var"), PosixFilePermissions.fromString("rwxrwxrwx"));

        save(1);

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(state)))
                .isEqualTo("rwx------");
    }

    @Test
    void overridesThatOthersMayHaveWrittenAreNotTaken() throws IOException {
        Path overrides = state.resolve("overrides.yaml");
        try (GenerationStore store = GenerationStore.openBlocking(state)) {
            store.saveOverridesBlocking("overrides: []\n", conf);
        }
        Files.setPosixFilePermissions(overrides, PosixFilePermissions.fromString("rw-rw-rw-"));
        assertThatThrownBy(() -> GenerationArchive.openBlocking(state, conf))
                .isInstanceOf(StateException.class)
                .hasMessageContaining("since overrides.yaml in it can be written by others (mode 666");

        Path elsewhere = Files.move(overrides, folder.resolve("elsewhere"));
        Files.setPosixFilePermissions(elsewhere, PosixFilePermissions.fromString("rw-------"));
        Files.createSymbolicLink(overrides, elsewhere);
        assertThatThrownBy(() -> GenerationArchive.openBlocking(state, conf))
                .hasMessageContaining("is not a regular file");

        Files.move(elsewhere, overrides, StandardCopyOption.REPLACE_EXISTING);
        GenerationArchive kept = GenerationArchive.openBlocking(state, conf);
        assertThat(kept.overrides()).isEqualTo("overrides: []\n");
        Objects.requireNonNull(kept.store()).close();
    }

    @Test
    void aGenerationThatOthersMayHaveChangedIsPassedOver() throws IOException {
        save(1, 2, 3, 4);
        Files.setPosixFilePermissions(
                folderOf(1).resolve("generation.json"), PosixFilePermissions.fromString("rw-rw----"));
        Files.setPosixFilePermissions(folderOf(2).resolve("conf/routes"), PosixFilePermissions.fromString("rwxrwx---"));
        Path file = folderOf(3).resolve("conf/kernel.yaml");
        Files.delete(file);
        Files.createSymbolicLink(file, conf.resolve("kernel.yaml"));

        assertThat(read().snapshots()).extracting(Snapshot::id).containsExactly(4L);
        assertThat(read().unusable().toString())
                .contains(
                        "generation.json can be written by others (mode 660",
                        "routes can be written by others (mode 770",
                        "kernel.yaml is not a regular file");
    }

    @Test
    void keepsTheLastTen() {
        save(LongStream.rangeClosed(1, 13).toArray());

        assertThat(read().snapshots())
                .extracting(Snapshot::id)
                .containsExactly(13L, 12L, 11L, 10L, 9L, 8L, 7L, 6L, 5L, 4L);
        assertThat(folderOf(3)).doesNotExist();
    }

    @Test
    void passesOverWhatIsDamagedAndCountsItsNumber() throws IOException {
        save(1, 2, 3, 4, 5);
        Files.writeString(folderOf(2).resolve("conf/kernel.yaml"), "cut of");
        Files.delete(folderOf(3).resolve("generation.json"));
        Files.writeString(folderOf(4).resolve("generation.json"), "{}");
        Files.writeString(folderOf(5).resolve("generation.json"), "not JSON");

        StoredGenerations stored = read();

        assertThat(stored.snapshots()).extracting(Snapshot::id).containsExactly(1L);
        assertThat(stored.unusable())
                .extracting(StoredGenerations.Unusable::why)
                .containsExactly(
                        "generation 5 in " + state + " cannot be used: generation.json is not JSON",
                        "generation 4 in " + state + " cannot be used: generation.json is incomplete",
                        "generation 3 in " + state + " cannot be used: generation.json does not exist",
                        "generation 2 in " + state + " cannot be used: kernel.yaml has changed");
        assertThat(stored.highestId()).isEqualTo(5);
    }

    @Test
    void aGenerationThatDoesNotTellAllIsDamaged() throws IOException {
        save(1);
        Path facts = folderOf(1).resolve("generation.json");
        String whole = Files.readString(facts);
        String hash = snapshot(1).hash();
        List<String> incomplete = List.of(
                whole.replace("\"files\"", "\"fils\""),
                whole.replaceAll("(?s)\"files\" : \\{.*?}", "\"files\" : {}"),
                whole.replaceAll("(?s)\"files\" : \\{.*?}", "\"files\" : [ 1 ]"),
                whole.replace("\"keyed_hash\"", "\"keyed\""),
                whole.replace(hash, ""),
                whole.replace(hash, hash.substring(2)),
                whole.replace("\"id\"", "\"di\""),
                whole.replace("\"time\"", "\"tmie\""));

        for (String text : incomplete) {
            Files.writeString(facts, text);

            assertThat(text).isNotEqualTo(whole);
            assertThat(read().unusable()).as(text).hasSize(1);
            assertThat(read().snapshots()).isEmpty();
        }
    }

    @Test
    void theHashOfAnEarlierVersionIsReadAsOneByTheKey() throws IOException {
        save(1);
        Path facts = folderOf(1).resolve("generation.json");
        ConfTexts texts = ConfTexts.readBlocking(conf);

        Files.writeString(
                facts,
                Files.readString(facts)
                        .replace("\"keyed_hash\"", "\"hash\"")
                        .replace(snapshot(1).hash(), texts.hash()));

        assertThat(read().unusable()).isEmpty();
        assertThat(read().snapshots().getFirst().hash())
                .isEqualTo(hashBlocking(texts))
                .isNotEqualTo(texts.hash());
    }

    private String hashBlocking(ConfTexts texts) {
        try (GenerationStore store = GenerationStore.openBlocking(state)) {
            return store.hashes().of(texts);
        }
    }

    @Test
    void hashesAreComparableAsLongAsNobodyElseMayReadTheirKey() throws IOException {
        ConfTexts texts = ConfTexts.readBlocking(conf);
        Path key = state.resolve("hash.key");
        String first = hashBlocking(texts);

        assertThat(hashBlocking(texts)).isEqualTo(first).isNotEqualTo(texts.hash());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
                .isEqualTo("rw-------");

        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r-----"));
        String second = hashBlocking(texts);
        assertThat(second).isNotEqualTo(first);
        assertThat(hashBlocking(texts)).isEqualTo(second);

        Files.writeString(key, "00");
        assertThat(hashBlocking(texts)).isNotEqualTo(second);

        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-rw----"));
        assertThatThrownBy(() -> GenerationStore.openBlocking(state))
                .isInstanceOf(StateException.class)
                .hasMessageContaining("hash.key in it can be written by others");
    }

    @Test
    void aKeyThatWasRemovedWithTheDirectoryIsKeptOn() throws IOException {
        String before;
        try (GenerationStore store = GenerationStore.openBlocking(state)) {
            before = store.hashes().of(ConfTexts.readBlocking(conf));
            Files.move(state, folder.resolve("removed"));
            store.saveBlocking(snapshot(2));
        }

        assertThat(hashBlocking(ConfTexts.readBlocking(conf))).isEqualTo(before);
    }

    @Test
    void whatIsOfAnotherConfDirectoryCannotBeUsed() {
        save(1);

        StoredGenerations stored = StoredGenerations.readBlocking(state, folder.resolve("other"));

        assertThat(stored.snapshots()).isEmpty();
        assertThat(stored.newest()).isNull();
        assertThat(stored.highestId()).isEqualTo(1);
        assertThat(stored.unusable())
                .containsExactly(new StoredGenerations.Unusable(
                        1,
                        "generation 1 in " + state + " cannot be used: it belongs to another conf directory, " + conf));
        assertThat(StoredGenerations.readBlocking(state, conf.resolve("../conf"))
                        .snapshots())
                .hasSize(1);
    }

    @Test
    void keepsNothingOfADirectoryWithoutFiles() {
        try (GenerationStore store = GenerationStore.openBlocking(state)) {
            ConfTexts none = ConfTexts.of(conf, new TreeMap<>());
            store.saveBlocking(new Snapshot(1, Origin.FILES, TIME, none.hash(), none));
        }

        assertThat(read()).isEqualTo(StoredGenerations.none());
    }

    @Test
    void neverReadsOutsideOfItsFolder() throws IOException {
        save(1);
        Path facts = folderOf(1).resolve("generation.json");
        Files.writeString(facts, Files.readString(facts).replace("kernel.yaml", "../../../secret.yaml"));

        assertThat(read().unusable())
                .extracting(StoredGenerations.Unusable::why)
                .containsExactly("generation 1 in " + state
                        + " cannot be used: generation.json names a file that no conf directory can have");
    }

    @Test
    void remembersFilesThatCouldNotBeReadSoThatARollbackLeavesThemAlone() throws IOException {
        Files.write(conf.resolve("notes.yaml"), new byte[] {(byte) 0xff});
        save(1);

        Snapshot found = read().snapshots().getFirst();

        assertThat(found.texts().files().get("notes.yaml")).isInstanceOf(FileText.Unreadable.class);
        assertThat(found.texts().editsFrom(ConfTexts.readBlocking(conf))).isEmpty();
    }

    @Test
    void clearsAwayWhatADeadProcessBegan() throws IOException {
        save(1);
        Files.createDirectories(state.resolve("generations/.2/conf"));
        Files.writeString(state.resolve("generations/.2/conf/kernel.yaml"), "half of");

        assertThat(read().snapshots()).extracting(Snapshot::id).containsExactly(1L);
        save(2);

        assertThat(read().snapshots()).extracting(Snapshot::id).containsExactly(2L, 1L);
        assertThat(state.resolve("generations/.2")).doesNotExist();
    }

    @Test
    void aRemovalThatStoppedHalfWayIsMadeUpForByTheNext() throws IOException {
        try (GenerationStore store = GenerationStore.openBlocking(state)) {
            LongStream.rangeClosed(1, 10).forEach(id -> store.saveBlocking(snapshot(id)));
            Files.createDirectories(state.resolve("generations/.1/conf"));

            store.saveBlocking(snapshot(11));
        }

        assertThat(state.resolve("generations/.1")).doesNotExist();
        assertThat(folderOf(1)).doesNotExist();
    }

    @Test
    void aDirectoryThatCannotBeClearedIsNotHeld() throws IOException {
        Path half = Path.of(("d".repeat(200) + "/").repeat(12));
        Path bottom = Files.createDirectories(state.resolve("generations/.2").resolve(half));
        Files.createDirectories(folder.resolve("more").resolve(half));
        // Together longer than any path may be.
        Path beyond = Files.move(folder.resolve("more"), bottom.resolve("more"));

        assertThatThrownBy(() -> GenerationStore.openBlocking(state))
                .isInstanceOf(StateException.class)
                .hasMessageStartingWith("the state directory " + state + " cannot be written (");

        Files.move(beyond, folder.resolve("more"));
        GenerationStore.openBlocking(state).close();
    }

    @Test
    void aDirectoryThatWasRemovedIsRecreatedAndHeldAsBefore() throws IOException {
        try (GenerationStore store = GenerationStore.openBlocking(state)) {
            store.saveBlocking(snapshot(1));
            Files.move(state, folder.resolve("removed"));

            store.saveBlocking(snapshot(2));

            assertThat(read().snapshots()).extracting(Snapshot::id).containsExactly(2L);
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(state)))
                    .isEqualTo("rwx------");
            assertThatThrownBy(() -> GenerationStore.openBlocking(state))
                    .isInstanceOf(StateException.class)
                    .hasMessage("the state directory " + state + " is in use by another engine");
        }
    }

    @Test
    void belongsToOneEngineAtATime() {
        GenerationStore first = GenerationStore.openBlocking(state);

        assertThatThrownBy(() -> GenerationStore.openBlocking(state))
                .isInstanceOf(StateException.class)
                .hasMessage("the state directory " + state + " is in use by another engine");
        first.close();
        GenerationStore.openBlocking(state).close();
    }

    @Test
    void saysWhyItCannotBeWritten() throws IOException {
        Files.createDirectories(folder.resolve("var"));
        Files.writeString(state, "a file");

        assertThatThrownBy(() -> GenerationStore.openBlocking(state))
                .isInstanceOf(StateException.class)
                .hasMessage("the state directory " + state + " cannot be written (there is a file of that name)");
        assertThatThrownBy(() -> GenerationStore.openBlocking(state.resolve("below")))
                .isInstanceOf(StateException.class)
                .hasMessageContaining("cannot be written (");
    }

    @Test
    void aStateThatIsNotThereHasNoGenerations() {
        assertThat(read()).isEqualTo(StoredGenerations.none());
    }

    @Test
    void leavesForeignFoldersAlone() throws IOException {
        save(1);
        Files.createDirectories(state.resolve("generations/mine"));
        Files.createDirectories(state.resolve("generations/007"));

        assertThat(read().unusable()).isEmpty();
        save(LongStream.rangeClosed(2, 14).toArray());
        assertThat(state.resolve("generations/mine")).exists();
    }
}
