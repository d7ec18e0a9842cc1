package io.policyengine.kernel.reload;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.async.DirectoryAccess;
import io.policyengine.core.async.UnansweredException;
import io.policyengine.core.config.files.ConfTexts;
import io.policyengine.core.config.files.FileText;
import io.policyengine.testkit.time.Await;
import io.policyengine.testkit.time.FakeTicker;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the store sees of the ways in which files change. Each look is one of vertx-config's scans. */
class ConfStoreTest {
    private static final String FILE = "routes/a.yaml";

    private final Vertx vertx = Vertx.vertx();
    private final FakeTicker clock = new FakeTicker();
    /** Ends the time that the directory has to answer. */
    private final AtomicReference<Runnable> ring = new AtomicReference<>(() -> {});

    @TempDir
    Path directory;

    @BeforeEach
    void writeFirst() throws IOException {
        Files.createDirectories(directory.resolve("routes"));
        write(FILE, "old");
    }

    @AfterEach
    void stop() throws Exception {
        vertx.close().await(30, TimeUnit.SECONDS);
    }

    private DirectoryAccess access() {
        return new DirectoryAccess(vertx, "conf", "the conf directory " + directory, (_, rings) -> {
            ring.set(rings);
            return () -> {};
        });
    }

    private ConfStore store() {
        return store(ConfTexts::readBlocking);
    }

    private ConfStore store(Function<Path, ConfTexts> reader) {
        ConfStore store = new ConfStore(access(), ConfTexts.readBlocking(directory), reader, clock);
        look(store);
        look(store);
        return store;
    }

