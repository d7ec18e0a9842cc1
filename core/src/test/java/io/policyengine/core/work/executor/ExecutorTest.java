package io.policyengine.core.work.executor;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.policyengine.core.capacity.Capacity;
import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.error.PolicyException;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.work.Lane;
import io.policyengine.core.work.StoppedException;
import io.policyengine.core.work.TooMuchMemoryException;
import io.policyengine.core.work.Work;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class ExecutorTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final AtomicLong now = new AtomicLong(1);
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final Capacity room = new Capacity(100);
    private final Executor executor = new Executor(new WorkLimits(4, 2, SECOND, 3), room, now::get, meters);
    private final CountDownLatch free = new CountDownLatch(1);
    private final Semaphore begun = new Semaphore(0);

    @AfterEach
    void release() {
        free.countDown();
    }

    @Test
    void comesBackToTheCallersEventLoop() throws Exception {
        Vertx vertx = Vertx.vertx();
        try {
            Context caller = vertx.getOrCreateContext();
            Promise<List<Object>> seen = Promise.promise();
            caller.runOnContext(_ -> executor.submit(
                            new Work(Lane.SHORT, 1), new Cancellation(), _ -> Context.isOnEventLoopThread())
                    .onSuccess(onLoop -> seen.complete(List.of(onLoop, String.valueOf(Vertx.currentContext())))));

            assertThat(seen.future().await(30, TimeUnit.SECONDS)).containsExactly(false, caller.toString());
        } finally {
            vertx.close().await(30, TimeUnit.SECONDS);
        }
    }

    @Test
    void passwordsAndLongWorkLeaveThreadsToOthers() {
        List<Future<String>> passwords = hold(Lane.PASSWORDS, 4);
        awaitBegun(2);
        assertThat(gauge("policy_engine_work_running", Lane.PASSWORDS)).isEqualTo(2);
        assertThat(gauge("policy_engine_work_queued", Lane.PASSWORDS)).isEqualTo(2);
        List<Future<String>> longs = hold(Lane.LONG, 2);
        awaitBegun(2);

        release();

        passwords.forEach(ExecutorTest::succeeds);
        longs.forEach(ExecutorTest::succeeds);
        assertThat(meters.get("policy_engine_work_wait_seconds").timers()).hasSize(3);
    }

    @Test
    void longWorkLeavesAThreadToShort() {
        hold(Lane.LONG, 5);
        awaitBegun(3);

        assertThat((Object) succeeds(executor.submit(new Work(Lane.SHORT, 0), new Cancellation(), _ -> "short")))
                .isEqualTo("short");
    }

    @Test
    void whatWaitsLongestGetsTheNextThreadSoThatNoLaneStarves() {
        Executor one = new Executor(new WorkLimits(1, 1, Duration.ofMinutes(1), 9), room, now::get, meters);
        List<Lane> order = new ArrayList<>();
        one.submit(new Work(Lane.SHORT, 0), new Cancellation(), _ -> {
            begun.release();
            return free.await(30, TimeUnit.SECONDS);
        });
        awaitBegun(1);
        List<Future<Boolean>> all = new ArrayList<>();
        all.add(one.submit(new Work(Lane.LONG, 0), new Cancellation(), _ -> order.add(Lane.LONG)));
        now.addAndGet(900);
        all.add(one.submit(new Work(Lane.PASSWORDS, 0), new Cancellation(), _ -> order.add(Lane.PASSWORDS)));
        all.add(one.submit(new Work(Lane.SHORT, 0), new Cancellation(), _ -> order.add(Lane.SHORT)));
        now.addAndGet(100);

        release();

        all.forEach(ExecutorTest::succeeds);
        assertThat(order).containsExactly(Lane.LONG, Lane.SHORT, Lane.PASSWORDS);
    }

    @Test
    void refusesMoreThanMayWaitAsOverload() {
        hold(Lane.SHORT, 4);
        awaitBegun(4);
        hold(Lane.SHORT, 3);

        Throwable failure = failure(executor.submit(new Work(Lane.SHORT, 0), new Cancellation(), _ -> "more"));

        assertOverloaded(failure);
        assertThat(dropped(Lane.SHORT, "full")).isEqualTo(1);
    }

    @Test
    void neverBeginsWhatHasWaitedTooLong() {
        hold(Lane.SHORT, 4);
        awaitBegun(4);
        AtomicBoolean ran = new AtomicBoolean();
        Future<Boolean> late = executor.submit(new Work(Lane.SHORT, 0), new Cancellation(), _ -> ran.getAndSet(true));
        Future<Boolean> dead = executor.submit(
                new Work(Lane.SHORT, 0),
                new Call("id", 1, now.get() + 1_000_000, new Cancellation()),
                _ -> ran.getAndSet(true));

        now.addAndGet(1_000_000);
        assertOverloaded(failure(dead));
        assertThat(late.isComplete()).isFalse();
        now.addAndGet(SECOND.toNanos());

        assertOverloaded(failure(late));
        release();
        assertThat(ran).isFalse();
        assertThat(dropped(Lane.SHORT, "waited")).isEqualTo(2);
    }

    @Test
    void workOfACallBeginsInTheFirstHalfOfItsTime() {
        hold(Lane.SHORT, 4);
        awaitBegun(4);
        AtomicBoolean ran = new AtomicBoolean();
        Call call = new Call("id", 1, now.get() + 1_000_000, new Cancellation());
        Future<Boolean> late = executor.submit(new Work(Lane.SHORT, 0), call, _ -> ran.getAndSet(true));

        now.addAndGet(500_000);

        assertOverloaded(failure(late));
        release();
        assertThat(ran).isFalse();
    }

    @Test
    void theNewestBeginsFirstWhileTheOldestHasWaitedForLong() {
        Executor one = new Executor(new WorkLimits(1, 1, Duration.ofMinutes(1), 9), room, now::get, meters);
        List<String> order = new ArrayList<>();
        one.submit(new Work(Lane.SHORT, 0), new Cancellation(), _ -> {
            begun.release();
            return free.await(30, TimeUnit.SECONDS);
        });
        awaitBegun(1);
        List<Future<Boolean>> all = new ArrayList<>();
        all.add(one.submit(new Work(Lane.SHORT, 0), new Cancellation(), _ -> order.add("old")));
        now.addAndGet(Duration.ofSeconds(46).toNanos());
        all.add(one.submit(new Work(Lane.SHORT, 0), new Cancellation(), _ -> order.add("newer")));
        all.add(one.submit(new Work(Lane.SHORT, 0), new Cancellation(), _ -> order.add("newest")));

        release();

        all.forEach(ExecutorTest::succeeds);
        assertThat(order).containsExactly("newest", "newer", "old");
    }

    @Test
    void aCallThatIsCancelledBeginsNothing() {
        hold(Lane.SHORT, 4);
        awaitBegun(4);
        Cancellation cancellation = new Cancellation();
        Future<String> waiting = executor.submit(new Work(Lane.SHORT, 0), cancellation, _ -> "never");
        assertThat(cancellation.isWorking()).isTrue();

        cancellation.cancel();

        assertThat(cancellation.isWorking()).isFalse();
        assertThat(failure(waiting)).isInstanceOf(StoppedException.class);
        assertThat(failure(executor.submit(new Work(Lane.SHORT, 0), cancellation, _ -> "never")))
                .isInstanceOf(StoppedException.class);
        assertThat(gauge("policy_engine_work_queued", Lane.SHORT)).isZero();
        assertThat(dropped(Lane.SHORT, "cancelled")).isEqualTo(2);
    }

    @Test
    void workThatRunsIsToldToStopAndKeepsItsMemoryUntilItHas() {
        Cancellation cancellation = new Cancellation();
        Future<String> running = executor.submit(new Work(Lane.LONG, 70), cancellation, stop -> {
            begun.release();
            assertThat(free.await(30, TimeUnit.SECONDS)).isTrue();
            stop.check();
            return "all of it";
        });
        awaitBegun(1);

        cancellation.cancel();
        assertThat(room.taken()).isEqualTo(70);
        release();

        assertThat(failure(running)).isInstanceOf(StoppedException.class);
        assertThat(room.taken()).isZero();
    }

    @Test
    void nobodyListensToAnExchangeForWorkThatIsOver() {
        Cancellation cancellation = new Cancellation();

        succeeds(executor.submit(new Work(Lane.SHORT, 1), cancellation, _ -> "done"));

        assertThat(cancellation.isUntouched()).isTrue();
    }

    @Test
    void workWaitsUntilThereIsMemoryForIt() {
        Future<Boolean> first = executor.submit(new Work(Lane.LONG, 60), new Cancellation(), _ -> {
            begun.release();
            return free.await(30, TimeUnit.SECONDS);
        });
        awaitBegun(1);
        Future<Long> second = executor.submit(new Work(Lane.LONG, 60), new Cancellation(), _ -> room.taken());

        assertThat((Object) succeeds(executor.submit(new Work(Lane.SHORT, 40), new Cancellation(), _ -> room.taken())))
                .isEqualTo(100L);
        assertThat(second.isComplete()).isFalse();
        release();

        assertThat((Object) succeeds(first)).isEqualTo(true);
        assertThat((Object) succeeds(second)).isEqualTo(60L);
    }

    @Test
    void whatNeedsMuchMemoryIsNotPassedByForEver() {
        hold(Lane.LONG, 1, 60);
        awaitBegun(1);
        executor.submit(new Work(Lane.LONG, 60), new Cancellation(), _ -> "large");
        for (int i = 0; i < 8; i++) {
            now.addAndGet(1);
            succeeds(executor.submit(new Work(Lane.SHORT, 1), new Cancellation(), _ -> "small"));
        }

        Future<String> ninth = executor.submit(new Work(Lane.PASSWORDS, 1), new Cancellation(), _ -> "small");
        now.addAndGet(SECOND.toNanos());

        assertOverloaded(failure(ninth));
    }

    @Test
    void refusesWhatNeedsMoreMemoryThanThereIs() {
        Throwable failure = failure(executor.submit(new Work(Lane.LONG, 101), new Cancellation(), _ -> "huge"));

        assertThat(failure)
                .isInstanceOfSatisfying(
                        TooMuchMemoryException.class,
                        refused -> assertThat(refused.code()).isEqualTo(ErrorCode.OVERLOADED))
                .hasMessageContaining("101 bytes")
                .hasMessageContaining("100");
        assertThat(dropped(Lane.LONG, "too_large")).isEqualTo(1);
    }

    @Test
    void failsWithWhatTheWorkThrowsAndFreesItsMemory() {
        AssertionError thrown = new AssertionError("a bug");

        Throwable failure = failure(executor.submit(new Work(Lane.SHORT, 50), new Cancellation(), _ -> {
            throw thrown;
        }));

        assertThat(failure).isSameAs(thrown);
        assertThat(room.taken()).isZero();
        assertThat(meters.get("policy_engine_work_held_bytes").gauge().value()).isZero();
    }

    @Test
    void countsRightWhereManyThreadsAskAtOnce() {
        Executor busy =
                new Executor(new WorkLimits(4, 2, Duration.ofMinutes(1), 100_000), new Capacity(300), now::get, meters);
        List<Lane> lanes = List.of(Lane.values());
        AtomicLong most = new AtomicLong();
        AtomicLong held = new AtomicLong();
        List<Thread> callers = new ArrayList<>();
        List<List<Future<Long>>> all = new ArrayList<>();
        for (int caller = 0; caller < 4; caller++) {
            List<Future<Long>> mine = new ArrayList<>();
            all.add(mine);
            callers.add(Thread.ofPlatform().start(() -> {
                for (int i = 0; i < 2_000; i++) {
                    long bytes = 90L + i % 7;
                    mine.add(busy.submit(new Work(lanes.get(i % lanes.size()), bytes), new Cancellation(), _ -> {
                        most.accumulateAndGet(held.addAndGet(bytes), Math::max);
                        return held.addAndGet(-bytes);
                    }));
                }
            }));
        }

        for (Thread caller : callers) {
            joinBlocking(caller);
        }

        all.forEach(mine -> mine.forEach(ExecutorTest::succeeds));
        assertThat(most.get()).isBetween(90L, 300L);
        assertThat(held).hasValue(0);
    }

    private List<Future<String>> hold(Lane lane, int pieces) {
        return hold(lane, pieces, 0);
    }

    private List<Future<String>> hold(Lane lane, int pieces, long heapBytes) {
        List<Future<String>> held = new ArrayList<>();
        for (int i = 0; i < pieces; i++) {
            held.add(executor.submit(new Work(lane, heapBytes), new Cancellation(), _ -> {
                begun.release();
                assertThat(free.await(30, TimeUnit.SECONDS)).isTrue();
                return Thread.currentThread().getName();
            }));
        }
        return held;
    }

    private void awaitBegun(int pieces) {
        try {
            assertThat(begun.tryAcquire(pieces, 30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    private static void joinBlocking(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    private double gauge(String id, Lane lane) {
        return meters.get(id).tag("lane", lane.label()).gauge().value();
    }

    private double dropped(Lane lane, String reason) {
        return meters.get("policy_engine_work_dropped_total")
                .tags("lane", lane.label(), "reason", reason)
                .counter()
                .count();
    }

    private static <T> T succeeds(Future<T> future) {
        return future.toCompletionStage()
                .toCompletableFuture()
                .orTimeout(30, TimeUnit.SECONDS)
                .join();
    }

    private static Throwable failure(Future<?> future) {
        try {
            succeeds(future);
        } catch (CompletionException failed) {
            @Nullable Throwable cause = failed.getCause();
            return cause == null ? failed : cause;
        }
        throw new AssertionError("it succeeded");
    }

    private static void assertOverloaded(Throwable failure) {
        assertThat(failure)
                .isInstanceOfSatisfying(
                        PolicyException.class,
                        refused -> assertThat(refused.code()).isEqualTo(ErrorCode.OVERLOADED));
    }
}
