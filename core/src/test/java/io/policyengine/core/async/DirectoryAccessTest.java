package io.policyengine.core.async;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A directory that hangs hangs on a latch, and time passes when the test says so. */
class DirectoryAccessTest {
    private final Vertx vertx = Vertx.vertx();
    private final AtomicReference<Runnable> ring = new AtomicReference<>(() -> {});
    private final DirectoryAccess access =
            new DirectoryAccess(vertx, "conf", "the conf directory /conf", (_, rings) -> {
                ring.set(rings);
                return () -> {};
            });
    private final CountDownLatch answers = new CountDownLatch(1);
    private final Promise<String> answered = Promise.promise();
    private final List<String> done = new CopyOnWriteArrayList<>();

    @AfterEach
    void stop() throws Exception {
        answers.countDown();
        vertx.close().await(30, TimeUnit.SECONDS);
    }

    /** Work that waits for the directory, then writes. */
    private Future<Boolean> hang() {
        access.onAnswered(() -> answered.tryComplete("again"));
        CountDownLatch begun = new CountDownLatch(1);
        Future<Boolean> work = access.run(attempt -> {
            begun.countDown();
            boolean answer = answers.await(30, TimeUnit.SECONDS);
            attempt.requireAwaited();
            done.add("first");
            return answer;
        });
        try {
            assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        return work;
    }

    private void letTimePass() {
        ring.get().run();
    }

    private static <T> T result(Future<T> future) throws Exception {
        return future.await(30, TimeUnit.SECONDS);
    }

    @Test
    void workThatIsOverInTimeHasItsResultAndIsNotInterruptedByItsAlarm() throws Exception {
        int before = result(access.run(_ -> 1));

        letTimePass();

        int after = result(access.run(_ -> 2));
        assertThat(before + after).isEqualTo(3);
        assertThat(access.refusal()).isNull();
    }

    @Test
    void failsWithWhatTheWorkThrows() {
        assertThatThrownBy(() -> result(access.run(_ -> {
                    throw new IOException("the disk is full");
                })))
                .hasMessageContaining("the disk is full");
    }

    @Test
    void nobodyWaitsLongerThanTheLimitForADirectoryThatHangs() {
        Future<Boolean> first = hang();
        Future<Boolean> second = access.run(_ -> done.add("second"));

        letTimePass();

        assertThatThrownBy(() -> result(first))
                .isInstanceOf(UnansweredException.class)
                .hasMessageContaining("/conf has not answered within 10 s: repair its mount");
        assertThatThrownBy(() -> result(second)).isInstanceOf(UnansweredException.class);
        assertThat(done).isEmpty();
    }

    @Test
    void nothingBeginsWhileItHangsAndWhoeverAsksIsRefusedAtOnce() {
        hang();
        letTimePass();

        Future<Boolean> later = access.run(_ -> done.add("later"));

        assertThat(later.cause()).isInstanceOf(UnansweredException.class);
        assertThat(access.refusal()).isNotNull();
        assertThat(done).isEmpty();
    }

    @Test
    void isTakenUpAgainWhenTheDirectoryAnswersAndWritesNothingThatWasToldToHaveFailed() throws Exception {
        hang();
        letTimePass();

        answers.countDown();

        assertThat(result(answered.future())).isEqualTo("again");
        assertThat(access.refusal()).isNull();
        boolean later = result(access.run(_ -> done.add("later")));
        assertThat(later).isTrue();
        assertThat(done).containsExactly("later");
    }
}
