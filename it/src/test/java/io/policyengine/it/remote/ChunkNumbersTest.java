package io.policyengine.it.remote;

import static io.policyengine.it.engine.TestWorker.chain;
import static io.policyengine.it.engine.TestWorker.entry;
import static io.policyengine.it.engine.TestWorker.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.policyengine.core.chain.TimedChunk;
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
import io.policyengine.it.engine.TestWorker;
import io.policyengine.proto.worker.v1.BodyChunk;
import io.policyengine.proto.worker.v1.CallContext;
import io.policyengine.proto.worker.v1.CallFailure;
import io.policyengine.proto.worker.v1.ChunkResult;
import io.policyengine.proto.worker.v1.KernelBatch;
import io.policyengine.proto.worker.v1.KernelMessage;
import io.policyengine.proto.worker.v1.ProtocolVersion;
import io.policyengine.proto.worker.v1.WorkerConfig;
import io.policyengine.proto.worker.v1.WorkerMessage;
import io.policyengine.testkit.worker.FakeWorker;
import io.policyengine.testkit.worker.Reply;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The numbers by which a kernel and a worker tell which chunk of a body an answer is for. */
class ChunkNumbersTest {
    private static final ChainSpec CHAIN = chain(1, entry("chunks", "{\"name\": \"pass\"}"));

    @TempDir
    Path directory;

    private @Nullable TestWorker kernel;
    private @Nullable FakeWorker worker;

    @AfterEach
    void stop() {
        TestWorker open = kernel;
        FakeWorker scripted = worker;
        if (open != null) {
            if (scripted != null) {
                open.await(scripted::stop);
            }
            open.close();
        }
    }

    @Test
    void theKernelNumbersTheChunksOfACall() {
        FakeWorker scripted = startSpeaking(3).onChunk(Reply::unchanged);
        ChunkStream stream = open();

        send(stream, "a");
        send(stream, "b");

        assertThat(scripted.recording().chunks())
                .extracting(BodyChunk::getNumber)
                .containsExactly(1L, 2L);
    }

    @Test
    void aSecondAnswerToTheSameChunkFailsTheCall() {
        assertSecondAnswerIsInvalid(1, "expected the answer to chunk 2, but got one to chunk 1");
    }

    @Test
    void anAnswerThatRunsAheadFailsTheCall() {
        assertSecondAnswerIsInvalid(3, "expected the answer to chunk 2, but got one to chunk 3");
    }

    private void assertSecondAnswerIsInvalid(long number, String because) {
        FakeWorker scripted = startSpeaking(3).onChunk(Reply::unchanged);
        ChunkStream stream = open();
        send(stream, "a");

        scripted.onChunk(_ -> Reply.result(numbered(number)));

        assertThatThrownBy(() -> send(stream, "b"))
                .isInstanceOfSatisfying(
                        WorkerException.class,
                        failure -> assertThat(failure.kind()).isEqualTo(Kind.INVALID_ANSWER))
                .hasMessage(because);
        assertThatThrownBy(() -> send(stream, "c")).hasMessage(because);
        kernel().await(() -> scripted.recording().until(it -> it.cancelled().size() == 1));
    }

    @Test
    void nothingIsExpectedOfTheNumbersOfAnOlderWorker() {
        startSpeaking(2).onChunk(_ -> Reply.result(numbered(7)));

        assertThat(send(open(), "a").data()).isNull();
    }

    @Test
    void aWorkerRepeatsTheNumbersOfChunksAndRefusesAnyButTheNext() {
        List<WorkerMessage> answers =
                answersOfAWorker(streaming(1), chunk(1, 1), chunk(1, 2), chunk(1, 2), streaming(2), chunk(2, 2));

        assertThat(answers)
                .extracting(ChunkNumbersTest::told)
                .containsExactly("REQUEST_RESULT", "1", "2", "CALL_FAILURE", "REQUEST_RESULT", "CALL_FAILURE");
        assertRefused(answers.get(3), "chunk 2 arrived instead of chunk 3");
        assertRefused(answers.get(5), "chunk 2 arrived instead of chunk 1");
    }

