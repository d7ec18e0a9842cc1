package io.policyengine.worker.environment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.policyengine.core.capacity.Capacity;
import io.policyengine.core.config.files.ReadableFiles;
import io.policyengine.core.config.files.SecretRules;
import io.policyengine.core.memory.MemoryPlan;
import io.policyengine.core.metrics.WorkerMetric;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.policy.ExchangeEnd;
import io.policyengine.core.policy.InvalidParamsException;
import io.policyengine.core.policy.PerExchange;
import io.policyengine.core.policy.PolicyEnvironment.WatchedFile;
import io.policyengine.core.time.Ticker;
import io.policyengine.core.work.Lane;
import io.policyengine.core.work.Work;
import io.policyengine.core.work.executor.Executor;
import io.policyengine.testkit.time.Await;
import io.policyengine.worker.callout.CalloutTargets;
import io.policyengine.worker.sink.Sinks;
import io.policyengine.worker.store.Stores;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
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

class WorkerEnvironmentTest {
    private final Vertx vertx = Vertx.vertx();

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

    @TempDir
    Path directory;

    private WorkerResources resources;

    @SuppressWarnings("NullAway.Init") // before each test
    WorkerEnvironmentTest() {}

    @BeforeEach
    void start() {
        CalloutTargets targets = new CalloutTargets(vertx, Ticker.SYSTEM, Map.of(), new SimpleMeterRegistry());
        resources = new WorkerResources(
                vertx,
                InstantSource.system(),
                Ticker.SYSTEM,
                new ReadableFiles(directory, SecretRules.DEFAULTS),
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
                meters);
    }

    @AfterEach
    void stop() throws Exception {
        Await.result(resources.close());
        Await.result(vertx.close());
    }

