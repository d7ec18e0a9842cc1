package io.policyengine.kernel.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.capacity.Capacity;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.policy.Metadata;
import io.policyengine.core.time.Ticker;
import io.policyengine.core.worker.RequestCall;
import io.policyengine.core.worker.WorkerException;
import io.policyengine.core.worker.WorkerException.Kind;
import io.policyengine.proto.worker.v1.WorkerMessage;
import io.policyengine.testkit.policy.TestMessages;
import io.policyengine.testkit.time.Await;
import io.policyengine.testkit.worker.FakeWorker;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A worker whose answers are many, or have no end. */
class HostileAnswersTest {
    private static final int MIB = 1 << 20;
    private static final int PART = 8 * MIB;
    /** A call of its own rather than one on the stream. */
    private static final int LARGE = RemoteLink.LARGE + 1;

    @TempDir
    private Path directory;

    private final Vertx vertx = Vertx.vertx();
    private final Context loop = vertx.getOrCreateContext();
    private final Capacity room = new Capacity(WorkerStream.MAX_PARTIAL_BYTES);

    @AfterEach
    void stop() throws Exception {
        Await.result(vertx.close());
    }

    private Path socket() {
        return directory.resolve("s");
    }

    private <T> T on(Supplier<T> action) {
        Promise<T> done = Promise.promise();
        loop.runOnContext(_ -> done.complete(action.get()));
        return Await.result(done.future());
    }

    private RemoteLink link() {
        return on(() -> new RemoteLink(
                vertx,
                RemoteWorkerOptions.defaults(socket().toString()),
                Ticker.SYSTEM,
                () -> {},
                new UnsentBytes(new LongAdder()),
                room,
                () -> null));
    }

    private Future<?> call(RemoteLink link, int size) {
        Call call = new Call("r", 1, System.nanoTime() + Duration.ofMinutes(1).toNanos(), new Cancellation());
        return on(() -> link.execute(
                new RequestCall(call, 1, 0, 1, TestMessages.get("/", "x-large", "a".repeat(size)), Metadata.empty())));
    }

    private FakeWorker start(UnaryOperator<FakeWorker> hostile) {
        FakeWorker worker = hostile.apply(FakeWorker.at(vertx, socket()));
        Await.result(worker.start());
        return worker;
    }

    private static WorkerException failure(List<Future<?>> calls) {
        Await.until(() -> calls.stream().anyMatch(Future::failed));
        return (WorkerException)
                calls.stream().filter(Future::failed).findFirst().orElseThrow().cause();
    }

    @Test
    void holdsABoundedPartOfAnswersThatDoNotEnd() {
        start(worker -> worker.beginAnswers(PART));
        RemoteLink link = link();
        int fit = (int) (WorkerStream.MAX_PARTIAL_BYTES / PART);
        List<Future<?>> calls = new ArrayList<>();
        for (int i = 0; i < fit + 4; i++) {
            calls.add(call(link, LARGE));
        }

        WorkerException refusal = failure(calls);

        assertThat(refusal.kind()).isEqualTo(Kind.INVALID_ANSWER);
        assertThat(refusal).hasMessageContaining("use up their memory budget");
        Await.until(() -> calls.stream().filter(Future::failed).count() >= 3);
        assertThat(room.taken()).isBetween(1L, WorkerStream.MAX_PARTIAL_BYTES + (fit + 4L) * (LARGE + 1000));
        assertThat(calls.stream().filter(call -> !call.isComplete()).count()).isBetween(1L, fit + 1L);
        Await.result(on(link::close));
        Await.until(() -> room.taken() == 0);
    }

    @Test
    void anAnswerThatIsGivenUpGivesItsRoomBack() {
        start(worker -> worker.beginAnswers(PART));
        RemoteLink link = link();
        Cancellation cancellation = new Cancellation();
        Call call = new Call("r", 1, System.nanoTime() + Duration.ofMinutes(1).toNanos(), cancellation);
        on(() -> link.execute(
                new RequestCall(call, 1, 0, 1, TestMessages.get("/", "x-large", "a".repeat(LARGE)), Metadata.empty())));
        Await.until(() -> room.taken() > MIB);

        on(() -> {
            cancellation.cancel();
            return 0;
        });

        Await.until(() -> room.taken() == 0);
    }

    /** A worker that is ignored from then on, and called again. */
    @Test
    void aWorkerThatAnswersWhatNobodyAskedIsLeft() {
        FakeWorker worker = start(fake -> fake.onAnswers(HostileAnswersTest::unasked));
        RemoteLink link = link();

        WorkerException refusal = failure(List.of(call(link, 1)));

        assertThat(refusal.kind()).isEqualTo(Kind.INVALID_ANSWER);
        assertThat(refusal).hasMessageContaining("unsolicited answers");
        worker.onAnswers(answers -> answers);
        Await.until(() -> {
            Future<?> made = call(link, 1);
            Await.until(made::isComplete);
            return made.succeeded()
                    || !String.valueOf(made.cause().getMessage()).contains("nobody has asked");
        });
    }

    private static List<WorkerMessage> unasked(List<WorkerMessage> answers) {
        return Collections.nCopies(
                200, answers.getFirst().toBuilder().setCallId(1_000_000).build());
    }
}
