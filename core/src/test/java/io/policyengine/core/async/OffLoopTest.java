package io.policyengine.core.async;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class OffLoopTest {
    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void close() throws Exception {
        vertx.close().await(30, TimeUnit.SECONDS);
    }

    @Test
    void worksOnAThreadThatMayBlockAndComesBackToTheCallersEventLoop() throws Exception {
        List<Boolean> onEventLoop = new CopyOnWriteArrayList<>();
        Context caller = vertx.getOrCreateContext();

        Context told = await(
                caller,
                () -> OffLoop.call(vertx, () -> onEventLoop.add(Context.isOnEventLoopThread()))
                        .map(_ -> Objects.requireNonNull(Vertx.currentContext())));

        assertThat(onEventLoop).containsExactly(false);
        assertThat(told).isEqualTo(caller);
    }

    @Test
    void failsWithWhatTheWorkThrows() {
        Context caller = vertx.getOrCreateContext();

        assertThatThrownBy(() -> await(
                        caller,
                        () -> OffLoop.run(vertx, () -> {
                            throw new IOException("the disk is full");
                        })))
                .hasMessageContaining("the disk is full");
    }

    @Test
    void piecesOfOneCallerDoNotWaitForEachOther() throws Exception {
        CountDownLatch second = new CountDownLatch(1);

        Boolean overtaken = await(vertx.getOrCreateContext(), () -> {
            Future<Boolean> first = OffLoop.call(vertx, () -> second.await(30, TimeUnit.SECONDS));
            return OffLoop.run(vertx, second::countDown).compose(_ -> first);
        });

        assertThat(overtaken).isTrue();
    }

    @Test
    void onThreadsOfItsOwnOnePieceFollowsTheOther() throws Exception {
        WorkerExecutor threads = vertx.createSharedWorkerExecutor("pieces", 4);
        List<Integer> order = new CopyOnWriteArrayList<>();

        await(vertx.getOrCreateContext(), () -> {
            for (int piece = 0; piece < 100; piece++) {
                int number = piece;
                OffLoop.callInOrder(threads, () -> order.add(number));
            }
            return OffLoop.callInOrder(threads, () -> true);
        });

        assertThat(order).hasSize(100).isSorted();
    }

    private static <T> T await(Context caller, Supplier<Future<T>> work) throws Exception {
        Promise<T> done = Promise.promise();
        caller.runOnContext(_ -> work.get().onComplete(done));
        return done.future().await(30, TimeUnit.SECONDS);
    }
}
