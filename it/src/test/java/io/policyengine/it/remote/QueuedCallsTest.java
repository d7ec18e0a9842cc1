package io.policyengine.it.remote;

import static io.policyengine.it.engine.TestWorker.chain;
import static io.policyengine.it.engine.TestWorker.entry;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.worker.ChainSpec;
import io.policyengine.it.engine.TestPolicies;
import io.policyengine.proto.worker.v1.CallContext;
import io.policyengine.proto.worker.v1.CallFailure;
import io.policyengine.proto.worker.v1.Cancel;
import io.policyengine.proto.worker.v1.KernelBatch;
import io.policyengine.proto.worker.v1.KernelMessage;
import io.policyengine.proto.worker.v1.RequestCall;
import io.policyengine.proto.worker.v1.WorkerBatch;
import io.policyengine.proto.worker.v1.WorkerMessage;
import io.policyengine.testkit.time.Await;
import io.policyengine.testkit.time.FakeTicker;
import io.policyengine.worker.LocalWorker;
import io.policyengine.worker.PolicyRegistry;
import io.policyengine.worker.WorkerOptions;
import io.policyengine.worker.server.WorkerServer;
import io.policyengine.worker.server.WorkerSocket;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.grpc.client.GrpcClientRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A worker whose event loop is busy: what it reads afterwards, and what of that it still begins. */
class QueuedCallsTest {
    private static final ChainSpec HOLDING = chain(1, entry("holding", "{}"));
    private static final ChainSpec NOTING = chain(2, entry("noting", "{}"));

    private final Vertx vertx = Vertx.vertx();
    private final FakeTicker ticker = new FakeTicker();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final Semaphore held = new Semaphore(0);
    private final CountDownLatch free = new CountDownLatch(1);
    private final List<String> ran = new CopyOnWriteArrayList<>();
    private final Map<Long, WorkerMessage> answers = new ConcurrentHashMap<>();

    @TempDir
    private Path directory;

    private LocalWorker worker;
    private WorkerServer server;
    private RawWorkerClient client;
    private GrpcClientRequest<Buffer, Buffer> stream;

    @BeforeEach
    void start() {
        String socket = directory.resolve("w.sock").toString();
        worker = new LocalWorker(
                vertx,
                WorkerOptions.defaults("tests", "0.0.1", directory),
                PolicyRegistry.of(List.of(
                        TestPolicies.request("holding", (_, _) -> _ -> hold()),
                        TestPolicies.request("noting", (_, _) -> this::note))),
                meters,
                ticker,
                ticker);
        server = new WorkerServer(vertx, worker, WorkerSocket.ownersOnly(socket), 1, meters);
        Await.result(server.start());
        Await.result(worker.prepare(1, List.of(HOLDING, NOTING)));
        client = new RawWorkerClient(vertx, socket);
        stream = Await.result(client.request("Exchange"));
        stream.response()
                .onSuccess(response -> response.handler(batch -> RawWorkerClient.parse(WorkerBatch.parser(), batch)
                        .getMessagesList()
                        .forEach(answer -> answers.put(answer.getCallId(), answer))));
        send(call(1, context(1)));
        assertThat(acquire()).isTrue();
    }

    private boolean acquire() {
        try {
            return held.tryAcquire(60, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    @AfterEach
    void stop() {
        free.countDown();
        Await.result(client.close());
        Await.result(server.close());
        Await.result(vertx.close());
    }

    @Test
    void aCancelOvertakesTheCallsThatWereSentBeforeIt() {
        send(call(2, context(2).setRequestId("cancelled")));
        send(call(3, context(2).setRequestId("wanted")));
        send(KernelMessage.newBuilder().setCallId(2).setCancel(Cancel.getDefaultInstance()));

        free.countDown();

        Await.until(() -> answers.size() == 2);
        assertThat(ran).containsExactly("wanted");
        assertThat(answers).containsOnlyKeys(1L, 3L);
        assertThat(dropped("cancelled")).isOne();
        assertThat(wasted()).isZero();
    }

    @Test
    void aCallWhoseDeadlineIsOverWhenItIsReadNeverBeginsAndMayBeSentElsewhere() {
        long now = ticker.nanoTime();
        send(call(
                2,
                context(2)
                        .setRequestId("late")
                        .setDeadlineNanos(now + Duration.ofMillis(100).toNanos())));
        send(call(
                3,
                context(2)
                        .setRequestId("early")
                        .setDeadlineNanos(now + Duration.ofMillis(900).toNanos())));
        ticker.advance(Duration.ofMillis(100));

        free.countDown();

        Await.until(() -> answers.size() == 3);
        assertThat(ran).containsExactly("early");
        assertThat(Objects.requireNonNull(answers.get(2L)).getCallFailure().getCode())
                .isEqualTo(CallFailure.Code.CODE_OVERLOADED);
        assertThat(dropped("late")).isOne();
    }

    @Test
    void theTimeOfAKernelWithAnotherClockCountsFromTheArrivalOfItsCall() {
        send(call(2, context(2).setRequestId("relative")));
        ticker.advance(Duration.ofMinutes(1));

        free.countDown();

        Await.until(() -> answers.containsKey(2L));
        assertThat(ran).containsExactly("relative");
    }

    @Test
    void aCallThatIsCancelledWhileItRunsIsCountedAsRunForNobody() {
        send(KernelMessage.newBuilder().setCallId(1).setCancel(Cancel.getDefaultInstance()));
        send(call(2, context(2).setRequestId("after")));

        free.countDown();

        Await.until(() -> answers.containsKey(2L));
        assertThat(answers).containsOnlyKeys(2L);
        assertThat(wasted()).isOne();
    }

    private void send(KernelMessage.Builder message) {
        Await.result(stream.write(Buffer.buffer(
                KernelBatch.newBuilder().addMessages(message).build().toByteArray())));
    }

    private static KernelMessage.Builder call(long id, CallContext.Builder context) {
        ByteString call = RequestCall.newBuilder().setContext(context).build().toByteString();
        return KernelMessage.newBuilder().setCallId(id).setRequestCall(call);
    }

    private static CallContext.Builder context(long chain) {
        return CallContext.newBuilder().setDeadlineMs(1_000).setChainId(chain);
    }

    private double dropped(String reason) {
        return meters.get("policy_worker_calls_dropped_total")
                .tag("reason", reason)
                .counter()
                .count();
    }

    private double wasted() {
        return meters.get("policy_worker_calls_wasted_total").counter().count();
    }

    /** Holds the event loop until the test frees it, and answers somewhat later. */
    private Future<RequestOutcome> hold() {
        held.release();
        try {
            assertThat(free.await(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException interrupted) {
            return Future.failedFuture(interrupted);
        }
        return vertx.timer(20, TimeUnit.MILLISECONDS).compose(_ -> RequestOutcome.unchanged());
    }

    private Future<RequestOutcome> note(RequestContext context) {
        ran.add(context.call().requestId());
        return RequestOutcome.unchanged();
    }
}
