package io.policyengine.kernel.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.policyengine.core.async.DirectoryAccess;
import io.policyengine.core.config.files.ConfTexts;
import io.policyengine.core.config.files.FileText;
import io.policyengine.core.metrics.ConfigMetric;
import io.policyengine.kernel.generation.KeyedHash;
import io.policyengine.kernel.generation.Origin;
import io.policyengine.kernel.generation.Snapshot;
import io.policyengine.kernel.metrics.KernelMeters;
import io.policyengine.testkit.time.Await;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of generations that are to be written to the disk. */
class HistoryTest {
    private static final Duration LONG = Duration.ofHours(1);

    private final Vertx vertx = Vertx.vertx();
    private final Context loop = vertx.getOrCreateContext();
    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    /** Ends the time that the disk has to answer. */
    private final AtomicReference<Runnable> ring = new AtomicReference<>(() -> {});

    @TempDir
    Path folder;

    private Path generations = Path.of("");
    private @Nullable KeyedHash hashes;

    @BeforeEach
    void name() {
        generations = folder.resolve("generations");
    }

    @AfterEach
    void stop() throws Exception {
        vertx.close().await(30, TimeUnit.SECONDS);
    }

    private History history(Duration retryAfter) {
        return history(retryAfter, LONG);
    }

    private History history(Duration retryAfter, Duration closeAfter) {
        GenerationArchive kept = GenerationArchive.openBlocking(folder, folder);
        hashes = kept.hashes();
        return new History(vertx, kept, new KernelMeters(metrics), retryAfter, closeAfter);
    }

