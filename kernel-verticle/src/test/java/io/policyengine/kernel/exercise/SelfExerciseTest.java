package io.policyengine.kernel.exercise;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.policyengine.core.config.EngineConfig;
import io.policyengine.core.config.files.ConfTexts;
import io.policyengine.core.config.reading.ConfDirectory;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.work.executor.Executor;
import io.policyengine.kernel.KernelHost;
import io.policyengine.kernel.KernelVerticle;
import io.policyengine.kernel.Management;
import io.policyengine.kernel.ProcessResources;
import io.policyengine.kernel.engine.KernelUnderTest;
import io.policyengine.kernel.engine.ListedWorkers;
import io.policyengine.kernel.extproc.ExerciseMark;
import io.policyengine.kernel.reload.KernelStart;
import io.policyengine.testkit.envoy.EnvoySim;
import io.policyengine.testkit.envoy.SimRequest;
import io.policyengine.testkit.envoy.SimResult;
import io.policyengine.testkit.envoy.Upstream;
import io.policyengine.testkit.log.CapturedLog;
import io.policyengine.testkit.time.Await;
import io.policyengine.testkit.worker.ScriptedWorker;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.net.SocketAddress;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A kernel exercises itself before it is ready: nothing of the configuration sees it, and nobody else passes for it. */
class SelfExerciseTest {
    private static final int EXCHANGES = 3;

    private final KernelUnderTest engine = new KernelUnderTest();
    private final CapturedLog log = CapturedLog.of(SelfExercise.class);
    private final AtomicInteger configured = new AtomicInteger();
    private final AtomicInteger exercised = new AtomicInteger();
    private final AtomicBoolean closed = new AtomicBoolean();
    /** The mark of the streams of the exercise, once it has begun. */
    private final AtomicReference<Map<String, String>> mark = new AtomicReference<>();
    /** What becomes of the exercise once its exchanges are over. */
    private final Promise<Integer> end = Promise.promise();

    @TempDir
    private Path directory;

    @AfterEach
    void stop() {
        engine.close();
        log.close();
    }

    /** Counts the requests that it sees. */
    private record Counting(AtomicInteger seen) implements Policy {
        @Override
        public Future<RequestOutcome> onRequest(RequestContext request) {
            seen.incrementAndGet();
            return RequestOutcome.unchanged();
        }
    }

    private ScriptedWorker worker(AtomicInteger seen) {
        return new ScriptedWorker(engine.vertx(), "default-worker").with("counting", new Counting(seen));
    }

    /** Sends requests to the route that the configuration has too. */
    private final class Exchanges implements Exercise {
        @Override
        public List<Round> rounds() {
            return List.of(new Round(parsed(), worker(exercised), false));
        }

        @Override
        public Executor work() {
            return Executor.ofProcess(new SimpleMeterRegistry());
        }

        @Override
        public Future<Integer> exchange(Round round, SocketAddress listener, Map<String, String> initialMetadata) {
            Future<Integer> all = Future.succeededFuture(0);
            for (int i = 0; i < EXCHANGES; i++) {
                all = all.compose(count -> send(listener, initialMetadata).map(_ -> count + 1));
            }
            return all.compose(_ -> {
                mark.set(initialMetadata);
                return end.future();
            });
        }

        @Override
        public Future<Void> close() {
            closed.set(true);
            return Future.succeededFuture();
        }
    }

    private Future<SimResult> send(SocketAddress listener, Map<String, String> initialMetadata) {
        return exchange(listener, "/route", initialMetadata).map(result -> {
            assertThat(result.status()).isEqualTo(200);
            return result;
        });
    }

    private Future<SimResult> exchange(SocketAddress listener, String route, Map<String, String> initialMetadata) {
        EnvoySim envoy = EnvoySim.builder(engine.vertx())
                .target(listener)
                .filter(KernelUnderTest.filter(route)
                        .initialMetadata(initialMetadata)
                        .build())
                .build();
        return envoy.exchange(SimRequest.get("/"), Upstream.replying(200)).eventually(envoy::shutdown);
    }

    private static SocketAddress addressOf(KernelVerticle kernel) {
        return SocketAddress.inetSocketAddress(kernel.port(), "127.0.0.1");
    }

    private SimResult sendTo(KernelVerticle kernel, Map<String, String> initialMetadata) {
        return Await.result(send(addressOf(kernel), initialMetadata));
    }

    private EngineConfig parsed() {
        return ConfDirectory.parse(texts(), _ -> null);
    }

    private ConfTexts texts() {
        KernelUnderTest.write(directory, "kernel.yaml", """
                policy_kernel:
                  server: { address: 127.0.0.1, port: 0 }
                  observability: { metrics_port: 0 }
                  limits: { phase_timeout_ms: 15000 }
                  envoy: { message_timeout_ms: 20000 }
                """);
        KernelUnderTest.write(directory, "routes/routes.yaml", """
                route_policies: [{ route_name: /route, request_flow: { policy_chain: [{ policy: counting }] } }]
                """);
        return ConfTexts.readBlocking(directory);
    }