    private void write(String name, String text) {
        try {
            Files.writeString(directory.resolve(name), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As editors do it. */
    private void replace(String name, String text) throws IOException {
        write(".new", text);
        Files.move(directory.resolve(".new"), directory.resolve(name), StandardCopyOption.REPLACE_EXISTING);
    }

    private static void look(ConfStore store) {
        try {
            store.get().await(30, TimeUnit.SECONDS);
        } catch (java.util.concurrent.TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    /** Looks until what was written in place is believed, but for the last look. */
    private static void lookAWhile(ConfStore store) {
        for (int i = 1; i < FileRest.LOOKS_IN_PLACE; i++) {
            look(store);
        }
    }

    private static String text(ConfStore store, String name) {
        return switch (store.texts().files().get(name)) {
            case FileText.Content(String text) -> text;
            case FileText.Unreadable(String why) -> why;
            case null -> "no file";
        };
    }

    @Test
    void aChangeIsBelievedWhenTwoLooksAgree() throws IOException {
        ConfStore store = store();

        replace(FILE, "changed");

        look(store);
        assertThat(text(store, FILE)).isEqualTo("old");
        look(store);
        assertThat(text(store, FILE)).isEqualTo("changed");
    }

    @Test
    void aChangeThatSomebodyTellsOfIsBelievedAtOnce() throws IOException {
        ConfStore store = store();

        write(FILE, "changed");
        store.expectSettled();

        look(store);
        assertThat(text(store, FILE)).isEqualTo("changed");
    }

    @Test
    void anEditThatKeepsTimeAndSizeIsAChange() throws IOException {
        ConfStore store = store();
        Path file = directory.resolve(FILE);
        FileTime modified = Files.getLastModifiedTime(file);
        Object changed = Files.getAttribute(file, "unix:ctime");

        // The file system's clock is a coarse one.
        Await.until(() -> {
            write(FILE, "new");
            Files.setLastModifiedTime(file, modified);
            return !Files.getAttribute(file, "unix:ctime").equals(changed);
        });
        lookAWhile(store);
        look(store);

        assertThat(text(store, FILE)).isEqualTo("new");
    }

    @Test
    void whatCouldNotBeReadForAMomentIsReadAgain() {
        AtomicBoolean isBroken = new AtomicBoolean();
        ConfStore store = store(from -> isBroken.getAndSet(false)
                ? ConfTexts.of(from, new TreeMap<>(Map.of(FILE, new FileText.Unreadable("cannot be read"))))
                : ConfTexts.readBlocking(from));
        isBroken.set(true);
        store.expectSettled();
        look(store);
        assertThat(text(store, FILE)).isEqualTo("cannot be read");

        look(store);

        assertThat(text(store, FILE)).isEqualTo("old");
    }

    @Test
    void onlyALookThatIsAskedForReadsWhatHasNotChanged() {
        AtomicInteger readings = new AtomicInteger();
        ConfStore store = store(from -> {
            readings.incrementAndGet();
            return ConfTexts.readBlocking(from);
        });

        look(store);
        assertThat(readings).hasValue(1);
        store.expectSettled();
        look(store);

        assertThat(readings).hasValue(2);
    }

    @Test
    void aSlowWriteInPlaceIsReadWhenItIsOver() throws IOException {
        ConfStore store = store();

        try (var file = Files.newBufferedWriter(directory.resolve(FILE))) {
            look(store);
            for (int i = 0; i < 5; i++) {
                file.write("line " + i + "\n");
                file.flush();
                look(store);
                assertThat(text(store, FILE)).isEqualTo("old");
            }
        }
        lookAWhile(store);

        assertThat(text(store, FILE)).startsWith("line 0").endsWith("line 4\n");
    }

    @Test
    void aPauseOfAWriteInPlaceIsNotTakenForItsEnd() throws IOException {
        ConfStore store = store();

        try (var file = Files.newBufferedWriter(directory.resolve(FILE))) {
            file.write("half of it, ");
            file.flush();
            lookAWhile(store);
            assertThat(text(store, FILE)).isEqualTo("old");
            file.write("and the rest");
        }
        lookAWhile(store);
        assertThat(text(store, FILE)).isEqualTo("old");
        look(store);

        assertThat(text(store, FILE)).isEqualTo("half of it, and the rest");
    }

    @Test
    void aNewFileThatIsSeenToGrowIsOneThatIsWrittenInPlace() throws IOException {
        ConfStore store = store();

        try (var file = Files.newBufferedWriter(directory.resolve("routes/b.yaml"))) {
            file.write("half of it, ");
            file.flush();
            look(store);
            file.write("and the rest");
        }
        lookAWhile(store);
        assertThat(text(store, "routes/b.yaml")).isEqualTo("no file");
        look(store);

        assertThat(text(store, "routes/b.yaml")).isEqualTo("half of it, and the rest");
    }

    @Test
    void aFileThatIsEmptyForAMomentIsNotSeenEmpty() throws IOException {
        ConfStore store = store();

        Files.newOutputStream(directory.resolve(FILE), StandardOpenOption.TRUNCATE_EXISTING)
                .close();
        look(store);
        write(FILE, "filled again");
        lookAWhile(store);
        look(store);

        assertThat(text(store, FILE)).isEqualTo("filled again");
    }

    @Test
    void anEditorsRenameIsAChange() throws IOException {
        ConfStore store = store();

        write(".a.yaml.swp", "new");
        Files.move(directory.resolve(".a.yaml.swp"), directory.resolve(FILE), StandardCopyOption.REPLACE_EXISTING);
        look(store);
        look(store);

        assertThat(text(store, FILE)).isEqualTo("new");
        assertThat(store.texts().files()).containsOnlyKeys(FILE);
    }

    /** As a volume that is mounted below routes/. */
    private void volume(String version, String text) throws IOException {
        Path folder = directory.resolve("routes/team-a");
        Files.createDirectories(folder.resolve(version));
        write("routes/team-a/" + version + "/a.yaml", text);
        write("routes/team-a/" + version + "/b.yaml", text);
        Files.createSymbolicLink(folder.resolve("..data_tmp"), Path.of(version));
        Files.move(
                folder.resolve("..data_tmp"),
                folder.resolve("..data"),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }

    @Test
    void aSwapOfTheDataLinkOfAVolumeBelowRoutesIsOneChange() throws IOException {
        volume("..1", "one");
        for (String name : new String[] {"a.yaml", "b.yaml"}) {
            Files.createSymbolicLink(directory.resolve("routes/team-a").resolve(name), Path.of("..data", name));
        }
        ConfStore store = store();
        assertThat(text(store, "routes/team-a/a.yaml")).isEqualTo("one");

        volume("..2", "two");
        look(store);
        assertThat(text(store, "routes/team-a/a.yaml")).isEqualTo("one");
        look(store);

        assertThat(text(store, "routes/team-a/a.yaml")).isEqualTo("two");
        assertThat(text(store, "routes/team-a/b.yaml")).isEqualTo("two");
    }

    @Test
    void aFolderThatCannotBeLookedIntoIsAChangeAndSoIsItsReturn() throws IOException {
        ConfStore store = store();
        Path team = directory.resolve("routes/team-a");

        Files.createSymbolicLink(team, Path.of("not-mounted-yet"));
        look(store);
        look(store);
        assertThat(store.texts().faults()).containsOnlyKeys("routes/team-a");
        Files.createDirectories(directory.resolve("routes/not-mounted-yet"));
        look(store);
        look(store);

        assertThat(store.texts().faults()).isEmpty();
    }

    @Test
    void aSwapOfTheDataLinkOfKubernetesIsOneChange() throws IOException {
        Files.delete(directory.resolve(FILE));
        generation("..1", "one", "hush");
        Files.createSymbolicLink(directory.resolve("..data"), Path.of("..1"));
        Files.createSymbolicLink(directory.resolve("kernel.yaml"), Path.of("..data/kernel.yaml"));
        Files.createSymbolicLink(directory.resolve("token"), Path.of("..data/token"));
        ConfStore store = store();
        assertThat(text(store, "kernel.yaml")).startsWith("one");

        generation("..2", "two", "hushed");
        Files.createSymbolicLink(directory.resolve("..data_tmp"), Path.of("..2"));
        Files.move(
                directory.resolve("..data_tmp"),
                directory.resolve("..data"),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
        look(store);
        assertThat(text(store, "kernel.yaml")).startsWith("one");
        look(store);

        assertThat(text(store, "kernel.yaml")).startsWith("two");
        assertThat(store.texts().referred()).containsEntry("token", new FileText.Content("hushed"));
    }

    private void generation(String folder, String text, String token) throws IOException {
        Files.createDirectories(directory.resolve(folder));
        write(folder + "/kernel.yaml", text + ": ${file:token}");
        write(folder + "/token", token);
    }

    @Test
    void aFileThatIsReferredToIsWatchedLikeTheRest() throws IOException {
        write(FILE, "a: ${file:token}");
        write("token", "hush");
        ConfStore store = store();

        replace("token", "hushed");
        look(store);
        look(store);

        assertThat(store.texts().referred()).containsEntry("token", new FileText.Content("hushed"));
    }

    @Test
    void whatChangesRightAfterItWasReadForTheFirstTimeIsReadAgain() throws IOException {
        AtomicBoolean changes = new AtomicBoolean();
        ConfStore store = store(from -> {
            ConfTexts texts = ConfTexts.readBlocking(from);
            if (changes.getAndSet(false)) {
                write("token", "hushed");
            }
            return texts;
        });
        write("token", "hush");
        replace(FILE, "a: ${file:token}");
        changes.set(true);

        for (int i = 0; i < 4; i++) {
            look(store);
        }

        assertThat(store.texts().referred()).containsEntry("token", new FileText.Content("hushed"));
    }

    @Test
    void filesAddedRemovedAndRenamedAreChanges() throws IOException {
        ConfStore store = store();

        write("routes/b.yaml", "b");
        Files.move(directory.resolve(FILE), directory.resolve("routes/c.yaml"));
        look(store);
        look(store);
        assertThat(store.texts().files()).containsOnlyKeys("routes/b.yaml", "routes/c.yaml");

        Files.delete(directory.resolve("routes/b.yaml"));
        look(store);
        look(store);
        assertThat(store.texts().files()).containsOnlyKeys("routes/c.yaml");
    }

    @Test
    void aTouchedFileSaysTheSame() throws IOException {
        ConfStore store = store();
        String hash = store.texts().hash();

        write(FILE, "old");
        look(store);
        look(store);

        assertThat(store.texts().hash()).isEqualTo(hash);
    }

    @Test
    void aDirectoryThatGoesAndComesBackIsSeen() throws IOException {
        ConfStore store = store();
        Path elsewhere = Objects.requireNonNull(directory.getParent()).resolve("elsewhere");

        Files.move(directory, elsewhere);
        look(store);
        look(store);
        assertThat(store.texts().fault()).isEqualTo("no such directory");

        Files.move(elsewhere, directory);
        look(store);
        look(store);
        assertThat(store.texts().fault()).isNull();
        assertThat(text(store, FILE)).isEqualTo("old");
    }

    /** As long as others have to wait for it; replaced before each look. */
    private void replaceForEver(ConfStore store, String name) throws IOException {
        for (int i = 0; i <= FileRest.PATIENCE.toMillis() / 500; i++) {
            replace(name, "version " + i);
            clock.advance(Duration.ofMillis(500));
            look(store);
        }
    }

    @Test
    void aFileThatNeverRestsHidesNoOtherAndKeepsWhatItSaid() throws IOException {
        write("routes/b.yaml", "old");
        ConfStore store = store();
        replaceForEver(store, FILE);
        replace("routes/b.yaml", "changed");
        write("routes/c.yaml", "new");

        for (int i = 0; i < 2; i++) {
            replace(FILE, "again " + i);
            clock.advance(Duration.ofMillis(500));
            look(store);
        }

        assertThat(text(store, "routes/b.yaml")).isEqualTo("changed");
        assertThat(text(store, "routes/c.yaml")).isEqualTo("new");
        assertThat(text(store, FILE)).isEqualTo("old");
        assertThat(store.unseen()).containsOnlyKeys(FILE);
        assertThat(store.unseen().get(FILE)).isGreaterThan(FileRest.PATIENCE);
    }

    @Test
    void whatIsWrittenTogetherIsOneChangeAlsoBesideAFileThatNeverRests() throws IOException {
        write("routes/b.yaml", "old");
        ConfStore store = store();
        replaceForEver(store, FILE);

        replace("routes/b.yaml", "changed");
        replace(FILE, "again");
        look(store);
        replace("routes/c.yaml", "new");
        replace(FILE, "and again");
        look(store);
        assertThat(text(store, "routes/b.yaml")).isEqualTo("old");
        replace(FILE, "once more");
        look(store);

        assertThat(text(store, "routes/b.yaml")).isEqualTo("changed");
        assertThat(text(store, "routes/c.yaml")).isEqualTo("new");
    }

    @Test
    void aRestlessFileIsReadWhenItComesToRest() throws IOException {
        ConfStore store = store();
        replaceForEver(store, FILE);
        assertThat(text(store, FILE)).isEqualTo("old");

        replace(FILE, "at last");
        look(store);
        look(store);

        assertThat(text(store, FILE)).isEqualTo("at last");
        assertThat(store.unseen()).isEmpty();
    }

    @Test
    void whatWasReadAtTheStartIsNoChange() {
        ConfStore store = new ConfStore(access(), ConfTexts.readBlocking(directory), ConfTexts::readBlocking, clock);
        look(store);
        clock.advance(Duration.ofSeconds(1));

        assertThat(store.unreadFor()).isZero();
    }

    @Test
    void aChangeAgesUntilItIsReadAndTheTextsAreAsOldAsItThen() throws IOException {
        ConfStore store = store();
        Duration atRest = store.unreadFor();
        clock.advance(Duration.ofMinutes(1));
        long seen = clock.nanoTime();

        replace(FILE, "changed");
        look(store);
        clock.advance(Duration.ofMillis(500));

        assertThat(atRest).isZero();
        assertThat(store.unreadFor()).isEqualTo(Duration.ofMillis(500));
        look(store);
        assertThat(store.unreadFor()).isZero();
        assertThat(store.textsSince()).isEqualTo(seen);
    }

    @Test
    void filesThatComeAndGoAllTheTimeAreToldOf() throws IOException {
        ConfStore store = store();
        for (int i = 0; i <= 20; i++) {
            write("routes/" + i + ".yaml", "new");
            clock.advance(Duration.ofMillis(500));
            look(store);
        }

        assertThat(store.texts().files()).containsOnlyKeys(FILE);
        assertThat(store.unseen()).containsOnlyKeys(directory.toString());
        look(store);
        assertThat(store.unseen()).isEmpty();
    }

    @Test
    void aReferredFileThatNeverRestsHidesNoOtherAndKeepsWhatItSaid() throws IOException {
        write("routes/b.yaml", "a: ${file:token}");
        write("token", "hush");
        ConfStore store = store();
        replaceForEver(store, "token");
        replace(FILE, "changed");

        for (int i = 0; i < 2; i++) {
            replace("token", "again " + i);
            look(store);
        }

        assertThat(text(store, FILE)).isEqualTo("changed");
        assertThat(store.texts().referred()).containsEntry("token", new FileText.Content("hush"));
    }

    @Test
    void nobodyLooksInTheMiddleOfAWrite() throws Exception {
        ConfStore store = store();
        CountDownLatch goOn = new CountDownLatch(1);

        Future<Boolean> written = store.use(_ -> {
            write(FILE, "half");
            boolean isOn = goOn.await(30, TimeUnit.SECONDS);
            write(FILE, "whole");
            return isOn;
        });
        store.expectSettled();
        Future<Buffer> look = store.get();
        goOn.countDown();

        assertThat(written.await(30, TimeUnit.SECONDS)).isTrue();
        look.await(30, TimeUnit.SECONDS);
        assertThat(text(store, FILE)).isEqualTo("whole");
    }

    @Test
    void aWriteThatFailsHoldsUpNoLook() throws IOException {
        ConfStore store = store();
        write(FILE, "changed");
        store.expectSettled();

        store.use(_ -> {
            throw new IOException("no space");
        });

        look(store);
        assertThat(text(store, FILE)).isEqualTo("changed");
    }

    @Test
    void aDirectoryThatHangsKeepsWhatWasReadAndIsTakenUpAgainWhenItAnswers() throws Exception {
        CountDownLatch reading = new CountDownLatch(1);
        CountDownLatch answers = new CountDownLatch(1);
        AtomicBoolean hangs = new AtomicBoolean();
        ConfStore store = store(from -> {
            if (hangs.getAndSet(false)) {
                reading.countDown();
                awaitBlocking(answers);
            }
            return ConfTexts.readBlocking(from);
        });
        Buffer before = store.get().await(30, TimeUnit.SECONDS);
        replace(FILE, "changed");
        hangs.set(true);
        store.expectSettled();

        Future<Buffer> look = store.get();
        awaitBlocking(reading);
        ring.get().run();

        assertThat(look.await(30, TimeUnit.SECONDS)).isEqualTo(before);
        assertThat(store.answering().cause()).isInstanceOf(UnansweredException.class);
        assertThat(store.use(_ -> 1).cause()).isInstanceOf(UnansweredException.class);
        assertThat(store.remarks()).singleElement().asString().contains(directory + " has not answered within");
        assertThat(text(store, FILE)).isEqualTo("old");

        answers.countDown();
        Await.until(() -> store.answering().succeeded());

        assertThat(store.remarks()).isEmpty();
        assertThat(text(store, FILE)).isEqualTo("changed");
    }

    private static void awaitBlocking(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
