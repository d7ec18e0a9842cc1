package io.policyengine.testkit.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.policyengine.proto.worker.v1.BodyChunk;
import io.policyengine.proto.worker.v1.CallContext;
import io.policyengine.proto.worker.v1.CallFailure;
import io.policyengine.proto.worker.v1.Cancel;
import io.policyengine.proto.worker.v1.Chain;
import io.policyengine.proto.worker.v1.ChainEntry;
import io.policyengine.proto.worker.v1.GetWorkerConfigRequest;
import io.policyengine.proto.worker.v1.HealthCheckRequest;
import io.policyengine.proto.worker.v1.HealthCheckResponse;
import io.policyengine.proto.worker.v1.KernelBatch;
import io.policyengine.proto.worker.v1.KernelMessage;
import io.policyengine.proto.worker.v1.PolicyWorkerGrpcClient;
import io.policyengine.proto.worker.v1.PrepareChainsRequest;
import io.policyengine.proto.worker.v1.RequestCall;
import io.policyengine.proto.worker.v1.RequestInstruction;
import io.policyengine.proto.worker.v1.RequestResult;
import io.policyengine.proto.worker.v1.SetHeader;
import io.policyengine.proto.worker.v1.WorkerBatch;
import io.policyengine.proto.worker.v1.WorkerMessage;
import io.policyengine.testkit.time.Await;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.grpc.client.GrpcClient;
import io.vertx.grpc.client.GrpcClientRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The scripted worker, called as a kernel would call it. */
class FakeWorkerTest {
    private static final PrepareChainsRequest TWO_ENTRIES = PrepareChainsRequest.newBuilder()
            .setGeneration(1)
            .addChains(Chain.newBuilder()
                    .setId(7)
                    .addEntries(ChainEntry.newBuilder().setName("a"))
                    .addEntries(ChainEntry.newBuilder().setName("b")))
            .build();
    private static final RequestCall CALL = RequestCall.newBuilder()
            .setContext(CallContext.newBuilder().setChainId(7))
            .build();

    @TempDir
    private Path directory;

    private final Vertx vertx = Vertx.vertx();
    private final GrpcClient grpc = GrpcClient.client(vertx);
    private FakeWorker worker = FakeWorker.at(vertx, Path.of("unset"));
    private PolicyWorkerGrpcClient client = PolicyWorkerGrpcClient.create(grpc, worker.address());

    @BeforeEach
    void setUp() {
        worker = FakeWorker.at(vertx, directory.resolve("w.sock"));
        client = PolicyWorkerGrpcClient.create(grpc, worker.address());
        Await.result(worker.start());
    }

    @AfterEach
    void tearDown() {
        Await.result(worker.stop());
        Await.result(vertx.close());
    }

    @Test
    void isHealthyAndAcceptsEveryChainWithoutAScript() {
        assertThat(Await.result(client.getWorkerConfig(GetWorkerConfigRequest.getDefaultInstance()))
                        .getName())
                .isEqualTo("fake");
        assertThat(Await.result(client.healthCheck(HealthCheckRequest.getDefaultInstance()))
                        .getStatus())
                .isEqualTo(HealthCheckResponse.Status.STATUS_SERVING);
        assertThat(Await.result(client.prepareChains(TWO_ENTRIES)).getChains(0).getEntriesCount())
                .isEqualTo(2);
        assertThat(Await.result(client.executeRequest(CALL)).getEntriesCount()).isEqualTo(2);
        assertThat(worker.recording().requestCalls()).containsExactly(CALL);
        assertThat(worker.recording().healthChecks()).isEqualTo(1);
    }

    @Test
    void answersUnaryCallsFromTheScript() {
        RequestInstruction instruction = RequestInstruction.newBuilder()
                .setSetHeader(SetHeader.newBuilder().setName("x-a"))
                .build();
        worker.onRequest(call -> Reply.request(instruction));

        RequestResult result = Await.result(client.executeRequest(CALL));

        assertThat(result.getEntries(0).getInstructionsList()).containsExactly(instruction);
    }

    @Test
    void failsUnaryCallsWithAStatus() {
        worker.onRequest(call -> Reply.failure(CallFailure.Code.CODE_OVERLOADED, "full"));

        assertThatThrownBy(() -> Await.result(client.executeRequest(CALL))).hasMessageContaining("RESOURCE_EXHAUSTED");
    }

    @Test
    void answersBatchesInOneMessageAndLateCallsWhenTheyAreDone() throws Exception {
        Promise<Reply<RequestResult>> late = Promise.promise();
        worker.onRequest(call -> call.getContext().getExchangeId() == 2
                ? late.future()
                : Reply.result(RequestResult.getDefaultInstance()));
        worker.onChunk(Reply::unchanged);
        Batches batches = openBatches();

        batches.send(call(1, 1), call(2, 2), call(3, 3), bad(4), chunk(5));
        WorkerBatch first = batches.next();
        late.complete(new Reply.Failure<>(CallFailure.getDefaultInstance()));
        WorkerBatch second = batches.next();

        assertThat(first.getMessagesList()).extracting(WorkerMessage::getCallId).containsExactly(1L, 3L, 4L, 5L);
        assertThat(first.getMessages(2).getCallFailure().getCode()).isEqualTo(CallFailure.Code.CODE_INVALID_CALL);
        assertThat(first.getMessages(3).getChunkResult().getUnchanged()).isTrue();
        assertThat(second.getMessagesList()).singleElement().matches(WorkerMessage::hasCallFailure);
    }

