package io.policyengine.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.policyengine.core.async.Alarm;
import io.policyengine.core.chain.OnFailure;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.PolicyDescriptor;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.PolicyFactory;
import io.policyengine.core.time.Ticker;
import io.policyengine.core.work.executor.Executor;
import io.policyengine.core.worker.ChainSpec;
import io.policyengine.core.worker.PreparedChain;
import io.policyengine.testkit.time.Await;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.node.JsonNodeFactory;

/** Chains that take their time to be prepared, as where a policy waits for a file that does not answer. */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SlowPreparationTest {
    private final CountDownLatch answers = new CountDownLatch(1);
    private final AtomicInteger closed = new AtomicInteger();
    private final Vertx vertx = Vertx.vertx();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final ManualAlarm alarm = new ManualAlarm();
    private final LocalWorker worker = new LocalWorker(
            vertx,
            WorkerOptions.defaults("w", "1", Path.of("/")),
            PolicyRegistry.of(List.of(new Slow(), new Quick())),
            meters,
            InstantSource.system(),
            Ticker.SYSTEM,
            Executor.ofProcess(meters),
            alarm);

    /** Timers that expire when the test says so. */
    private static final class ManualAlarm implements Alarm {
        private final List<Runnable> set = new CopyOnWriteArrayList<>();

        @Override
        public Runnable after(Duration time, Runnable ring) {
            set.add(ring);
            return () -> set.remove(ring);
        }

        void ring() {
            set.forEach(Runnable::run);
        }
    }

    record NoParams() {}

    /** Waits for an answer. */
    private final class Slow implements PolicyFactory<NoParams> {
        @Override
        public PolicyDescriptor descriptor() {
            return PolicyDescriptor.headersOnly("slow", "1.0.0", "Waits.", Set.of(Phase.REQUEST), Set.of());
        }

        @Override
        public Policy create(NoParams params, PolicyEnvironment env) {
            try {
                assertThat(answers.await(50, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException ended) {
                throw new IllegalStateException(ended);
            }
            return new Policy() {
                @Override
                public void close() {
                    closed.incrementAndGet();
                }
            };
        }
    }

    private static final class Quick implements PolicyFactory<NoParams> {
        @Override
        public PolicyDescriptor descriptor() {
            return PolicyDescriptor.headersOnly("quick", "1.0.0", "Does nothing.", Set.of(Phase.REQUEST), Set.of());
        }

        @Override
        public Policy create(NoParams params, PolicyEnvironment env) {
            return new Policy() {};
        }
    }

    @AfterEach
    void stop() throws Exception {
        answers.countDown();
        Await.result(worker.close());
        Await.result(vertx.close());
    }

    private static ChainSpec chain(long id, String policy) {
        return new ChainSpec(
                id,
                "r",
                Phase.REQUEST,
                List.of(new ChainSpec.Entry(
                        policy,
                        policy,
                        JsonNodeFactory.instance.objectNode(),
                        OnFailure.DENY,
                        OnFailure.DENY,
                        null,
                        null,
                        false)));
    }

    private List<PreparedChain> prepare(ChainSpec... chains) throws Exception {
        return Await.result(worker.prepare(1, List.of(chains)));
    }

    private void prepareInVain(ChainSpec slow) {
        Future<List<PreparedChain>> prepared = worker.prepare(1, List.of(slow));
        alarm.ring();

        assertThat(Await.result(prepared)).noneMatch(PreparedChain::isCallable);
    }

    @Test
    void oneThatHangsHoldsUpNoOtherAndIsToldToBeNoGood() throws Exception {
        var hanging = worker.prepare(1, List.of(chain(1, "slow"), chain(2, "quick")));

        assertThat(prepare(chain(3, "quick"))).allMatch(PreparedChain::isCallable);
        Await.until(() -> alarm.set.size() == 1);
        assertThat(hanging.isComplete()).isFalse();
        alarm.ring();
        List<PreparedChain> prepared = Await.result(hanging);

        assertThat(prepared).extracting(PreparedChain::id).containsExactly(1L, 2L);
        assertThat(prepared.get(1).isCallable()).isTrue();
        assertThat(prepared.get(0).unfinished()).isTrue();
        assertThat(prepared.get(0).entries().getFirst().problems().getFirst().message())
                .startsWith("the chain is still being prepared after 4000 ms");
    }

    /** As on a busy machine, where the first chain of a process takes seconds. */
    @Test
    void aCheckWaitsLongerSinceNoKernelWaitsForIt() {
        Future<List<PreparedChain>> checked = worker.check(List.of(chain(1, "slow")));
        alarm.ring();

        assertThat(Await.result(checked)
                        .getFirst()
                        .entries()
                        .getFirst()
                        .problems()
                        .getFirst()
                        .message())
                .startsWith("the chain is still being prepared after 30000 ms");
    }

    @Test
    void oneThatIsDoneLateIsThereForWhoAsksAgain() throws Exception {
        prepareInVain(chain(1, "slow"));

        answers.countDown();

        assertThat(prepare(chain(1, "slow"))).allMatch(PreparedChain::isCallable);
        assertThat(worker.preparedChains()).isEqualTo(1);
        assertThat(closed).hasValue(0);
    }

    @Test
    void oneThatIsReleasedMeanwhileIsClosedWhenItIsDone() throws Exception {
        prepareInVain(chain(1, "slow"));
        Await.result(worker.release(List.of(1L)));

        answers.countDown();

        Await.until(() -> closed.get() == 1);
        Await.until(() -> alarm.set.isEmpty());
        assertThat(worker.preparedChains()).isZero();
    }
}