    @Test
    void aWorkerTakesChunksWithoutNumbersFromAnOlderKernel() {
        List<WorkerMessage> answers = answersOfAWorker(streaming(1), chunk(1, 0), chunk(1, 0));

        assertThat(answers).extracting(ChunkNumbersTest::told).containsExactly("REQUEST_RESULT", "0", "0");
    }

    private static String told(WorkerMessage answer) {
        return answer.hasChunkResult()
                ? Long.toString(answer.getChunkResult().getNumber())
                : answer.getMessageCase().name();
    }

    private static void assertRefused(WorkerMessage answer, String because) {
        assertThat(answer.getCallFailure())
                .isEqualTo(CallFailure.newBuilder()
                        .setCode(CallFailure.Code.CODE_INVALID_CALL)
                        .setMessage(because)
                        .build());
    }

    /** The answers of a worker of this project to messages on one stream. */
    private List<WorkerMessage> answersOfAWorker(KernelMessage... messages) {
        TestWorker real = TestWorker.start(TestWorker.Form.REMOTE, directory, options -> options);
        kernel = real;
        real.prepare(CHAIN);
        RawWorkerClient client = new RawWorkerClient(real.vertx, real.socket);
        List<KernelBatch> batches = Stream.of(messages)
                .map(message -> KernelBatch.newBuilder().addMessages(message).build())
                .toList();
        List<WorkerMessage> answers = real.await(() -> client.converse(batches));
        real.await(client::close);
        return answers;
    }

    private static KernelMessage streaming(long call) {
        return KernelMessage.newBuilder()
                .setCallId(call)
                .setRequestCall(io.policyengine.proto.worker.v1.RequestCall.newBuilder()
                        .setContext(CallContext.newBuilder()
                                .setDeadlineMs(10_000)
                                .setChainId(CHAIN.id())
                                .setStreamsBody(true))
                        .build()
                        .toByteString())
                .build();
    }

    private static KernelMessage chunk(long call, long number) {
        return KernelMessage.newBuilder()
                .setCallId(call)
                .setBodyChunk(BodyChunk.newBuilder()
                        .setData(ByteString.copyFromUtf8("a"))
                        .setDeadlineMs(10_000)
                        .setNumber(number))
                .build();
    }

    /** A worker that speaks this version of the protocol. */
    private FakeWorker startSpeaking(int minor) {
        TestWorker open = TestWorker.elsewhere(directory);
        FakeWorker scripted = FakeWorker.at(open.vertx, Path.of(open.socket))
                .config(WorkerConfig.newBuilder()
                        .setName("tests")
                        .setProtocolVersion(
                                ProtocolVersion.newBuilder().setMajor(1).setMinor(minor))
                        .setMaxBodySizeBytes(1 << 20)
                        .build());
        kernel = open;
        worker = scripted;
        open.await(scripted::start);
        open.prepare(CHAIN);
        return scripted;
    }

    private TestWorker kernel() {
        return Objects.requireNonNull(kernel);
    }

    private ChunkStream open() {
        RequestCall call = new RequestCall(
                kernel().call(Duration.ofSeconds(20), new Cancellation()),
                CHAIN.id(),
                0,
                1,
                request(),
                Metadata.empty());
        OpenSegment<RequestOutcome> segment =
                kernel().await(() -> kernel().link().open(call));
        return Objects.requireNonNull(segment.chunks());
    }

    private io.policyengine.core.chain.ChunkResult send(ChunkStream stream, String data) {
        return kernel().await(() -> sent(stream, data));
    }

    private static Future<io.policyengine.core.chain.ChunkResult> sent(ChunkStream stream, String data) {
        long soon = Ticker.SYSTEM.nanoTime() + Duration.ofSeconds(10).toNanos();
        return stream.send(new TimedChunk(Buffer.buffer(data), false, soon));
    }

    private static ChunkResult numbered(long number) {
        return ChunkResult.newBuilder().setUnchanged(true).setNumber(number).build();
    }
}
