package io.policyengine.worker.environment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.policyengine.core.config.files.ReadableFiles;
import io.policyengine.core.config.files.SecretRules;
import io.policyengine.core.policy.InvalidParamsException;
import io.policyengine.core.policy.PolicyEnvironment.FileParser;
import io.policyengine.core.policy.PolicyEnvironment.WatchedFile;
import io.policyengine.core.time.Ticker;
import io.policyengine.core.work.executor.Executor;
import io.policyengine.testkit.time.Await;
import io.policyengine.worker.callout.CalloutTargets;
import io.policyengine.worker.sink.Sinks;
import io.policyengine.worker.store.Stores;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SharedFilesTest {
    @TempDir
    private Path directory;

    private final Vertx vertx = Vertx.vertx();
    private final CountDownLatch answers = new CountDownLatch(1);
    private WorkerResources resources;

    /** Counts what it parses; equal to all others. */
    private record Counting(AtomicInteger parsed) implements FileParser<List<String>> {
        @Override
        public List<String> parse(String text) {
            parsed.incrementAndGet();
            return List.of(text);
        }
    }

    /** A file named "remote" does not answer until it is told to. */
    private final class PartlyHanging extends FileReader {
        PartlyHanging(ReadableFiles readable) {
            super(readable);
        }

        @Override
        String textBlocking(String name) throws IOException {
            if (name.equals("remote")) {
                try {
                    assertThat(answers.await(50, TimeUnit.SECONDS)).isTrue();
                } catch (InterruptedException ended) {
                    throw new IOException(ended);
                }
            }
            return super.textBlocking(name);
        }
    }

    @BeforeEach
    void start() {
        CalloutTargets targets = new CalloutTargets(vertx, Ticker.SYSTEM, Map.of(), new SimpleMeterRegistry());
        resources = new WorkerResources(
                vertx,
                InstantSource.system(),
                Ticker.SYSTEM,
                new PartlyHanging(new ReadableFiles(directory, SecretRules.DEFAULTS)),
                Executor.ofProcess(new SimpleMeterRegistry()),
                new WorkerResources.Destinations(
                        targets,
                        new Stores(vertx, Ticker.SYSTEM, Map.of(), new SimpleMeterRegistry()),
                        new Sinks(
                                InstantSource.system(),
                                Ticker.SYSTEM,
                                directory,
                                Map.of(),
                                targets,
                                new SimpleMeterRegistry())),
                new SimpleMeterRegistry());
    }

    @AfterEach
    void stop() throws Exception {
        answers.countDown();
        Await.result(resources.close());
        Await.result(vertx.close());
    }

    private WorkerEnvironment environment(String route) {
        return resources.environmentOf(route, "e", "p", Duration.ofSeconds(1), 1 << 20);
    }

    @Test
    void fiveHundredRoutesReadAndHoldAFileOnceAndReadAChangeOnce() throws IOException {
        Path file = Files.writeString(directory.resolve("keys"), "one");
        AtomicInteger parsed = new AtomicInteger();
        List<WatchedFile<List<String>>> watched = new ArrayList<>();
        List<WorkerEnvironment> environments = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            environments.add(environment("r" + i));
            watched.add(environments.getLast().watch("keys", new Counting(parsed)));
        }
        assertThat(parsed).hasValue(1);
        assertThat(watched)
                .allSatisfy(one ->
                        assertThat(one.current()).isSameAs(watched.getFirst().current()));

        Files.writeString(file, "other");

        Await.until(() -> watched.getLast().current().equals(List.of("other")));
        assertThat(parsed).hasValue(2);
        environments.forEach(WorkerEnvironment::close);
        environment("r").watch("keys", new Counting(parsed));
        assertThat(parsed).hasValue(3);
    }

    @Test
    void aFileThatDoesNotAnswerIsGivenUpAndAskedNoMoreUntilItHasAnswered() throws Exception {
        Files.writeString(directory.resolve("remote"), "r");
        Files.writeString(directory.resolve("local"), "l");

        // Many more than there are threads.
        for (int i = 0; i < 30; i++) {
            WorkerEnvironment environment = environment("r");
            assertThatThrownBy(() -> environment.watch("remote", text -> text))
                    .isInstanceOf(InvalidParamsException.class)
                    .hasMessageContaining("remote: the file has not answered within 2000 ms");
            assertThat(environment.lacksAnswer()).isTrue();
        }
        assertThat(environment("r").watch("local", text -> text).current()).isEqualTo("l");

        answers.countDown();

        Await.until(() -> canBeRead("remote"));
    }

    private boolean canBeRead(String name) {
        try {
            return environment("r").watch(name, text -> text).current().equals("r");
        } catch (InvalidParamsException _) {
            return false;
        }
    }

    @Test
    void aFileIsBoundedAndRegular() throws IOException {
        try (RandomAccessFile large =
                new RandomAccessFile(directory.resolve("large").toFile(), "rw")) {
            large.setLength(FileReader.MAX_BYTES + 1);
        }
        Files.createSymbolicLink(directory.resolve("zero"), Path.of("/dev/zero"));

        WorkerEnvironment environment = environment("r");
        assertThatThrownBy(() -> environment.watch("large", text -> text))
                .isInstanceOf(InvalidParamsException.class)
                .hasMessageContaining("large: the file is larger than " + FileReader.MAX_BYTES + " bytes");
        assertThatThrownBy(() -> environment("r").watch("zero", text -> text))
                .isInstanceOf(InvalidParamsException.class);
        assertThat(environment.lacksAnswer()).isFalse();
    }

    @Test
    void filesHaveABoundTogether() throws Exception {
        List<WorkerEnvironment> environments = new ArrayList<>();
        int fitting = Math.toIntExact(FileReader.MAX_OF_ALL / FileReader.MAX_BYTES);
        for (int i = 0; i < fitting; i++) {
            grow("large" + i);
            environments.add(environment("r"));
            environments.getLast().watch("large" + i, String::length);
        }
        grow("one-more");
        assertThatThrownBy(() -> environment("r").watch("one-more", String::length))
                .isInstanceOf(InvalidParamsException.class)
                .hasMessageContaining("one-more: the file does not fit: all files together may have "
                        + FileReader.MAX_OF_ALL + " bytes; use fewer or shorter ones, or raise the heap");

        environments.getFirst().close();

        Files.writeString(directory.resolve("small"), "");
        WorkerEnvironment last = environment("r");
        assertThat(last.watch("one-more", String::length).current()).isEqualTo((int) FileReader.MAX_BYTES);
        WatchedFile<Integer> small = last.watch("small", String::length);
        grow("small");
        Await.until(() -> String.valueOf(last.failure()).contains("small: the file does not fit"));
        assertThat(small.current()).as("its last good content stays in use").isZero();
        environments.getLast().close();
        Await.until(() -> small.current() == FileReader.MAX_BYTES);
    }

    private void grow(String name) throws IOException {
        try (RandomAccessFile file =
                new RandomAccessFile(directory.resolve(name).toFile(), "rw")) {
            file.setLength(FileReader.MAX_BYTES);
        }
    }
}
