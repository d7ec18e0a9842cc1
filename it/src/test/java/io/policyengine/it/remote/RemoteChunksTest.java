package io.policyengine.it.remote;

import static io.policyengine.it.engine.TestWorker.chain;
import static io.policyengine.it.engine.TestWorker.entry;
import static io.policyengine.it.engine.TestWorker.outcome;
import static io.policyengine.it.engine.TestWorker.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.policyengine.core.chain.TimedChunk;
import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.policy.Metadata;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.time.Ticker;
import io.policyengine.core.worker.ChainSpec;
import io.policyengine.core.worker.ChunkStream;
import io.policyengine.core.worker.OpenSegment;
import io.policyengine.core.worker.RequestCall;
import io.policyengine.core.worker.WorkerException;
import io.policyengine.core.worker.WorkerException.Kind;
import io.policyengine.it.engine.ChunkPolicies;
import io.policyengine.it.engine.TestWorker;
import io.policyengine.it.engine.TestWorkerProcess;
import io.policyengine.proto.worker.v1.BodyChunk;
import io.policyengine.proto.worker.v1.CallContext;
import io.policyengine.proto.worker.v1.CallFailure;
import io.policyengine.proto.worker.v1.Cancel;
import io.policyengine.proto.worker.v1.ChunkFailure;
import io.policyengine.proto.worker.v1.ChunkResult;
import io.policyengine.proto.worker.v1.EntryFailure;
import io.policyengine.proto.worker.v1.ImmediateResponse;
import io.policyengine.proto.worker.v1.KernelBatch;
import io.policyengine.proto.worker.v1.KernelMessage;
import io.policyengine.proto.worker.v1.RequestEntryResult;
import io.policyengine.proto.worker.v1.RequestInstruction;
import io.policyengine.proto.worker.v1.RequestResult;
import io.policyengine.proto.worker.v1.WorkerBatch;
import io.policyengine.proto.worker.v1.WorkerMessage;
import io.policyengine.testkit.time.Await;
import io.policyengine.testkit.worker.FakeWorker;
import io.policyengine.testkit.worker.Reply;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.grpc.client.InvalidStatusException;
import io.vertx.grpc.common.GrpcStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What only bodies over a socket have: a worker that is lost in midstream, and a wire that others may speak wrongly. */
class RemoteChunksTest {
    private static final ChainSpec NEVER = chain(1, entry("chunks", "{\"name\": \"never\"}"));
    private static final ChainSpec PASS = chain(2, entry("chunks", "{\"name\": \"pass\"}"));
    private static final ChainSpec QUICK = chain(3, entry("setHeader", "{}"));

    @TempDir
    Path directory;

    private @Nullable TestWorker open;
    private @Nullable FakeWorker fake;

    @AfterEach
    void stop() {
        TestWorker worker = open;
        FakeWorker other = fake;
        if (worker != null) {
            if (other != null) {
                worker.await(other::stop);
            }
            worker.close();
        }
    }

    @Test
    void aWorkerThatIsKilledInMidstreamFailsBodiesAtWorkAndAtRest() throws Exception {
        TestWorker worker = TestWorker.elsewhere(directory);
        open = worker;
        Process process = TestWorkerProcess.start(worker.socket);
        worker.prepare(NEVER, PASS, QUICK);
        ChunkStream busy = open(worker, NEVER);
        ChunkStream idle = open(worker, PASS);
        Future<?> chunk = worker.await(
                () -> Future.succeededFuture(busy.send(new TimedChunk(Buffer.buffer("a"), false, soon()))));
        send(worker, idle, "a");

        process.destroyForcibly().waitFor();

        assertFails(worker, Kind.CONNECTION_LOST, () -> chunk);
        assertFails(worker, Kind.CONNECTION_LOST, () -> idle.send(new TimedChunk(Buffer.buffer("b"), true, soon())));
    }

    @Test
    void aConnectionThatIsLostFreesTheFilters() {
        int closed = ChunkPolicies.CLOSED.get();
        TestWorker worker = started();
        worker.prepare(NEVER, PASS);
        ChunkStream busy = open(worker, NEVER);
        open(worker, PASS);
        worker.await(() -> Future.succeededFuture(busy.send(new TimedChunk(Buffer.buffer("a"), false, soon()))));

        worker.disconnect();

        awaitClosed(closed + 2);
    }

    @Test
    void aKernelThatEndsItsSideFreesTheFiltersAtRest() {
        int closed = ChunkPolicies.CLOSED.get();
        TestWorker worker = started();
        worker.prepare(PASS);
        RawWorkerClient client = new RawWorkerClient(worker.vertx, worker.socket);

        worker.await(() -> client.stream("Exchange", List.of(batch(streaming(1, 2))), WorkerBatch.parser(), 1));

        awaitClosed(closed + 1);
        worker.await(client::close);
    }

