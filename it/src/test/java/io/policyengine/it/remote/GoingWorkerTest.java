package io.policyengine.it.remote;

import static io.policyengine.it.engine.TestWorker.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.InvalidProtocolBufferException;
import io.policyengine.core.chain.SegmentResult;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.policy.Metadata;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.worker.RequestCall;
import io.policyengine.core.worker.WorkerException;
import io.policyengine.core.worker.WorkerException.Kind;
import io.policyengine.it.engine.TestWorker;
import io.policyengine.proto.worker.v1.KernelBatch;
import io.policyengine.proto.worker.v1.KernelMessage;
import io.policyengine.proto.worker.v1.RequestEntryResult;
import io.policyengine.proto.worker.v1.RequestResult;
import io.policyengine.testkit.time.Await;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import io.vertx.grpc.server.GrpcServer;
import io.vertx.grpc.server.GrpcServerRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A worker that goes away sends GOAWAY, which names the last stream that it has taken up (RFC 9113 §6.8): calls up to that are
 * finished, those after it have not begun.
 */
class GoingWorkerTest {
    private static final RequestView SMALL = request();
    /** Goes as a unary call. */
    private static final RequestView LARGE = request("x-large", "x".repeat(100_000));

    @TempDir
    private Path directory;

    private TestWorker worker;
    private final List<HttpServerRequest> streams = new CopyOnWriteArrayList<>();
    private final List<GrpcServerRequest<Buffer, Buffer>> calls = new CopyOnWriteArrayList<>();
    private final List<byte[]> messages = new CopyOnWriteArrayList<>();
    private final List<GrpcServerRequest<Buffer, Buffer>> ended = new CopyOnWriteArrayList<>();

    @BeforeEach
    void start() {
        worker = TestWorker.elsewhere(directory);
        GrpcServer grpc = GrpcServer.server(worker.vertx).callHandler(call -> {
            calls.add(call);
            call.handler(message -> messages.add(message.getBytes()));
            call.endHandler(_ -> ended.add(call));
        });
        worker.await(() -> worker.vertx
                .createHttpServer()
                .requestHandler(stream -> {
                    streams.add(stream);
                    grpc.handle(stream);
                })
                .listen(SocketAddress.domainSocketAddress(worker.socket)));
    }

    @AfterEach
    void stop() {
        worker.close();
    }

    @Test
    void aLargeCallThatItHasTakenUpIsFinished() {
        Future<SegmentResult<RequestOutcome>> call = call(LARGE);

        goAwayAfter(1);
        calls.getFirst()
                .response()
                .end(Buffer.buffer(RequestResult.newBuilder()
                        .addEntries(RequestEntryResult.getDefaultInstance())
                        .build()
                        .toByteArray()));

        assertThat(worker.await(() -> call).entries()).hasSize(1);
    }

    @Test
    void aLargeCallThatItHasNotTakenUpMayGoElsewhere() {
        call(LARGE);
        Future<?> call = call(LARGE);

        goAwayAfter(1);

        assertNotBegun(call);
    }

    @Test
    void aStreamOfCallsThatItHasNotTakenUpHasNotBegun() {
        call(LARGE);
        Future<?> call = call(SMALL);

        goAwayAfter(1);

        assertNotBegun(call);
    }

    @Test
    void isToldOfACallThatIsGivenUpMeanwhile() throws InvalidProtocolBufferException {
        Cancellation cancellation = new Cancellation();
        call(SMALL, cancellation);
        Await.until(() -> isTold(KernelMessage.MessageCase.REQUEST_CALL));
        goAwayAfter(1);
        // What is answered to this was sent after GOAWAY was seen.
        worker.await(() -> streams.getFirst().connection().ping(Buffer.buffer("8 octets")));

        worker.await(() -> {
            cancellation.cancel();
            return Future.succeededFuture(true);
        });

        Await.until(() -> ended.contains(calls.getFirst()));
        assertThat(isTold(KernelMessage.MessageCase.CANCEL)).isTrue();
    }

    private boolean isTold(KernelMessage.MessageCase kind) throws InvalidProtocolBufferException {
        for (byte[] encoded : messages) {
            for (KernelMessage message : KernelBatch.parseFrom(encoded).getMessagesList()) {
                if (message.getMessageCase() == kind) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Lets the worker go away as one that has taken up only the first so many streams. */
    private void goAwayAfter(int taken) {
        HttpServerRequest last = streams.get(taken - 1);
        last.connection().goAway(0, last.streamId());
    }

    private void assertNotBegun(Future<?> call) {
        assertThatThrownBy(() -> worker.await(() -> call.mapEmpty()))
                .isInstanceOfSatisfying(WorkerException.class, failure -> {
                    assertThat(failure.kind()).isEqualTo(Kind.UNREACHABLE);
                    assertThat(failure.isSafeToRetry()).isTrue();
                });
    }

    /** Makes a call, which arrives. */
    private Future<SegmentResult<RequestOutcome>> call(RequestView request) {
        return call(request, new Cancellation());
    }

    private Future<SegmentResult<RequestOutcome>> call(RequestView request, Cancellation cancellation) {
        int before = calls.size();
        Future<SegmentResult<RequestOutcome>> answer = worker.await(() -> Future.succeededFuture(worker.link()
                .execute(new RequestCall(
                        worker.call(Duration.ofSeconds(30), cancellation), 1, 0, 1, request, Metadata.empty()))));
        Await.until(() -> calls.size() > before);
        return answer;
    }
}
