package io.policyengine.worker.watchdog;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.policyengine.core.chain.OnFailure;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.policy.Metadata;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.PolicyDescriptor;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.PolicyFactory;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.time.Ticker;
import io.policyengine.core.worker.ChainSpec;
import io.policyengine.core.worker.RequestCall;
import io.policyengine.testkit.time.Await;
import io.policyengine.testkit.time.FakeTicker;
import io.policyengine.worker.LocalWorker;
import io.policyengine.worker.PolicyRegistry;
import io.policyengine.worker.RunningPolicy;
import io.policyengine.worker.WorkerOptions;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.JsonNodeFactory;

/** The watchdog looks when the test says so, and believes the time that the test names. */
class LoopWatchdogTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final Duration INTERVAL = Duration.ofMillis(500);

    private static final RunningPolicy.Position PLACE = new RunningPolicy.Position("first", "request", "/slow");

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    private final Context loop = vertx.getOrCreateContext();
    private final Spinning spinning = new Spinning();
    private final List<StuckLoop> told = new ArrayList<>();
    private final LocalWorker worker = new LocalWorker(
            vertx,
            WorkerOptions.defaults("w", "1", Path.of("/")),
            PolicyRegistry.of(List.of(spinning)),
            new SimpleMeterRegistry());
    private final LoopWatchdog watchdog = new LoopWatchdog(vertx, worker, TIMEOUT, Ticker.SYSTEM, told::add);

    @AfterEach
    void stop() throws Exception {
        spinning.released.countDown();
        Await.result(vertx.close());
    }

    @Test
    void tellsOnceWhichPolicyKeepsALoopBusyAndWhatItsThreadDoes() throws Exception {
        lookOnceAndLetAllAnswer();
        spin(false);

        look(15);

        assertThat(told).hasSize(1).isEqualTo(watchdog.stuck());
        assertThat(told.getFirst().policy()).isEqualTo(new RunningPolicy("spinning", PLACE));
        assertThat(told.getFirst().stack().getStackTrace())
                .anyMatch(frame -> frame.getClassName().startsWith(Spinning.class.getName()));
        assertThat(told.getFirst().describe())
                .contains("stuck for more than 5000 ms", "policy 'spinning'", "entry 'first'", "route '/slow'");
    }

    @Test
    void namesThePolicyByItsCodeWhereItGoesOnAfterAWait() throws Exception {
        lookOnceAndLetAllAnswer();
        spin(true);

        look(15);

        assertThat(told).singleElement().extracting(StuckLoop::policy).isEqualTo(new RunningPolicy("spinning", null));
    }

    @Test
    void aLoopThatGetsOnAgainIsStuckNoMoreAndIsReportedAgain() throws Exception {
        lookOnceAndLetAllAnswer();
        Future<?> spun = spin(false);
        look(15);

        spinning.released.countDown();
        Await.result(spun);
        lookOnceAndLetAllAnswer();
        lookOnceAndLetAllAnswer();

        assertThat(watchdog.stuck()).isEmpty();
        assertThat(told).hasSize(1);
    }

    @Test
    void tellsHowLongALoopTookToAnswer() throws Exception {
        FakeTicker clock = new FakeTicker();
        Queue<Long> lags = new ConcurrentLinkedQueue<>();
        LoopWatchdog measuring =
                new LoopWatchdog(List.of(vertx), worker::runningOn, TIMEOUT, clock, told::add, lags::add);
        Future<?> spun = spin(false);

        measuring.look(INTERVAL);
        clock.advance(Duration.ofMillis(30));
        spinning.released.countDown();
        Await.result(spun);

        Await.until(() -> !lags.isEmpty());
        assertThat(lags).containsExactly(Duration.ofMillis(30).toNanos());
    }

    @Test
    void aPauseOfTheWholeProcessMakesNothingStuck() throws Exception {
        lookOnceAndLetAllAnswer();
        spin(false);

        watchdog.look(INTERVAL);
        watchdog.look(Duration.ofHours(1));
        watchdog.look(Duration.ofHours(1));

        assertThat(told).isEmpty();
    }

    @Test
    void loopsThatAnswerAreNotStuckHoweverLongItLooks() throws Exception {
        for (int i = 0; i < 30; i++) {
            lookOnceAndLetAllAnswer();
        }

        assertThat(told).isEmpty();
    }

    @Test
    void looksByItselfOnceStarted() throws Exception {
        CountDownLatch found = new CountDownLatch(1);
        try (LoopWatchdog started =
                new LoopWatchdog(vertx, worker, Duration.ofMillis(200), Ticker.SYSTEM, _ -> found.countDown())) {
            started.start();
            spin(false);

            assertThat(found.await(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    private void look(int times) {
        for (int i = 0; i < times; i++) {
            watchdog.look(INTERVAL);
        }
    }

    /** What the loop is asked before, it does before. */
    private void lookOnceAndLetAllAnswer() throws Exception {
        watchdog.look(INTERVAL);
        Promise<Void> asked = Promise.promise();
        loop.runOnContext(_ -> asked.complete());
        Await.result(asked.future());
    }

    /** Sends the loop into the policy; returns the end of the call when it is there. */
    private Future<?> spin(boolean later) throws Exception {
        ChainSpec chain = new ChainSpec(
                1,
                "/slow",
                Phase.REQUEST,
                List.of(new ChainSpec.Entry(
                        "first",
                        "spinning",
                        JsonNodeFactory.instance.objectNode().put("later", later),
                        OnFailure.DENY,
                        OnFailure.DENY,
                        null,
                        null,
                        false)));
        Await.result(worker.prepare(1, List.of(chain)));
        Promise<Void> end = Promise.promise();
        loop.runOnContext(_ -> worker.link().execute(call()).<Void>mapEmpty().onComplete(end));
        assertThat(spinning.begun.await(30, TimeUnit.SECONDS)).isTrue();
        return end.future();
    }

    private static RequestCall call() {
        Call call = new Call(
                "r", 1, Ticker.SYSTEM.nanoTime() + Duration.ofMinutes(5).toNanos(), new Cancellation());
        RequestView request = new RequestView(
                "GET", "http", "example.com", "/", HeaderMap.empty(), "192.0.2.1", Map.of(), null, false);
        return new RequestCall(call, 1, 0, 1, request, Metadata.empty());
    }

    /** Parameters of the policy. */
    record Params(boolean later) {}

    /** A policy that keeps its loop busy until it is released. */
    private static final class Spinning implements PolicyFactory<Params> {
        private final CountDownLatch begun = new CountDownLatch(1);
        private final CountDownLatch released = new CountDownLatch(1);

        @Override
        public PolicyDescriptor descriptor() {
            return PolicyDescriptor.headersOnly("spinning", "1", "Spins.", Set.of(Phase.REQUEST), Set.of());
        }

        @Override
        public Policy create(Params params, PolicyEnvironment env) {
            return new Policy() {
                @Override
                public Future<RequestOutcome> onRequest(RequestContext request) {
                    return params.later() ? env.after(Duration.ofMillis(1)).compose(_ -> spin()) : spin();
                }
            };
        }

        private Future<RequestOutcome> spin() {
            begun.countDown();
            while (released.getCount() > 0) {
                Thread.onSpinWait();
            }
            return RequestOutcome.unchanged();
        }
    }
}
