package io.policyengine.protocol;

import io.policyengine.core.instruction.AppendHeader;
import io.policyengine.core.instruction.Instructions;
import io.policyengine.core.instruction.RemoveHeader;
import io.policyengine.core.instruction.SetHeader;
import io.policyengine.core.instruction.SetMetadata;
import io.policyengine.core.instruction.TrailersInstruction;
import io.policyengine.core.policy.TrailersOutcome;
import io.policyengine.proto.worker.v1.EntryFailure;
import io.policyengine.proto.worker.v1.TrailersEntryResult;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Encodes and decodes the outcomes of entries on trailers. */
final class TrailersOutcomeCodec implements EntryCodec<TrailersEntryResult, TrailersOutcome> {
    static final TrailersOutcomeCodec INSTANCE = new TrailersOutcomeCodec();

    private TrailersOutcomeCodec() {}

    @Override
    public TrailersEntryResult encode(EntryFailure failure) {
        return TrailersEntryResult.newBuilder().setFailure(failure).build();
    }

    @Override
    public TrailersEntryResult skipped() {
        return TrailersEntryResult.getDefaultInstance();
    }

    /** Returns false, since entries that were skipped on the headers are not run on the trailers. */
    @Override
    public boolean isSkipped(TrailersEntryResult entry) {
        return false;
    }

    @Override
    public @Nullable EntryFailure failure(TrailersEntryResult entry) {
        return entry.hasFailure() ? entry.getFailure() : null;
    }

    @Override
    public TrailersEntryResult encode(TrailersOutcome outcome) {
        TrailersEntryResult.Builder entry = TrailersEntryResult.newBuilder();
        for (TrailersInstruction instruction : outcome.instructions()) {
            entry.addInstructions(encode(instruction));
        }
        return entry.build();
    }

    @Override
    public TrailersOutcome decode(TrailersEntryResult entry) throws IllegalInstructionException {
        InstructionCodec.refuse(Instructions.check(entry.getInstructionsList()));
        List<TrailersInstruction> instructions = new ArrayList<>(entry.getInstructionsCount());
        for (var wire : entry.getInstructionsList()) {
            TrailersInstruction instruction = decode(wire);
            InstructionCodec.refuse(Instructions.check(instruction));
            instructions.add(instruction);
        }
        return new TrailersOutcome(List.copyOf(instructions));
    }

    private static io.policyengine.proto.worker.v1.TrailersInstruction encode(TrailersInstruction instruction) {
        var wire = io.policyengine.proto.worker.v1.TrailersInstruction.newBuilder();
        return switch (instruction) {
            case SetHeader set ->
                wire.setSetHeader(InstructionCodec.encode(set)).build();
            case AppendHeader append ->
                wire.setAppendHeader(InstructionCodec.encode(append)).build();
            case RemoveHeader(String name) ->
                wire.setRemoveHeader(io.policyengine.proto.worker.v1.RemoveHeader.newBuilder()
                                .setName(name))
                        .build();
            case SetMetadata set ->
                wire.setSetMetadata(InstructionCodec.encode(set)).build();
        };
    }

    private static TrailersInstruction decode(io.policyengine.proto.worker.v1.TrailersInstruction wire)
            throws IllegalInstructionException {
        return switch (wire.getInstructionCase()) {
            case SET_HEADER -> InstructionCodec.decode(wire.getSetHeader());
            case APPEND_HEADER -> InstructionCodec.decode(wire.getAppendHeader());
            case REMOVE_HEADER -> new RemoveHeader(wire.getRemoveHeader().getName());
            case SET_METADATA -> InstructionCodec.decode(wire.getSetMetadata());
            case INSTRUCTION_NOT_SET -> throw InstructionCodec.unknown();
        };
    }
}
