package io.policyengine.protocol;

import io.policyengine.core.instruction.AppendHeader;
import io.policyengine.core.instruction.Instructions;
import io.policyengine.core.instruction.RemoveHeader;
import io.policyengine.core.instruction.ResponseInstruction;
import io.policyengine.core.instruction.SetBody;
import io.policyengine.core.instruction.SetHeader;
import io.policyengine.core.instruction.SetMetadata;
import io.policyengine.core.instruction.SetStatusCode;
import io.policyengine.core.policy.ResponseOutcome;
import io.policyengine.proto.worker.v1.EntryFailure;
import io.policyengine.proto.worker.v1.ResponseEntryResult;
import io.policyengine.protocol.InstructionCodec.FlowControl;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Encodes and decodes the outcomes of the response phase. Of an entry's flow control instructions, only the first
 * applies.
 */
final class ResponseOutcomeCodec implements EntryCodec<ResponseEntryResult, ResponseOutcome> {
    static final ResponseOutcomeCodec INSTANCE = new ResponseOutcomeCodec();

    private ResponseOutcomeCodec() {}

    @Override
    public ResponseEntryResult encode(EntryFailure failure) {
        return ResponseEntryResult.newBuilder().setFailure(failure).build();
    }

    @Override
    public ResponseEntryResult skipped() {
        return ResponseEntryResult.newBuilder().setSkipped(true).build();
    }

    @Override
    public boolean isSkipped(ResponseEntryResult entry) {
        return entry.getSkipped();
    }

    @Override
    public @Nullable EntryFailure failure(ResponseEntryResult entry) {
        return entry.hasFailure() ? entry.getFailure() : null;
    }

    @Override
    public ResponseEntryResult encode(ResponseOutcome outcome) {
        ResponseEntryResult.Builder entry = ResponseEntryResult.newBuilder();
        for (ResponseInstruction instruction : outcome.instructions()) {
            entry.addInstructions(encode(instruction));
        }
        switch (outcome) {
            case ResponseOutcome.Proceed(var _, String reason) -> {
                if (reason != null) {
                    entry.addInstructions(wire().setContinue(InstructionCodec.proceed(reason)));
                }
            }
            case ResponseOutcome.SkipRemaining(var _, String reason) ->
                entry.addInstructions(wire().setSkipRemainingPolicies(InstructionCodec.skip(reason)));
        }
        return entry.build();
    }

    @Override
    public ResponseOutcome decode(ResponseEntryResult entry) throws IllegalInstructionException {
        InstructionCodec.refuse(Instructions.check(entry.getInstructionsList()));
        List<ResponseInstruction> instructions = new ArrayList<>(entry.getInstructionsCount());
        FlowControl flow = null;
        for (var instruction : entry.getInstructionsList()) {
            switch (instruction.getInstructionCase()) {
                case CONTINUE -> flow = flow == null ? FlowControl.decode(instruction.getContinue()) : flow;
                case SKIP_REMAINING_POLICIES ->
                    flow = flow == null ? FlowControl.decode(instruction.getSkipRemainingPolicies()) : flow;
                case SET_HEADER, APPEND_HEADER, REMOVE_HEADER, SET_BODY, SET_METADATA, SET_STATUS_CODE ->
                    instructions.add(checked(decode(instruction)));
                case INSTRUCTION_NOT_SET -> throw InstructionCodec.unknown();
            }
        }
        List<ResponseInstruction> changes = List.copyOf(instructions);
        return flow != null && flow.skips()
                ? new ResponseOutcome.SkipRemaining(changes, flow.reason())
                : new ResponseOutcome.Proceed(changes, flow == null ? null : flow.reason());
    }

    private static ResponseInstruction checked(ResponseInstruction instruction) throws IllegalInstructionException {
        InstructionCodec.refuse(Instructions.check(instruction));
        return instruction;
    }

    private static io.policyengine.proto.worker.v1.ResponseInstruction.Builder wire() {
        return io.policyengine.proto.worker.v1.ResponseInstruction.newBuilder();
    }

    private static io.policyengine.proto.worker.v1.ResponseInstruction.Builder encode(ResponseInstruction instruction) {
        return switch (instruction) {
            case SetHeader set -> wire().setSetHeader(InstructionCodec.encode(set));
            case AppendHeader append -> wire().setAppendHeader(InstructionCodec.encode(append));
            case RemoveHeader(String name) ->
                wire().setRemoveHeader(io.policyengine.proto.worker.v1.RemoveHeader.newBuilder()
                        .setName(name));
            case SetBody set -> wire().setSetBody(InstructionCodec.encode(set));
            case SetMetadata set -> wire().setSetMetadata(InstructionCodec.encode(set));
            case SetStatusCode(int status, var code) ->
                wire().setSetStatusCode(io.policyengine.proto.worker.v1.SetStatusCode.newBuilder()
                        .setStatusCode(status)
                        .setCode(WireBytes.orEmpty(code)));
        };
    }

    private static ResponseInstruction decode(io.policyengine.proto.worker.v1.ResponseInstruction wire)
            throws IllegalInstructionException {
        return switch (wire.getInstructionCase()) {
            case SET_HEADER -> InstructionCodec.decode(wire.getSetHeader());
            case APPEND_HEADER -> InstructionCodec.decode(wire.getAppendHeader());
            case REMOVE_HEADER -> new RemoveHeader(wire.getRemoveHeader().getName());
            case SET_BODY -> InstructionCodec.decode(wire.getSetBody());
            case SET_METADATA -> InstructionCodec.decode(wire.getSetMetadata());
            case SET_STATUS_CODE ->
                new SetStatusCode(
                        wire.getSetStatusCode().getStatusCode(),
                        wire.getSetStatusCode().getCode());
            case CONTINUE, SKIP_REMAINING_POLICIES, INSTRUCTION_NOT_SET -> throw InstructionCodec.unknown();
        };
    }
}
