package io.policyengine.protocol;

import io.policyengine.core.instruction.AppendHeader;
import io.policyengine.core.instruction.Instructions;
import io.policyengine.core.instruction.RemoveHeader;
import io.policyengine.core.instruction.RemoveQueryParam;
import io.policyengine.core.instruction.RequestInstruction;
import io.policyengine.core.instruction.SetAuthority;
import io.policyengine.core.instruction.SetBody;
import io.policyengine.core.instruction.SetHeader;
import io.policyengine.core.instruction.SetMetadata;
import io.policyengine.core.instruction.SetMethod;
import io.policyengine.core.instruction.SetPath;
import io.policyengine.core.instruction.SetQueryParam;
import io.policyengine.core.instruction.SetResponseHeader;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.proto.worker.v1.EntryFailure;
import io.policyengine.proto.worker.v1.RequestEntryResult;
import io.policyengine.protocol.InstructionCodec.FlowControl;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Encodes and decodes the outcomes of the request phase. Of an entry's flow control instructions, only the first
 * applies, and an immediate response overrides it.
 */
final class RequestOutcomeCodec implements EntryCodec<RequestEntryResult, RequestOutcome> {
    static final RequestOutcomeCodec INSTANCE = new RequestOutcomeCodec();

    private RequestOutcomeCodec() {}

    @Override
    public RequestEntryResult encode(EntryFailure failure) {
        return RequestEntryResult.newBuilder().setFailure(failure).build();
    }

    @Override
    public RequestEntryResult skipped() {
        return RequestEntryResult.newBuilder().setSkipped(true).build();
    }

    @Override
    public boolean isSkipped(RequestEntryResult entry) {
        return entry.getSkipped();
    }

    @Override
    public @Nullable EntryFailure failure(RequestEntryResult entry) {
        return entry.hasFailure() ? entry.getFailure() : null;
    }

    @Override
    public RequestEntryResult encode(RequestOutcome outcome) {
        RequestEntryResult.Builder entry = RequestEntryResult.newBuilder();
        for (RequestInstruction instruction : outcome.instructions()) {
            entry.addInstructions(encode(instruction));
        }
        switch (outcome) {
            case RequestOutcome.Proceed(var _, String reason, var _) -> {
                if (reason != null) {
                    entry.addInstructions(wire().setContinue(InstructionCodec.proceed(reason)));
                }
            }
            case RequestOutcome.SkipRemaining(var _, String reason) ->
                entry.addInstructions(wire().setSkipRemainingPolicies(InstructionCodec.skip(reason)));
            case RequestOutcome.Respond(var response, var _) ->
                entry.addInstructions(wire().setImmediateResponse(InstructionCodec.encode(response)));
        }
        return entry.build();
    }

    @Override
    public RequestOutcome decode(RequestEntryResult entry) throws IllegalInstructionException {
        for (var instruction : entry.getInstructionsList()) {
            if (instruction.hasImmediateResponse()) {
                return new RequestOutcome.Respond(
                        InstructionCodec.decode(instruction.getImmediateResponse()), besideResponse(entry));
            }
        }
        InstructionCodec.refuse(Instructions.check(entry.getInstructionsList()));
        List<RequestInstruction> instructions = new ArrayList<>(entry.getInstructionsCount());
        FlowControl flow = null;
        for (var instruction : entry.getInstructionsList()) {
            switch (instruction.getInstructionCase()) {
                case CONTINUE -> flow = flow == null ? FlowControl.decode(instruction.getContinue()) : flow;
                case SKIP_REMAINING_POLICIES ->
                    flow = flow == null ? FlowControl.decode(instruction.getSkipRemainingPolicies()) : flow;
                case SET_HEADER,
                        APPEND_HEADER,
                        REMOVE_HEADER,
                        SET_BODY,
                        SET_METADATA,
                        SET_PATH,
                        SET_QUERY_PARAM,
                        REMOVE_QUERY_PARAM,
                        SET_METHOD,
                        SET_AUTHORITY,
                        SET_RESPONSE_HEADER -> instructions.add(checked(decode(instruction)));
                case IMMEDIATE_RESPONSE, INSTRUCTION_NOT_SET -> throw InstructionCodec.unknown();
            }
        }
        return outcome(List.copyOf(instructions), flow);
    }