    private <T> T onLoop(Supplier<Future<T>> work) {
        Promise<T> done = Promise.promise();
        loop.runOnContext(_ -> work.get().onComplete(done));
        try {
            return done.future().await(30, TimeUnit.SECONDS);
        } catch (java.util.concurrent.TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    private void add(History history, long... ids) {
        onLoop(() -> {
            for (long id : ids) {
                history.add(snapshot(id, "number: " + id));
            }
            return Future.succeededFuture(0);
        });
    }

    private Snapshot snapshot(long id, String text) {
        TreeMap<String, FileText> files = new TreeMap<>();
        files.put("kernel.yaml", new FileText.Content(text));
        ConfTexts texts = ConfTexts.of(folder, files);
        return new Snapshot(id, Origin.FILES, Instant.EPOCH, hash(texts), texts);
    }

    private String hash(ConfTexts texts) {
        KeyedHash known = hashes;
        return known == null ? texts.hash() : known.of(texts);
    }

    private @Nullable String failure(History history) {
        return onLoop(() -> Future.succeededFuture(String.valueOf(history.failure())));
    }

    private void awaitFolder(long id) {
        Await.until(() -> Files.exists(generations.resolve("" + id)));
    }

    private void putFileInPlaceOfGenerations() throws IOException {
        Files.delete(generations);
        Files.createFile(generations);
    }

    @Test
    void aFailedWriteIsToldAndMadeUpForByTheNextGeneration() throws IOException {
        History history = history(LONG);
        putFileInPlaceOfGenerations();
        add(history, 1);
        Await.until(() -> !"null".equals(failure(history)));

        assertThat(failure(history)).startsWith("generation 1 cannot be written to " + folder);
        assertThat(metrics.counter(ConfigMetric.GENERATION_STORE_FAILURES.id()).count())
                .isEqualTo(1);
        assertThat(onLoop(() -> Future.succeededFuture(history.snapshots()))).hasSize(1);
        Files.delete(generations);
        add(history, 2);
        awaitFolder(2);

        assertThat(generations.resolve("1")).exists();
        Await.until(() -> "null".equals(failure(history)));
    }

    @Test
    void aFailedWriteIsTriedAgainByItself() throws IOException {
        History history = history(Duration.ofMillis(1));
        putFileInPlaceOfGenerations();
        add(history, 1);
        Await.until(() -> !"null".equals(failure(history)));

        Files.delete(generations);

        awaitFolder(1);
    }

    @Test
    void everythingIsWrittenBeforeItIsClosed() {
        History history = history(LONG);
        add(history, 1, 2, 3);

        onLoop(() -> history.close().map(true));

        assertThat(StoredGenerations.readBlocking(folder, folder).snapshots())
                .extracting(Snapshot::id)
                .containsExactly(3L, 2L, 1L);
        history(LONG);
    }

    /** A history whose disk hangs before it is written to. */
    private History hanging(Duration closeAfter, CountDownLatch answers) throws InterruptedException {
        GenerationArchive kept = GenerationArchive.openBlocking(folder, folder);
        hashes = kept.hashes();
        DirectoryAccess access = new DirectoryAccess(vertx, "state", "the state directory", (_, rings) -> {
            ring.set(rings);
            return () -> {};
        });
        History history = new History(vertx, kept, new KernelMeters(metrics), LONG, closeAfter, access);
        CountDownLatch begun = new CountDownLatch(1);
        loop.runOnContext(_ -> access.run(_ -> {
            begun.countDown();
            return answers.await(30, TimeUnit.SECONDS);
        }));
        assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
        return history;
    }

    @Test
    void aWriteThatNeverEndsHoldsUpNoEnd() throws Exception {
        History history = hanging(Duration.ofMillis(1), new CountDownLatch(1));

        onLoop(() -> {
            history.add(snapshot(1, "number: 1"));
            return history.close().map(true);
        });

        assertThat(history(LONG).snapshots()).isEmpty();
    }

    @Test
    void aDirectoryThatCannotBeLeftHoldsUpNoEnd() throws Exception {
        Vertx oneThread = Vertx.vertx(new VertxOptions().setWorkerPoolSize(1));
        CountDownLatch answers = new CountDownLatch(1);
        var _ = oneThread.executeBlocking(() -> answers.await(30, TimeUnit.SECONDS), false);
        History history = new History(
                oneThread, GenerationArchive.openBlocking(folder, folder), new KernelMeters(metrics), LONG, LONG);

        onLoop(() -> history.close().map(true));

        assertThat(answers.getCount()).isEqualTo(1);
        answers.countDown();
        oneThread.close().await(30, TimeUnit.SECONDS);
    }

    @Test
    void aDiskThatHangsIsToldOfAndWrittenToWhenItAnswers() throws Exception {
        CountDownLatch answers = new CountDownLatch(1);
        History history = hanging(LONG, answers);

        add(history, 1);
        onLoop(() -> {
            ring.get().run();
            return Future.succeededFuture(0);
        });
        Await.until(() -> onLoop(() -> Future.succeededFuture(history.failure() != null)));

        answers.countDown();
        Await.until(() -> onLoop(() -> Future.succeededFuture(history.failure() == null)));
        assertThat(generations.resolve("1")).isDirectory();
    }

    @Test
    void numbersGoOnWhereEarlierKernelsEnded() {
        History first = history(LONG);
        add(first, 7);
        onLoop(() -> first.close().map(true));

        History second = history(LONG);

        assertThat(second.firstId(snapshot(0, "number: 7").texts())).isEqualTo(7);
        assertThat(second.firstId(snapshot(0, "another").texts())).isEqualTo(8);
    }

    @Test
    void keepsNothingOfThoseThatAreOverWhileChangesComeFasterThanTheyAreWritten() throws IOException {
        History history = history(LONG);
        Map<Long, WeakReference<Snapshot>> all = new ConcurrentHashMap<>();
        loop.runOnContext(_ -> vertx.setPeriodic(1, _ -> {
            Snapshot next = snapshot(all.size() + 1, "number: " + all.size());
            all.put(next.id(), new WeakReference<>(next));
            history.add(next);
        }));
        Await.until(() -> newestOnDisk() > 300);

        long over = newestOnDisk() - 10;
        System.gc();

        assertThat(all.entrySet())
                .filteredOn(each -> each.getKey() < over && each.getValue().get() != null)
                .isEmpty();
    }

    private long newestOnDisk() {
        return StoredGenerations.readBlocking(folder, folder).snapshots().stream()
                .mapToLong(Snapshot::id)
                .max()
                .orElse(0);
    }

    @Test
    void whatIsAlreadyTheNewestIsNotWrittenAgain() {
        History history = history(LONG);
        add(history, 1);
        onLoop(() -> {
            history.add(snapshot(2, "number: 1"));
            return history.close().map(true);
        });

        assertThat(StoredGenerations.readBlocking(folder, folder).snapshots())
                .extracting(Snapshot::id)
                .containsExactly(1L);
    }
}