    @Test
    void takesTheChunksOfABodyOnceThereIsAScriptForThem() throws Exception {
        Batches batches = openBatches();

        batches.send(streaming(1), chunk(1));
        WorkerBatch without = batches.next();
        worker.onChunk(chunk -> Reply.chunk("other", true));
        batches.send(streaming(2), chunk(2));
        WorkerBatch with = batches.next();

        assertThat(without.getMessages(0).getRequestResult().getTakesChunks()).isFalse();
        assertThat(without.getMessages(1).getCallFailure().getCode()).isEqualTo(CallFailure.Code.CODE_INVALID_CALL);
        assertThat(with.getMessages(0).getRequestResult().getTakesChunks()).isTrue();
        assertThat(with.getMessages(1).getChunkResult().getData().toStringUtf8())
                .isEqualTo("other");
    }

    @Test
    void recordsCancelsOfCallsThatAreNeverAnswered() {
        worker.onRequest(call -> Reply.never());
        Batches batches = openBatches();

        batches.send(call(1, 1));
        batches.send(KernelMessage.newBuilder()
                .setCallId(1)
                .setCancel(Cancel.getDefaultInstance())
                .build());

        Recording recording =
                Await.result(worker.recording().until(seen -> !seen.cancelled().isEmpty()));
        assertThat(recording.cancelled()).containsExactly(1L);
        assertThat(recording.requestCalls()).hasSize(1);
    }

    @Test
    void answersBatchesWithUnimplementedIfUnaryOnly() {
        worker.unaryOnly();

        Batches batches = new Batches(Await.result(grpc.request(worker.address(), PolicyWorkerGrpcClient.Exchange)));
        batches.send();

        assertThat(Await.result(batches.ended.future())).contains("UNIMPLEMENTED");
    }

    @Test
    void diesWithItsConnectionsAndForgetsItsChains() {
        Await.result(client.prepareChains(TWO_ENTRIES));
        Batches batches = openBatches();

        Await.result(worker.restart());

        assertThat(Await.result(batches.ended.future())).isNotEmpty();
        assertThat(Await.result(client.executeRequest(CALL)).getEntriesCount()).isZero();
    }

    @Test
    void leavesItsSocketFileBehindOnlyWhenItIsKilled() {
        Await.result(worker.kill());
        boolean afterKill = Files.exists(directory.resolve("w.sock"));
        Await.result(worker.start());
        Await.result(worker.stop());

        assertThat(afterKill).isTrue();
        assertThat(directory.resolve("w.sock")).doesNotExist();
    }

    private Batches openBatches() {
        Batches batches = new Batches(Await.result(grpc.request(worker.address(), PolicyWorkerGrpcClient.Exchange)));
        batches.send();
        Await.result(worker.recording().until(seen -> !seen.batches().isEmpty()));
        return batches;
    }

    private static KernelMessage call(long id, long exchange) {
        return KernelMessage.newBuilder()
                .setCallId(id)
                .setRequestCall(RequestCall.newBuilder()
                        .setContext(CallContext.newBuilder().setExchangeId(exchange))
                        .build()
                        .toByteString())
                .build();
    }

    private static KernelMessage streaming(long id) {
        return KernelMessage.newBuilder()
                .setCallId(id)
                .setRequestCall(RequestCall.newBuilder()
                        .setContext(CallContext.newBuilder().setStreamsBody(true))
                        .build()
                        .toByteString())
                .build();
    }

    private static KernelMessage bad(long id) {
        return KernelMessage.newBuilder()
                .setCallId(id)
                .setRequestCall(ByteString.copyFromUtf8("garbage"))
                .build();
    }

    private static KernelMessage chunk(long id) {
        return KernelMessage.newBuilder()
                .setCallId(id)
                .setBodyChunk(BodyChunk.getDefaultInstance())
                .build();
    }

    /** One Exchange stream. */
    private static final class Batches {
        private final GrpcClientRequest<KernelBatch, WorkerBatch> request;
        private final BlockingQueue<WorkerBatch> received = new LinkedBlockingQueue<>();
        private final Promise<String> ended = Promise.promise();

        Batches(GrpcClientRequest<KernelBatch, WorkerBatch> request) {
            this.request = request;
            request.response()
                    .onFailure(cause -> ended.tryComplete(cause.toString()))
                    .onSuccess(response -> {
                        response.errorHandler(error -> ended.tryComplete(error.toString()));
                        response.exceptionHandler(cause -> ended.tryComplete(cause.toString()));
                        response.endHandler(
                                v -> ended.tryComplete(response.status().name()));
                        response.handler(received::add);
                    });
        }

        void send(KernelMessage... messages) {
            request.write(
                    KernelBatch.newBuilder().addAllMessages(List.of(messages)).build());
        }

        WorkerBatch next() throws InterruptedException {
            WorkerBatch batch = received.poll(10, TimeUnit.SECONDS);
            if (batch == null) {
                throw new AssertionError("no batch within 10 s");
            }
            return batch;
        }
    }
}