    @Test
    void bodiesUnderWayFinishWhenTheWorkerDrains() throws Exception {
        TestWorker worker = started();
        worker.prepare(PASS);
        ChunkStream stream = open(worker, PASS);
        send(worker, stream, "a");

        Future<Void> drained = worker.drain(Duration.ofSeconds(15));
        assertThat(worker.lost.get(30, TimeUnit.SECONDS)).isTrue();
        send(worker, stream, "b");
        worker.await(() -> stream.send(new TimedChunk(Buffer.buffer(), true, soon())));

        worker.await(() -> drained);
    }

    @Test
    void smallCallsPassLargeBodiesThatWait() {
        TestWorker worker = started();
        worker.prepare(NEVER, QUICK);
        ChunkStream stream = open(worker, NEVER);
        Buffer large = Buffer.buffer(new byte[1 << 20]);
        List<ChunkStream> others = new ArrayList<>(List.of(stream));
        for (int i = 0; i < 9; i++) {
            others.add(open(worker, NEVER));
        }
        worker.await(() -> {
            others.forEach(other -> other.send(new TimedChunk(large, false, soon())));
            return Future.succeededFuture(true);
        });

        outcome(worker.run(QUICK), 0);
    }

    @Test
    void chunksThatNobodyAskedForAreInvalidCalls() {
        TestWorker worker = started();
        worker.prepare(NEVER, PASS, QUICK);
        RawWorkerClient client = new RawWorkerClient(worker.vertx, worker.socket);
        KernelBatch batch = batch(
                // A call that has not begun.
                streaming(1, 3),
                chunk(1),
                // One that was cancelled.
                streaming(2, 2),
                KernelMessage.newBuilder()
                        .setCallId(2)
                        .setCancel(Cancel.getDefaultInstance())
                        .build(),
                chunk(2),
                // A call that a chunk has ended.
                streaming(3, 1),
                chunk(3),
                chunk(3));

        List<WorkerMessage> messages = worker.await(
                        () -> client.stream("Exchange", List.of(batch), WorkerBatch.parser(), 1))
                .getFirst()
                .getMessagesList();

        assertThat(messages).extracting(WorkerMessage::getCallId).containsExactly(1L, 2L, 3L, 3L);
        assertThat(messages)
                .allSatisfy(refused ->
                        assertThat(refused.getCallFailure().getCode()).isEqualTo(CallFailure.Code.CODE_INVALID_CALL));
        worker.await(client::close);
    }

    @Test
    void aUnaryCallCannotStream() {
        TestWorker worker = started();
        worker.prepare(PASS);
        RawWorkerClient client = new RawWorkerClient(worker.vertx, worker.socket);

        assertThatThrownBy(() ->
                        worker.await(() -> client.ask("ExecuteRequest", streamingCall(2), RequestResult.parser())))
                .isInstanceOfSatisfying(
                        InvalidStatusException.class,
                        failure -> assertThat(failure.actualStatus()).isEqualTo(GrpcStatus.INVALID_ARGUMENT));
        worker.await(client::close);
    }

