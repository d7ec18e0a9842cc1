package io.policyengine.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.policyengine.core.chain.EntryFailure;
import io.policyengine.core.chain.EntryResult;
import io.policyengine.core.chain.SegmentResult;
import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.policy.ResponseOutcome;
import io.policyengine.core.policy.TrailersOutcome;
import io.policyengine.core.policy.ValidatedToken;
import io.policyengine.core.worker.WorkerException;
import io.policyengine.proto.worker.v1.Continue;
import io.policyengine.proto.worker.v1.ImmediateResponse;
import io.policyengine.proto.worker.v1.RequestEntryResult;
import io.policyengine.proto.worker.v1.RequestInstruction;
import io.policyengine.proto.worker.v1.RequestResult;
import io.policyengine.proto.worker.v1.ResponseEntryResult;
import io.policyengine.proto.worker.v1.ResponseInstruction;
import io.policyengine.proto.worker.v1.ResponseResult;
import io.policyengine.proto.worker.v1.SetHeader;
import io.policyengine.proto.worker.v1.SetMetadata;
import io.policyengine.proto.worker.v1.SkipRemainingPolicies;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class ResultCodecTest {
    @Test
    void theKernelReadsTheResultOfARequestCallThatTheWorkerWrote() {
        Samples.forEachSeed(samples -> {
            SegmentResult<RequestOutcome> result = samples.requestResult();

            assertThat(PhaseCodec.request()
                            .decodeUnary(
                                    PhaseCodec.request().encodeUnary(result),
                                    result.entries().size()))
                    .isEqualTo(result);
        });
    }

    @Test
    void theKernelReadsTheResultOfAResponseCallThatTheWorkerWrote() {
        Samples.forEachSeed(samples -> {
            SegmentResult<ResponseOutcome> result = samples.responseResult();

            assertThat(PhaseCodec.response()
                            .decodeUnary(
                                    PhaseCodec.response().encodeUnary(result),
                                    result.entries().size()))
                    .isEqualTo(result);
        });
    }

    @Test
    void theKernelReadsTheResultOfACallWithTrailersThatTheWorkerWrote() {
        Samples.forEachSeed(samples -> {
            SegmentResult<TrailersOutcome> result = samples.trailersResult();

            assertThat(PhaseCodec.trailers()
                            .decodeUnary(
                                    PhaseCodec.trailers().encodeUnary(result),
                                    result.entries().size()))
                    .isEqualTo(result);
        });
    }

    @Test
    void anEntryWithMoreInstructionsThanAnybodyGivesFails() {
        RequestInstruction set = RequestInstruction.newBuilder()
                .setSetHeader(SetHeader.newBuilder().setName("x-a"))
                .build();
        RequestResult written = RequestResult.newBuilder()
                .addEntries(RequestEntryResult.newBuilder().addAllInstructions(Collections.nCopies(1_001, set)))
                .build();

        var read = PhaseCodec.request()
                .decodeUnary(WireBytes.buffer(written), 1)
                .entries()
                .getFirst();

        assertThat(read)
                .isEqualTo(new EntryResult.Failed<>(new EntryFailure(
                        ErrorCode.INVALID_INSTRUCTION, "1001 instructions; an entry may give at most 1000")));
    }

    @Test
    void textsForPeopleAreCut() {
        String text = "why ".repeat(100_000);
        RequestResult written = RequestResult.newBuilder()
                .addEntries(RequestEntryResult.newBuilder()
                        .addInstructions(RequestInstruction.newBuilder()
                                .setContinue(Continue.newBuilder().setReason(text))))
                .build();

        var read = (EntryResult.Completed<RequestOutcome>) PhaseCodec.request()
                .decodeUnary(WireBytes.buffer(written), 1)
                .entries()
                .getFirst();

        assertThat(((RequestOutcome.Proceed) read.outcome()).reason()).hasSize(2_000);
        assertThat(ResultCodec.decode(ResultCodec.encode(new EntryFailure(ErrorCode.POLICY_ERROR, text)))
                        .message())
                .hasSize(2_000);
    }

    /** An older worker gives none; what a foreign one gives must not get into logs or a field. */
    @Test
    void onlyALegalCodeOfADenialIsTaken() {
        for (String code : List.of("", "two words", "LINE\nBREAK", "A".repeat(65))) {
            assertThat(InstructionCodec.decode(ImmediateResponse.newBuilder()
                                    .setStatusCode(403)
                                    .setCode(code)
                                    .build())
                            .code())
                    .isNull();
        }
        assertThat(InstructionCodec.decode(ImmediateResponse.newBuilder()
                                .setCode("KEY_REVOKED")
                                .build())
                        .code())
                .isEqualTo("KEY_REVOKED");
    }

    @Test
    void everyCodeOfAFailureIsToldAndNoneIsTakenForOneOfTheEngine() {
        for (ErrorCode code : ErrorCode.values()) {
            EntryFailure read = ResultCodec.decode(ResultCodec.encode(new EntryFailure(code, "why")));

            assertThat(read)
                    .isEqualTo(
                            code.isOfEntries()
                                    ? new EntryFailure(code, "why")
                                    : new EntryFailure(ErrorCode.POLICY_ERROR, code.name() + ": why"));
        }
    }

    @Test
    void anInstructionThatIsNotKnownHereFailsItsEntry() {
        assertFails(RequestInstruction.getDefaultInstance(), "an instruction that this kernel does not know");
        assertThat(ResponseCodec.decode(
                                ResponseResult.newBuilder()
                                        .addEntries(ResponseEntryResult.newBuilder()
                                                .addInstructions(ResponseInstruction.getDefaultInstance()))
                                        .build(),
                                1)
                        .entries())
                .containsExactly(new EntryResult.Failed<>(new EntryFailure(
                        ErrorCode.INVALID_INSTRUCTION, "an instruction that this kernel does not know")));
    }

    @Test
    void anIllegalInstructionFailsItsEntry() {
        assertFails(
                RequestInstruction.newBuilder()
                        .setSetHeader(SetHeader.newBuilder().setName(":path"))
                        .build(),
                "SetHeader of the pseudo header ':path'");
        assertFails(
                RequestInstruction.newBuilder()
                        .setSetMetadata(SetMetadata.newBuilder().setKey("k").setValueJson("{"))
                        .build(),
                "SetMetadata of 'k' with a value that is not JSON");
        assertFails(
                RequestInstruction.newBuilder()
                        .setSetMetadata(SetMetadata.newBuilder().setKey("k"))
                        .build(),
                "SetMetadata of 'k' with a value that is not JSON");
    }

    @Test
    void anIllegalInstructionBesideADenialIsLeftOut() {
        RequestEntryResult entry = RequestEntryResult.newBuilder()
                .addInstructions(RequestInstruction.newBuilder()
                        .setSetHeader(SetHeader.newBuilder().setName(":path")))
                .addInstructions(RequestInstruction.newBuilder()
                        .setImmediateResponse(ImmediateResponse.newBuilder().setStatusCode(403)))
                .addInstructions(RequestInstruction.getDefaultInstance())
                .build();

        assertThat(request(1, entry).entries())
                .singleElement()
                .isInstanceOfSatisfying(
                        EntryResult.Completed.class,
                        denied -> assertThat(denied.outcome())
                                .isInstanceOfSatisfying(RequestOutcome.Respond.class, sent -> {
                                    assertThat(sent.response().status()).isEqualTo(403);
                                    assertThat(sent.instructions()).isEmpty();
                                }));
    }

    @Test
    void onlyTheFirstFlowControlCountsAndAnImmediateResponseBeatsTheOthers() {
        RequestInstruction skip = RequestInstruction.newBuilder()
                .setSkipRemainingPolicies(SkipRemainingPolicies.newBuilder().setReason("first"))
                .build();
        RequestInstruction proceed = RequestInstruction.newBuilder()
                .setContinue(Continue.newBuilder().setReason("second"))
                .build();
        RequestInstruction respond = RequestInstruction.newBuilder()
                .setImmediateResponse(ImmediateResponse.newBuilder().setStatusCode(403))
                .build();

        assertThat(outcome(skip, proceed)).isEqualTo(new RequestOutcome.SkipRemaining(List.of(), "first"));
        assertThat(outcome(proceed, skip)).isEqualTo(new RequestOutcome.Proceed(List.of(), "second"));
        assertThat(outcome(proceed, skip, respond)).isInstanceOf(RequestOutcome.Respond.class);
    }

    @Test
    void aValidatedTokenDoesNotLeaveTheWorker() {
        RequestOutcome without = new RequestOutcome.Proceed(List.of(), "fine");
        RequestOutcome with = new RequestOutcome.Proceed(List.of(), "fine", new ValidatedToken("secret"));

        assertThat(RequestOutcomeCodec.INSTANCE.encode(with)).isEqualTo(RequestOutcomeCodec.INSTANCE.encode(without));
        assertThat(with.toString()).doesNotContain("secret");
    }

    @Test
    void aResultThatLeavesOpenWhatBecameOfAnEntryIsInvalid() {
        RequestEntryResult proceeds = RequestEntryResult.getDefaultInstance();
        RequestEntryResult ends = RequestEntryResult.newBuilder()
                .addInstructions(RequestInstruction.newBuilder()
                        .setSkipRemainingPolicies(SkipRemainingPolicies.getDefaultInstance()))
                .build();

        assertInvalid(2, "a result has 0 entries, but 2 were to run");
        assertInvalid(1, "a result has 2 entries, but 1 were to run", proceeds, proceeds);
        assertInvalid(2, "a result stops after 1 of 2 entries without a reason", proceeds);
        assertInvalid(2, "a result has entries after the one that ended it", ends, proceeds);
        assertThat(request(2, ends).entries()).hasSize(1);
    }

    private static SegmentResult<RequestOutcome> request(int expected, RequestEntryResult... entries) {
        return RequestCodec.decode(
                RequestResult.newBuilder().addAllEntries(List.of(entries)).build(), expected);
    }

    private static RequestOutcome outcome(RequestInstruction... instructions) {
        RequestEntryResult entry = RequestEntryResult.newBuilder()
                .addAllInstructions(List.of(instructions))
                .build();
        return request(1, entry).entries().getFirst() instanceof EntryResult.Completed<RequestOutcome>(var outcome)
                ? outcome
                : failed();
    }

    private static RequestOutcome failed() {
        throw new AssertionError("the entry failed");
    }

    private static void assertFails(RequestInstruction instruction, String because) {
        RequestEntryResult entry =
                RequestEntryResult.newBuilder().addInstructions(instruction).build();

        assertThat(request(1, entry).entries())
                .containsExactly(new EntryResult.Failed<>(new EntryFailure(ErrorCode.INVALID_INSTRUCTION, because)));
    }

    private static void assertInvalid(int expected, String because, RequestEntryResult... entries) {
        assertThatThrownBy(() -> request(expected, entries))
                .isInstanceOf(WorkerException.class)
                .hasMessage(because);
    }
}