    private KernelVerticle start() {
        ConfTexts texts = texts();
        return engine.start(
                new KernelStart(texts, ConfDirectory.parse(texts, _ -> null)),
                meters -> new KernelHost(
                        _ -> null,
                        ListedWorkers.of(worker(configured)),
                        _ -> {},
                        new ProcessResources(meters, Executor.ofProcess(meters), 2, InstantSource.system()),
                        List::of,
                        Management.NONE,
                        new Exchanges()));
    }

    private Map<String, String> awaitMark() {
        Await.until("the exchanges of the exercise", () -> mark.get() != null);
        return Objects.requireNonNull(mark.get());
    }

    private double exchanges(String outcome) {
        return engine.metric("policy_kernel_exchanges_total{outcome=\"" + outcome + "\"}");
    }

    @Test
    void reachesNoPolicyOfTheConfigurationAndCountsNowhere() {
        KernelVerticle kernel = start();

        end.complete(EXCHANGES);
        Await.result(kernel.firstReady());

        assertThat(exercised).hasValue(EXCHANGES);
        assertThat(configured).hasValue(0);
        assertThat(exchanges("passed")).isZero();
        assertThat(engine.admin("/metrics")).doesNotContain("route=\"/route\"");
        assertThat(kernel.activeExchanges()).isZero();
        assertThat(kernel.bufferedBytes()).isZero();
        assertThat(log.messages())
                .containsExactly("INFO the kernel has warmed up with 3 requests to itself (exercise)");
        assertThat(closed).isTrue();

        sendTo(kernel, Map.of());

        assertThat(configured).hasValue(1);
        Await.untilAsserted(() -> assertThat(exchanges("passed")).isEqualTo(1));
    }

    @Test
    void isNotReadyBeforeAndServesAlready() {
        KernelVerticle kernel = start();
        awaitMark();

        assertThat(engine.admin("/health/ready"))
                .startsWith("503 ")
                .contains("the kernel still sends itself warm-up requests");
        assertThat(engine.admin("/health/startup"))
                .startsWith("503 ")
                .contains("the kernel still sends itself warm-up requests");
        assertThat(kernel.firstReady().isComplete()).isFalse();
        sendTo(kernel, Map.of());
        assertThat(configured).hasValue(1);

        end.complete(EXCHANGES);
        Await.result(kernel.firstReady());

        assertThat(engine.admin("/health/ready")).startsWith("200 ");
        assertThat(engine.admin("/health/startup")).startsWith("200 ");
    }

    @Test
    void nobodyElsePassesForTheExercise() {
        KernelVerticle kernel = start();
        Map<String, String> known = awaitMark();

        sendTo(kernel, Map.of(ExerciseMark.FIELD, "0".repeat(64)));
        sendTo(kernel, Map.of(ExerciseMark.FIELD, ""));

        assertThat(configured).hasValue(2);

        assertThat(known).containsKey(ExerciseMark.FIELD);
        assertThat(exercised).hasValue(EXCHANGES);
    }

    @Test
    void aStreamOfTheExerciseThatArrivesAfterItsEndIsNoExchange() {
        KernelVerticle kernel = start();
        Map<String, String> known = awaitMark();
        end.complete(EXCHANGES);
        Await.result(kernel.firstReady());

        try (CapturedLog exchanges = CapturedLog.of("io.policyengine.kernel.exchange")) {
            for (String route : List.of("/route", "a route of the exercise")) {
                SimResult late = Await.result(exchange(addressOf(kernel), route, known));

                assertThat(late.status()).as(late.details()).isNotEqualTo(200);
            }
            assertThat(exchanges.messages()).isEmpty();
        }
        // The counters of an exchange that the kernel began would be incremented before those of the next one.
        sendTo(kernel, Map.of());
        Await.untilAsserted(() -> assertThat(exchanges("passed")).isEqualTo(1));
        assertThat(engine.admin("/metrics")
                        .lines()
                        .filter(line -> line.startsWith("policy_kernel_exchanges_total"))
                        .filter(line -> !line.contains("outcome=\"passed\"")))
                .allMatch(line -> line.endsWith(" 0.0"));
        assertThat(configured).hasValue(1);
        assertThat(exercised).hasValue(EXCHANGES);
    }

    @Test
    void isReadyThoughTheExerciseFails() {
        KernelVerticle kernel = start();

        end.fail("it was answered with 504");
        Await.result(kernel.firstReady());

        assertThat(log.messages())
                .containsExactly("WARN the kernel's warm-up (exercise) failed: the first requests may take longer");
        assertThat(engine.admin("/health/ready")).startsWith("200 ");
    }

    @Test
    void isReadyThoughTheExerciseHangs() {
        KernelVerticle kernel = start();

        Await.result(kernel.firstReady());

        assertThat(end.future().isComplete()).isFalse();
        assertThat(closed).isTrue();
        assertThat(log.messages())
                .containsExactly("INFO the kernel's warm-up (exercise) ran out of time:"
                        + " the first requests may take longer");
    }

    @Test
    void endsInTheMiddleOfTheExercise() {
        start();
        awaitMark();

        Await.result(engine.stop());

        assertThat(closed).isTrue();
    }
}