    @Test
    void readsAFileAgainWhenItChangesAndKeepsTheLastGoodContent() throws Exception {
        Path file = Files.writeString(directory.resolve("n.txt"), "1");
        List<String> texts = new ArrayList<>();
        CountDownLatch refused = new CountDownLatch(1);
        CountDownLatch replaced = new CountDownLatch(1);
        WatchedFile<Integer> watched = environment("e").watch("n.txt", text -> {
            texts.add(text);
            if (text.isEmpty()) {
                refused.countDown();
                throw new IllegalArgumentException("line 1 is empty: write a number");
            }
            if (text.equals("22")) {
                replaced.countDown();
            }
            return Integer.valueOf(text);
        });
        assertThat(watched.current()).isEqualTo(1);

        Files.writeString(file, "");
        assertThat(refused.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(watched.current()).isEqualTo(1);

        Path next = Files.writeString(directory.resolve("next"), "22");
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        assertThat(replaced.await(30, TimeUnit.SECONDS)).isTrue();
        while (watched.current() != 22) {
            Thread.onSpinWait();
        }
        assertThat(texts).containsExactly("1", "", "22");
    }

    @Test
    void readsAFileThatCouldNotBeReadAsSoonAsItCanBe() throws Exception {
        Path file = Files.writeString(directory.resolve("n.txt"), "1");
        Path other = Files.writeString(directory.resolve("other.txt"), "1");
        CountDownLatch looked = new CountDownLatch(1);
        CountDownLatch read = new CountDownLatch(1);
        environment("e").watch("n.txt", text -> {
            if (text.equals("2")) {
                read.countDown();
            }
            return text;
        });
        environment("e").watch("other.txt", text -> {
            if (text.equals("22")) {
                looked.countDown();
            }
            return text;
        });

        Files.write(file, new byte[] {(byte) 0xff});
        FileTime modified = Files.getLastModifiedTime(file);
        Files.writeString(other, "22");
        assertThat(looked.await(30, TimeUnit.SECONDS)).isTrue();
        Files.writeString(file, "2");
        Files.setLastModifiedTime(file, modified);

        assertThat(read.await(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void tellsWhichFileIsNotInUseAndWhyAsLongAsThatIsSo() throws Exception {
        Path file = Files.writeString(directory.resolve("n.txt"), "1");
        WorkerEnvironment environment = environment("e");
        environment.watch("n.txt", Integer::valueOf);
        assertThat(environment.failure()).isNull();

        Files.writeString(file, "one");
        awaitFailure(environment, file + ": For input string: \"one\"; its last good content stays in use");
        Files.delete(file);
        awaitFailure(environment, file + ": there is no such file; its last good content stays in use");
        Files.writeString(file, "22");

        Await.until(() -> environment.failure() == null);
    }

    private static void awaitFailure(WorkerEnvironment environment, String failure) {
        Await.until(() -> failure.equals(environment.failure()));
    }

    @Test
    @Timeout(30)
    void aPipeIsNeverWaitedFor() throws Exception {
        Path pipe = directory.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();

        assertThatThrownBy(() -> environment("e").watch("pipe", text -> text))
                .isInstanceOf(InvalidParamsException.class)
                .hasMessageContaining("the file is a pipe, a socket or a device");
    }

    @Test
    void allEntriesOfAPolicyCountInTheSameMetersOfACache() {
        WorkerEnvironment first = resources.environmentOf("/a", "one", "test", Duration.ofSeconds(1), 1 << 20);
        WorkerEnvironment second = resources.environmentOf("/b", "two", "test", Duration.ofSeconds(1), 1 << 20);

        first.cacheMeter("tokens").hit();
        second.cacheMeter("tokens").hit();
        second.cacheMeter("tokens").stale();
        second.cacheMeter("keys").miss();
        first.close();

        assertThat(lookups("tokens", "hit")).isEqualTo(2);
        assertThat(lookups("tokens", "stale")).isEqualTo(1);
        assertThat(lookups("tokens", "miss")).isZero();
        assertThat(lookups("keys", "miss")).isEqualTo(1);
        second.close();
    }

    private double lookups(String cache, String outcome) {
        return WorkerMetric.CACHE_LOOKUPS
                .counter(meters, "test", cache, outcome)
                .count();
    }

    @Test
    void whatPoliciesKeepForExchangesIsMeasuredOverAllEntries() {
        WorkerEnvironment first = environment("one");
        WorkerEnvironment second = environment("two");
        Capacity capacity = first.capacity("texts", 100);
        PerExchange<String> texts = first.perExchange("texts", capacity, (_, _) -> {});
        assertThat(second.capacity("texts", 100)).isSameAs(capacity);

        assertThat(texts.put(call(1), "a")).isTrue();
        second.perExchange("texts", capacity, (_, _) -> {}).put(call(2), "b");
        assertThat(texts.get(call(2))).as("of another entry").isNull();
        assertThat(gauge(WorkerMetric.EXCHANGE_VALUES)).isEqualTo(2);
        assertThat(gauge(WorkerMetric.CAPACITY_TAKEN)).isEqualTo(2);
        assertThat(gauge(WorkerMetric.CAPACITY)).isEqualTo(100);

        first.exchangeEnded(new ExchangeEnd(1, 200, false, null));
        assertThat(gauge(WorkerMetric.EXCHANGE_VALUES)).isEqualTo(1);
        first.close();
        second.close();
        assertThat(gauge(WorkerMetric.EXCHANGE_VALUES)).isZero();
        assertThat(gauge(WorkerMetric.CAPACITY)).isZero();
    }

    private double gauge(WorkerMetric metric) {
        return meters.get(metric.id())
                .tags("policy", "policy", "kept", "texts")
                .gauge()
                .value();
    }

    private static Call call(long exchange) {
        return new Call("request-" + exchange, exchange, Long.MAX_VALUE, new Cancellation());
    }

    @Test
    void entriesOfBothFlowsSeeWhatIsKeptForAnExchange() {
        WorkerEnvironment request = environment("one");
        WorkerEnvironment response = environment("one");
        AtomicInteger ends = new AtomicInteger();
        request.perExchange("texts", (_, _) -> ends.incrementAndGet()).put(call(1), "a");

        assertThat(response.<String>perExchange("texts", (_, _) -> {}).get(call(1)))
                .isEqualTo("a");
        request.exchangeEnded(new ExchangeEnd(1, 200, false, null));
        response.exchangeEnded(new ExchangeEnd(1, 200, false, null));

        assertThat(ends).hasValue(1);
        request.close();
        response.close();
    }

    @Test
    void aPolicyThatIsToldNoEndsCannotKeepAnythingForExchanges() {
        WorkerEnvironment environment = environment("one");
        environment.withholdEnds();

        assertThatThrownBy(() -> environment.perExchange("texts", (_, _) -> {}))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("does not request their ends");
        environment.close();
    }

    @Test
    void cachesThatWantMoreThanTheirPartOfTheHeapShareIt() {
        long part = MemoryPlan.HERE.maxStateBytes();
        WorkerEnvironment first = resources.environmentOf("/a", "cache", "test", Duration.ofSeconds(1), 1 << 20);
        WorkerEnvironment second = resources.environmentOf("/b", "cache", "test", Duration.ofSeconds(1), 1 << 20);
        FakeCache cache = first.sharedCache("cache", "parameters", part, FakeCache::new);
        FakeCache same = second.sharedCache("cache", "parameters", part, FakeCache::new);
        FakeCache other = second.sharedCache("cache", "others", part, FakeCache::new);

        assertThat(same).as("the same for all entries with these parameters").isSameAs(cache);
        assertThat(other.maxBytes()).isEqualTo(part / 2);
        assertThat(cache.maxBytes() + other.maxBytes()).isLessThanOrEqualTo(part);
        second.setCurrent(false);
        assertThat(cache.maxBytes())
                .as("an entry uses it that was not replaced")
                .isEqualTo(part);
        assertThat(other.maxBytes()).isZero();
        Capacity capacity = first.capacity("values", part);
        assertThat(capacity.limit()).isEqualTo(part / 2);
        first.close();
        second.setCurrent(true);
        assertThat(other.maxBytes()).isEqualTo(part / 2);
        second.close();
        WorkerEnvironment third = resources.environmentOf("/c", "cache", "test", Duration.ofSeconds(1), 1 << 20);
        assertThat(third.sharedCache("cache", "others", part, FakeCache::new).maxBytes())
                .isEqualTo(part);
        third.close();
        assertThat(resources.stateCount()).isZero();
    }

    @Test
    void aFileThatCannotBeUsedIsAProblemOfTheParameters() throws IOException {
        Files.writeString(directory.resolve("bad.txt"), "x");
        Files.write(directory.resolve("binary"), new byte[] {(byte) 0xff});
        WorkerEnvironment environment = environment("e");

        assertThatThrownBy(() -> environment.watch("absent.txt", text -> text))
                .isInstanceOf(InvalidParamsException.class)
                .hasMessageContaining("no such file");
        assertThatThrownBy(() -> environment.watch("binary", text -> text))
                .isInstanceOf(InvalidParamsException.class)
                .hasMessageContaining("not UTF-8");
        assertThatThrownBy(() -> environment.watch("bad.txt", _ -> {
                    throw new IllegalArgumentException("line 1: not a key");
                }))
                .isInstanceOf(InvalidParamsException.class)
                .hasMessageContaining("bad.txt: line 1: not a key");
    }

    @Test
    void aFileOutsideOfTheRootsIsNotReadAndTheRemedyIsTold(@TempDir Path elsewhere) throws IOException {
        Path secret = Files.writeString(elsewhere.resolve("secret"), "hush");
        Files.createSymbolicLink(directory.resolve("innocent"), secret);
        WorkerEnvironment environment = environment("e");
        List<String> read = new ArrayList<>();

        for (String path :
                List.of(secret.toString(), "innocent", elsewhere.resolve("none").toString())) {
            assertThatThrownBy(() -> environment.watch(path, read::add))
                    .isInstanceOf(InvalidParamsException.class)
                    .hasMessageContaining("policies may not read it")
                    .hasMessageContaining(
                            "secrets: { roots: [\".\", \"/run/secrets\", \"" + elsewhere.toRealPath() + "\"] }");
        }
        assertThat(read).isEmpty();
    }

    @Test
    void aFileThatBecomesALinkOutOfTheRootsKeepsItsLastGoodContent(@TempDir Path elsewhere) throws Exception {
        Path secret = Files.writeString(elsewhere.resolve("secret"), "hush");
        Path file = Files.writeString(directory.resolve("n.txt"), "1");
        Path other = Files.writeString(directory.resolve("other.txt"), "1");
        CountDownLatch looked = new CountDownLatch(1);
        List<String> texts = new ArrayList<>();
        environment("e").watch("n.txt", texts::add);
        environment("e").watch("other.txt", text -> {
            if (text.equals("22")) {
                looked.countDown();
            }
            return text;
        });

        Path link = Files.createSymbolicLink(directory.resolve("link"), secret);
        Files.move(link, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        Files.writeString(other, "22");
        assertThat(looked.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(texts).containsExactly("1");
    }

    @Test
    void stateIsSharedByEqualEntriesAndClosedWithTheLast() {
        List<String> closed = new ArrayList<>();
        WorkerEnvironment first = environment("e");
        WorkerEnvironment second = environment("e");
        WorkerEnvironment other = environment("other");
        AutoCloseable state = first.<AutoCloseable>state("s", 10, () -> () -> closed.add("e"));

        assertThat(first.<AutoCloseable>state("s", 10, () -> () -> {})).isSameAs(state);
        assertThat(second.<AutoCloseable>state("s", 10, () -> () -> {})).isSameAs(state);
        assertThat(second.<AutoCloseable>state("s", 11, () -> () -> {})).isNotSameAs(state);
        assertThat(other.<AutoCloseable>state("s", 10, () -> () -> {})).isNotSameAs(state);

        first.close();
        assertThat(closed).isEmpty();
        second.close();
        assertThat(closed).containsExactly("e");
        other.close();
        assertThat(resources.stateCount()).isZero();
    }

    @Test
    void waitsAndWorksElsewhere() throws Exception {
        WorkerEnvironment environment = environment("e");

        Await.result(environment.after(Duration.ofMillis(1)));
        String thread = Await.result(environment.offLoop(
                new Call(
                        "id",
                        1,
                        Ticker.SYSTEM.nanoTime() + Duration.ofMinutes(1).toNanos(),
                        new Cancellation()),
                new Work(Lane.SHORT, 1),
                _ -> Thread.currentThread().getName()));

        assertThat(thread).startsWith("work-");
        assertThat(environment.newId()).hasSize(36).isNotEqualTo(environment.newId());
    }

    private WorkerEnvironment environment(String entry) {
        return resources.environmentOf("/route", entry, "policy", Duration.ofSeconds(1), 1 << 20);
    }
}