    @Test
    void aWorkerWithoutExchangeCannotStreamAndIsStillCalled() {
        TestWorker worker = faked(FakeWorker::unaryOnly);

        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> open(worker, QUICK))
                    .isInstanceOf(WorkerException.class)
                    .hasMessageContaining("cannot stream bodies")
                    .hasMessageContaining(worker.socket);
        }
        outcome(worker.run(QUICK), 0);
    }

    @Test
    void resultsOfChunksAreRead() {
        ChunkStream stream = fakeStream(ChunkResult.newBuilder()
                .setData(ByteString.copyFromUtf8("b"))
                .setHolding(true)
                .addFailures(failure(0, "POLICY_TIMEOUT"))
                .build());

        var result = send(worker(), stream, "a");

        assertThat(result.data()).isEqualTo(Buffer.buffer("b"));
        assertThat(result.holding()).isTrue();
        assertThat(result.failures().getFirst().failure().code()).isEqualTo(ErrorCode.POLICY_TIMEOUT);
    }

    @Test
    void aResultThatMakesNoSenseIsInvalidAndTheCallIsCancelled() {
        ImmediateResponse denial =
                ImmediateResponse.newBuilder().setStatusCode(403).build();
        List<ChunkResult> senseless = List.of(
                ChunkResult.newBuilder()
                        .setUnchanged(true)
                        .setData(ByteString.copyFromUtf8("b"))
                        .build(),
                ChunkResult.newBuilder().setHolding(true).setEndOfStream(true).build(),
                ChunkResult.newBuilder()
                        .setUnchanged(true)
                        .addFailures(failure(1, "POLICY_ERROR"))
                        .build(),
                ChunkResult.newBuilder()
                        .setUnchanged(true)
                        .addFailures(failure(-1, "POLICY_ERROR"))
                        .build(),
                ChunkResult.newBuilder()
                        .setUnchanged(true)
                        .addFailures(failure(0, "POLICY_ERROR"))
                        .addFailures(failure(0, "POLICY_ERROR"))
                        .build(),
                ChunkResult.newBuilder()
                        .setImmediateResponse(denial)
                        .setImmediateResponseEntry(1)
                        .build(),
                ChunkResult.newBuilder()
                        .setImmediateResponse(denial)
                        .setUnchanged(true)
                        .build(),
                ChunkResult.newBuilder()
                        .setImmediateResponse(denial)
                        .setData(ByteString.copyFromUtf8("b"))
                        .build());
        TestWorker worker = faked(it -> {});

        for (int i = 0; i < senseless.size(); i++) {
            int cancelled = i + 1;
            FakeWorker scripted = Objects.requireNonNull(fake).onChunk(answering(senseless.get(i)));
            ChunkStream stream = open(worker, QUICK);

            assertFails(
                    worker, Kind.INVALID_ANSWER, () -> stream.send(new TimedChunk(Buffer.buffer("a"), false, soon())));

            worker.await(() -> scripted.recording().until(it -> it.cancelled().size() == cancelled));
        }
    }

    @Test
    void anAnswerMayBeLongerThanItsChunkByAWholeBodyAndNoMore() {
        TestWorker worker = faked(it -> it.onChunk(answering(bytes(1 + (1 << 20)))));
        ChunkStream stream = open(worker, QUICK);
        assertThat(Objects.requireNonNull(send(worker, stream, "a").data()).length())
                .isEqualTo(1 + (1 << 20));

        Objects.requireNonNull(fake).onChunk(answering(bytes(2 + (1 << 20))));

        assertFails(worker, Kind.INVALID_ANSWER, () -> stream.send(new TimedChunk(Buffer.buffer("a"), false, soon())));
    }

    private static ChunkResult bytes(int length) {
        return ChunkResult.newBuilder()
                .setData(ByteString.copyFrom(new byte[length]))
                .build();
    }

    @Test
    void aCallThatAnswersTheClientTakesNoChunks() {
        TestWorker worker = faked(it -> it.onRequest(_ -> Reply.result(RequestResult.newBuilder()
                .setTakesChunks(true)
                .addEntries(RequestEntryResult.newBuilder()
                        .addInstructions(RequestInstruction.newBuilder()
                                .setImmediateResponse(
                                        ImmediateResponse.newBuilder().setStatusCode(403))))
                .build())));

        assertFails(worker, Kind.INVALID_ANSWER, () -> worker.link().open(call(worker, QUICK)));
    }

    @Test
    void aFailureOfTheCallInMidstreamEndsTheBody() {
        TestWorker worker = faked(it -> it.onChunk(_ -> Reply.failure(CallFailure.Code.CODE_OVERLOADED, "full")));
        ChunkStream stream = open(worker, QUICK);

        assertFails(worker, Kind.OVERLOADED, () -> stream.send(new TimedChunk(Buffer.buffer("a"), false, soon())));
        assertFails(worker, Kind.OVERLOADED, () -> stream.send(new TimedChunk(Buffer.buffer("b"), false, soon())));
        assertThat(Objects.requireNonNull(fake).recording().chunks()).hasSize(1);
    }

    @Test
    void aChunkThatIsNotAnsweredInTimeIsCancelled() {
        TestWorker worker = faked(it -> it.onChunk(_ -> Reply.never()));
        ChunkStream stream = open(worker, QUICK);

        assertFails(
                worker,
                Kind.TIMEOUT,
                () -> stream.send(new TimedChunk(
                        Buffer.buffer("a"),
                        false,
                        Ticker.SYSTEM.nanoTime() + Duration.ofSeconds(2).toNanos())));

        FakeWorker scripted = Objects.requireNonNull(fake);
        worker.await(() -> scripted.recording().until(it -> it.cancelled().size() == 1));
        assertThat(scripted.recording().chunks().getFirst().getDeadlineMs()).isBetween(1, 2_000);
    }

    @Test
    void aChunkBeyondAMebibyteGoesInSlices() {
        byte[] bytes = new byte[(5 << 19) + 1];
        Arrays.fill(bytes, (byte) 'x');
        TestWorker worker = faked(it -> it.onChunk(Reply::unchanged));
        ChunkStream stream = open(worker, QUICK);
        FakeWorker scripted = Objects.requireNonNull(fake);

        assertThat(send(worker, stream, bytes, false).data()).isNull();
        scripted.onChunk(chunk -> chunk.getData().size() < 1 << 20 ? Reply.chunk("!", false) : Reply.unchanged(chunk));
        Buffer changed =
                Objects.requireNonNull(send(worker, stream, bytes, false).data());
        scripted.onChunk(chunk -> Reply.result(
                ChunkResult.newBuilder().setUnchanged(true).setEndOfStream(true).build()));
        var ended = send(worker, stream, bytes, true);

        assertThat(scripted.recording().chunks())
                .extracting(chunk -> chunk.getData().size() + (chunk.getEndOfStream() ? "|" : ""))
                .containsExactly("1048576", "1048576", "524289", "1048576", "1048576", "524289", "1048576");
        assertThat(changed.length()).isEqualTo((2 << 20) + 1);
        assertThat(changed.getByte(2 << 20)).isEqualTo((byte) '!');
        assertThat(Objects.requireNonNull(ended.data()).length()).isEqualTo(1 << 20);
        assertThat(ended.last()).isTrue();
    }

    private TestWorker started() {
        TestWorker worker = TestWorker.start(TestWorker.Form.REMOTE, directory, options -> options);
        open = worker;
        return worker;
    }

    private TestWorker worker() {
        return Objects.requireNonNull(open);
    }

    /** A worker of one chain that says what a test writes down. */
    private TestWorker faked(java.util.function.Consumer<FakeWorker> script) {
        TestWorker worker = TestWorker.elsewhere(directory);
        open = worker;
        FakeWorker scripted = FakeWorker.at(worker.vertx, Path.of(worker.socket));
        fake = scripted;
        script.accept(scripted);
        worker.await(scripted::start);
        worker.prepare(QUICK);
        return worker;
    }

    private ChunkStream fakeStream(ChunkResult result) {
        TestWorker worker = faked(it -> it.onChunk(answering(result)));
        return open(worker, QUICK);
    }

    private static java.util.function.Function<BodyChunk, Future<Reply<ChunkResult>>> answering(ChunkResult result) {
        return _ -> Reply.result(result);
    }

    private static ChunkFailure failure(int entry, String code) {
        return ChunkFailure.newBuilder()
                .setEntry(entry)
                .setFailure(EntryFailure.newBuilder().setCode(code))
                .build();
    }

    private static RequestCall call(TestWorker worker, ChainSpec chain) {
        return new RequestCall(
                worker.call(Duration.ofSeconds(5), new Cancellation()),
                chain.id(),
                0,
                chain.entries().size(),
                request(),
                Metadata.empty());
    }

    private static ChunkStream open(TestWorker worker, ChainSpec chain) {
        OpenSegment<RequestOutcome> segment = worker.await(() -> worker.link().open(call(worker, chain)));
        return Objects.requireNonNull(segment.chunks());
    }

    private static io.policyengine.core.chain.ChunkResult send(TestWorker worker, ChunkStream stream, String data) {
        return worker.await(() -> stream.send(new TimedChunk(Buffer.buffer(data), false, soon())));
    }

    private static io.policyengine.core.chain.ChunkResult send(
            TestWorker worker, ChunkStream stream, byte[] data, boolean last) {
        return worker.await(() -> stream.send(new TimedChunk(Buffer.buffer(data), last, soon())));
    }

    private static long soon() {
        return Ticker.SYSTEM.nanoTime() + Duration.ofSeconds(10).toNanos();
    }

    private static KernelBatch batch(KernelMessage... messages) {
        return KernelBatch.newBuilder().addAllMessages(List.of(messages)).build();
    }

    private static KernelMessage streaming(long id, long chain) {
        return KernelMessage.newBuilder()
                .setCallId(id)
                .setRequestCall(streamingCall(chain).toByteString())
                .build();
    }

    private static io.policyengine.proto.worker.v1.RequestCall streamingCall(long chain) {
        return io.policyengine.proto.worker.v1.RequestCall.newBuilder()
                .setContext(CallContext.newBuilder()
                        .setDeadlineMs(2000)
                        .setChainId(chain)
                        .setStreamsBody(true))
                .build();
    }

    private static KernelMessage chunk(long id) {
        return KernelMessage.newBuilder()
                .setCallId(id)
                .setBodyChunk(BodyChunk.newBuilder().setData(ByteString.copyFromUtf8("a")))
                .build();
    }

    private static void awaitClosed(int expected) {
        Await.until(() -> ChunkPolicies.CLOSED.get() == expected);
    }

    private static void assertFails(TestWorker worker, Kind kind, Supplier<? extends Future<?>> call) {
        assertThatThrownBy(() -> worker.await(() -> call.get().mapEmpty()))
                .isInstanceOfSatisfying(
                        WorkerException.class,
                        failure -> assertThat(failure.kind())
                                .as(failure.getMessage())
                                .isEqualTo(kind));
    }
}
