package io.policyengine.kernel.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.capacity.Capacity;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.policy.Metadata;
import io.policyengine.core.worker.RequestCall;
import io.policyengine.core.worker.WorkerException;
import io.policyengine.core.worker.WorkerException.Kind;
import io.policyengine.testkit.policy.TestMessages;
import io.policyengine.testkit.time.Await;
import io.policyengine.testkit.time.FakeTicker;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.SocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A worker that has stopped: it keeps its connection, and reads nothing. */
class StoppedWorkerTest {
    private static final int SIZE = 60_000;
    /** Of large calls: half of the room is for small ones. */
    private static final int ROOM = (int) (UnsentBytes.MAX / 2 / SIZE);

    @TempDir
    private Path directory;

    private final Vertx vertx = Vertx.vertx();
    private final Context loop = vertx.getOrCreateContext();
    private final FakeTicker ticker = new FakeTicker();
    private final AtomicInteger streams = new AtomicInteger();
    private final List<Future<?>> calls = new CopyOnWriteArrayList<>();
    private RemoteLink link;

    @BeforeEach
    void start() throws Exception {
        String socket = directory.resolve("s").toString();
        Await.result(vertx.createHttpServer(new HttpServerOptions().setHttp2ClearTextEnabled(true))
                .requestHandler(request -> {
                    request.pause();
                    streams.incrementAndGet();
                })
                .listen(SocketAddress.domainSocketAddress(socket)));
        link = on(() -> new RemoteLink(
                vertx,
                RemoteWorkerOptions.defaults(socket),
                ticker,
                () -> {},
                new UnsentBytes(new LongAdder()),
                new Capacity(WorkerStream.MAX_PARTIAL_BYTES),
                () -> null));
    }

    @AfterEach
    void stop() throws Exception {
        Await.result(vertx.close());
    }

    private <T> T on(Supplier<T> action) {
        Promise<T> done = Promise.promise();
        loop.runOnContext(_ -> done.complete(action.get()));
        return Await.result(done.future());
    }

    private Future<?> call() {
        return call(SIZE);
    }

    private Future<?> call(int size) {
        Call call = new Call("r", 1, ticker.nanoTime() + Duration.ofMinutes(1).toNanos(), new Cancellation());
        return on(() -> link.execute(
                new RequestCall(call, 1, 0, 1, TestMessages.get("/", "x-large", "a".repeat(size)), Metadata.empty())));
    }

    /** Calls until one is refused. */
    private WorkerException refusal() {
        calls.add(call());
        Await.until(() -> streams.get() > 0);
        while (calls.size() < 2 * ROOM) {
            Future<?> made = call();
            if (made.failed()) {
                return (WorkerException) made.cause();
            }
            calls.add(made);
        }
        throw new AssertionError("no call was refused");
    }

    @Test
    void holdsABoundedNumberOfBytesAndFurtherCallsAreRefusedAsOverload() {
        WorkerException refusal = refusal();

        assertThat(refusal.kind()).isEqualTo(Kind.OVERLOADED);
        assertThat(refusal).hasMessageContaining("the worker has not read");
        assertThat(calls).hasSizeBetween(ROOM, ROOM + 20);
    }

    @Test
    void largeCallsLeaveRoomToSmallOnes() {
        refusal();

        assertThat(call(100).failed()).isFalse();
        assertThat(call().failed()).isTrue();
    }

    @Test
    void isLeftWhenItHasLongTakenNothingAndCalledAgain() {
        refusal();

        ticker.advance(Duration.ofSeconds(11));
        assertThat(call().failed()).isTrue();

        Await.until(() -> calls.stream().allMatch(Future::failed));
        Await.until(() -> {
            Future<?> made = call();
            return !made.isComplete();
        });
        Await.until(() -> streams.get() > 1);
    }
}