    /**
     * Returns the legal instructions of an entry that also has an immediate response. Illegal instructions are omitted,
     * so that they do not turn the denial into a failure.
     */
    private static List<RequestInstruction> besideResponse(RequestEntryResult entry) {
        List<RequestInstruction> legal = new ArrayList<>();
        for (var instruction : entry.getInstructionsList()) {
            boolean isFlow = instruction.hasImmediateResponse()
                    || instruction.hasContinue()
                    || instruction.hasSkipRemainingPolicies();
            if (!isFlow && legal.size() < Instructions.MAX) {
                try {
                    legal.add(checked(decode(instruction)));
                } catch (IllegalInstructionException _) {
                    // Left out: the denial stands without it.
                }
            }
        }
        return List.copyOf(legal);
    }

    private static RequestOutcome outcome(List<RequestInstruction> changes, @Nullable FlowControl flow) {
        return flow != null && flow.skips()
                ? new RequestOutcome.SkipRemaining(changes, flow.reason())
                : new RequestOutcome.Proceed(changes, flow == null ? null : flow.reason());
    }

    private static RequestInstruction checked(RequestInstruction instruction) throws IllegalInstructionException {
        InstructionCodec.refuse(Instructions.check(instruction));
        return instruction;
    }

    private static io.policyengine.proto.worker.v1.RequestInstruction.Builder wire() {
        return io.policyengine.proto.worker.v1.RequestInstruction.newBuilder();
    }

    private static io.policyengine.proto.worker.v1.RequestInstruction.Builder encode(RequestInstruction instruction) {
        return switch (instruction) {
            case SetHeader set -> wire().setSetHeader(InstructionCodec.encode(set));
            case AppendHeader append -> wire().setAppendHeader(InstructionCodec.encode(append));
            case RemoveHeader(String name) ->
                wire().setRemoveHeader(io.policyengine.proto.worker.v1.RemoveHeader.newBuilder()
                        .setName(name));
            case SetBody set -> wire().setSetBody(InstructionCodec.encode(set));
            case SetMetadata set -> wire().setSetMetadata(InstructionCodec.encode(set));
            case SetPath(String path) ->
                wire().setSetPath(io.policyengine.proto.worker.v1.SetPath.newBuilder()
                        .setPath(WireBytes.octets(path)));
            case SetQueryParam(String name, String value) ->
                wire().setSetQueryParam(io.policyengine.proto.worker.v1.SetQueryParam.newBuilder()
                        .setName(name)
                        .setValue(value));
            case RemoveQueryParam(String name) ->
                wire().setRemoveQueryParam(io.policyengine.proto.worker.v1.RemoveQueryParam.newBuilder()
                        .setName(name));
            case SetMethod(String method) ->
                wire().setSetMethod(io.policyengine.proto.worker.v1.SetMethod.newBuilder()
                        .setMethod(method));
            case SetAuthority(String authority) ->
                wire().setSetAuthority(io.policyengine.proto.worker.v1.SetAuthority.newBuilder()
                        .setAuthority(WireBytes.octets(authority)));
            case SetResponseHeader(String name, String value) ->
                wire().setSetResponseHeader(io.policyengine.proto.worker.v1.SetResponseHeader.newBuilder()
                        .setName(name)
                        .setValue(WireBytes.octets(value)));
        };
    }

    private static RequestInstruction decode(io.policyengine.proto.worker.v1.RequestInstruction wire)
            throws IllegalInstructionException {
        return switch (wire.getInstructionCase()) {
            case SET_HEADER -> InstructionCodec.decode(wire.getSetHeader());
            case APPEND_HEADER -> InstructionCodec.decode(wire.getAppendHeader());
            case REMOVE_HEADER -> new RemoveHeader(wire.getRemoveHeader().getName());
            case SET_BODY -> InstructionCodec.decode(wire.getSetBody());
            case SET_METADATA -> InstructionCodec.decode(wire.getSetMetadata());
            case SET_PATH -> new SetPath(WireBytes.octets(wire.getSetPath().getPath()));
            case SET_QUERY_PARAM ->
                new SetQueryParam(
                        wire.getSetQueryParam().getName(),
                        wire.getSetQueryParam().getValue());
            case REMOVE_QUERY_PARAM ->
                new RemoveQueryParam(wire.getRemoveQueryParam().getName());
            case SET_METHOD -> new SetMethod(wire.getSetMethod().getMethod());
            case SET_AUTHORITY ->
                new SetAuthority(WireBytes.octets(wire.getSetAuthority().getAuthority()));
            case SET_RESPONSE_HEADER ->
                new SetResponseHeader(
                        wire.getSetResponseHeader().getName(),
                        WireBytes.octets(wire.getSetResponseHeader().getValue()));
            case IMMEDIATE_RESPONSE, CONTINUE, SKIP_REMAINING_POLICIES, INSTRUCTION_NOT_SET ->
                throw InstructionCodec.unknown();
        };
    }
}
