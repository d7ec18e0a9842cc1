package io.policyengine.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.policyengine.core.chain.ChunkResult;
import io.policyengine.core.chain.SegmentResult;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.policy.ResponseOutcome;
import io.policyengine.core.policy.TrailersOutcome;
import io.policyengine.core.worker.WorkerException;
import io.policyengine.core.worker.WorkerException.Kind;
import io.policyengine.proto.worker.v1.ChunkFailure;
import io.policyengine.proto.worker.v1.HealthCheckResponse;
import io.policyengine.proto.worker.v1.ImmediateResponse;
import io.policyengine.proto.worker.v1.PolicyHealth;
import io.policyengine.proto.worker.v1.WorkerBatch;
import io.policyengine.proto.worker.v1.WorkerMessage;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class AnswerBatchTest {
    private static final int FULL = 1_000;
    private static final EntryRange ENTRIES = new EntryRange(2, 5);

    @Test
    void theKernelReadsTheResultsThatTheWorkerWroteInTheirOrder() {
        Samples.forEachSeed(samples -> {
            long id = samples.id();
            SegmentResult<RequestOutcome> request = samples.requestResult();
            SegmentResult<ResponseOutcome> response = samples.responseResult();
            SegmentResult<TrailersOutcome> trailers = samples.trailersResult();
            boolean takesChunks = samples.flag();

            AnswerBatch answers = written(writer -> {
                writer.result(id, PhaseCodec.request(), request, takesChunks);
                writer.result(id + 1, PhaseCodec.response(), response, !takesChunks);
                writer.result(id + 2, PhaseCodec.trailers(), trailers, false);
            });

            assertThat(answers.next()).isTrue();
            assertThat(answers.callId()).isEqualTo(id);
            assertThat(answers.result(PhaseCodec.request(), request.entries().size()))
                    .isEqualTo(request);
            assertThat(answers.takesChunks()).isEqualTo(takesChunks);
            assertOfAnotherKind(answers, PhaseCodec.response());
            assertThat(answers.failure()).isNull();
            assertThat(answers.next()).isTrue();
            assertThat(answers.callId()).isEqualTo(id + 1);
            assertThat(answers.result(PhaseCodec.response(), response.entries().size()))
                    .isEqualTo(response);
            assertThat(answers.takesChunks()).isEqualTo(!takesChunks);
            assertOfAnotherKind(answers, PhaseCodec.request());
            assertThat(answers.chunkResult(ENTRIES, true, false)).isNull();
            assertThat(answers.next()).isTrue();
            assertThat(answers.result(PhaseCodec.trailers(), trailers.entries().size()))
                    .isEqualTo(trailers);
            assertThat(answers.takesChunks()).isFalse();
            assertOfAnotherKind(answers, PhaseCodec.response());
            assertThat(answers.next()).isFalse();
        });
    }

    @Test
    void theKernelReadsWhatBecameOfChunks() {
        Samples.forEachSeed(samples -> {
            ChunkResult result = samples.chunkResult(ENTRIES);
            long number = samples.below(9);

            AnswerBatch answers = written(writer -> writer.chunkResult(3, number, result));

            assertThat(answers.next()).isTrue();
            assertThat(answers.chunkResult(ENTRIES, true, false)).isEqualTo(result);
            assertThat(answers.chunkNumber()).isEqualTo(number);
            assertThat(answers.takesChunks()).isFalse();
        });
    }

    /** Two bytes each, of which a process with a small heap would make some hundreds of mebibytes. */
    @Test
    void whatAWorkerSaysIsNotMadeWhereItHasTooManyValues() {
        int tooMany = (4 << 20) + 1;
        Buffer messages = WireBytes.buffer(WorkerBatch.newBuilder()
                .addAllMessages(Collections.nCopies(tooMany, WorkerMessage.getDefaultInstance()))
                .build());
        Buffer policies = WireBytes.buffer(HealthCheckResponse.newBuilder()
                .addAllPolicies(Collections.nCopies(tooMany, PolicyHealth.getDefaultInstance()))
                .build());

        assertThatThrownBy(() -> AnswerBatch.decode(messages))
                .isInstanceOfSatisfying(
                        WorkerException.class,
                        invalid -> assertThat(invalid.kind()).isEqualTo(Kind.INVALID_ANSWER))
                .hasMessageContaining("more values");
        assertThatThrownBy(() -> HealthCodec.decode(policies)).hasMessageContaining("more values");
    }

    @Test
    void theKernelReadsWhyACallCouldNotBeRun() {
        for (CallFault fault : CallFault.values()) {
            AnswerBatch answers = written(writer -> writer.failure(4, fault, "why"));

            assertThat(answers.next()).isTrue();
            WorkerException failure = answers.failure();
            assertThat(failure).isNotNull().hasMessage("why");
            assertThat(answers.takesChunks()).isFalse();
            assertOfAnotherKind(answers, PhaseCodec.request());
        }
    }

    @Test
    void anAnswerOfANewerWorkerIsNone() {
        AnswerBatch answers = AnswerBatch.decode(WireBytes.buffer(WorkerBatch.newBuilder()
                .addMessages(WorkerMessage.newBuilder().setCallId(1))
                .build()));

        assertThat(answers.next()).isTrue();
        assertOfAnotherKind(answers, PhaseCodec.request());
        assertOfAnotherKind(answers, PhaseCodec.response());
        assertThat(answers.chunkResult(ENTRIES, true, true)).isNull();
        assertThat(answers.failure()).isNull();
        assertThat(answers.takesChunks()).isFalse();
    }

    @Test
    void aBatchIsWrittenBeforeItGetsTooLongAndAnEmptyOneShowsThatTheStreamIsServed() {
        List<Buffer> batches = new ArrayList<>();
        AnswerBatch.Writer writer = new AnswerBatch.Writer(FULL, batches::add);

        writer.flush();
        writer.failure(1, CallFault.INTERNAL, "x".repeat(FULL / 2));
        writer.failure(2, CallFault.INTERNAL, "x".repeat(FULL / 2));
        assertThat(writer.isEmpty()).isFalse();
        writer.flush();

        assertThat(batches.getFirst()).isEqualTo(Buffer.buffer());
        assertThat(batches).hasSize(3);
        assertThat(writer.isEmpty()).isTrue();
    }

    @Test
    void aBatchThatDoesNotDecodeIsInvalid() {
        assertThatThrownBy(() -> AnswerBatch.decode(Buffer.buffer(new byte[] {10, 5, 1})))
                .isInstanceOfSatisfying(
                        WorkerException.class,
                        invalid -> assertThat(invalid.kind()).isEqualTo(Kind.INVALID_ANSWER))
                .hasMessageStartingWith("the answer cannot be decoded: ");
    }

    @Test
    void aChunkOfWhichItIsOpenWhatGoesOnIsInvalid() {
        var result = io.policyengine.proto.worker.v1.ChunkResult.newBuilder();
        var data = WireBytes.bytes(Buffer.buffer("x"));
        var denial = ImmediateResponse.newBuilder().setStatusCode(403);

        assertInvalid(result.clone().setUnchanged(true).setData(data), "an unchanged chunk is returned with bytes");
        assertInvalid(
                result.clone().setEndOfStream(true).setHolding(true), "a body ends while bytes of it are held back");
        assertInvalid(
                result.clone().addFailures(ChunkFailure.newBuilder().setEntry(5)),
                "the failure of an entry that was not to run");
        assertInvalid(
                result.clone()
                        .addFailures(ChunkFailure.newBuilder().setEntry(3))
                        .addFailures(ChunkFailure.newBuilder().setEntry(3)),
                "the failure of an entry that was not to run");
        assertInvalid(result.clone().setImmediateResponse(denial), "an entry that was not to run answers the client");
        assertInvalid(
                result.clone()
                        .setImmediateResponse(denial)
                        .setImmediateResponseEntry(2)
                        .setData(data),
                "a chunk is passed on although the client is answered");
        assertThatThrownBy(() -> ChunkCodec.decode(
                        result.clone()
                                .setImmediateResponse(denial)
                                .setImmediateResponseEntry(2)
                                .build(),
                        ENTRIES,
                        false,
                        false))
                .hasMessage("a policy answers the client at a chunk of a response");
    }

    private static void assertInvalid(io.policyengine.proto.worker.v1.ChunkResult.Builder result, String because) {
        assertThatThrownBy(() -> ChunkCodec.decode(result.build(), ENTRIES, true, false))
                .isInstanceOf(WorkerException.class)
                .hasMessage(because);
    }

    private static void assertOfAnotherKind(AnswerBatch answers, PhaseCodec<?> phase) {
        assertThatThrownBy(() -> answers.result(phase, 1))
                .isInstanceOf(WorkerException.class)
                .hasMessage("an answer whose kind does not match the call");
    }

    private interface Writing {
        void on(AnswerBatch.Writer writer);
    }

    private static AnswerBatch written(Writing writing) {
        List<Buffer> batches = new ArrayList<>();
        AnswerBatch.Writer writer = new AnswerBatch.Writer(1 << 20, batches::add);
        writing.on(writer);
        writer.flush();
        assertThat(batches).hasSize(1);
        return AnswerBatch.decode(batches.getFirst());
    }
}
