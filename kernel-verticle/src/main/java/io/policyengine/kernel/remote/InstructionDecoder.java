package io.policyengine.kernel.remote;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.instruction.AppendHeader;
import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.core.instruction.Instructions;
import io.policyengine.core.instruction.RemoveHeader;
import io.policyengine.core.instruction.RemoveQueryParam;
import io.policyengine.core.instruction.RequestInstruction;
import io.policyengine.core.instruction.ResponseInstruction;
import io.policyengine.core.instruction.SetAuthority;
import io.policyengine.core.instruction.SetBody;
import io.policyengine.core.instruction.SetHeader;
import io.policyengine.core.instruction.SetMetadata;
import io.policyengine.core.instruction.SetMethod;
import io.policyengine.core.instruction.SetPath;
import io.policyengine.core.instruction.SetQueryParam;
import io.policyengine.core.instruction.SetStatusCode;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.policy.ResponseOutcome;
import io.policyengine.proto.worker.v1.Header;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;

/** Reads what a policy asks for. Only the first flow control counts, and an immediate response beats the others. */
final class InstructionDecoder {
    private static final ObjectReader JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build()
            .readerFor(JsonNode.class);

    private InstructionDecoder() {}

    static RequestOutcome request(List<io.policyengine.proto.worker.v1.RequestInstruction> wire)
            throws IllegalInstructionException {
        List<RequestInstruction> instructions = new ArrayList<>(wire.size());
        ImmediateResponse immediate = null;
        FlowControl flow = null;
        for (io.policyengine.proto.worker.v1.RequestInstruction instruction : wire) {
            switch (instruction.getInstructionCase()) {
                case IMMEDIATE_RESPONSE -> {
                    if (immediate == null) {
                        immediate = immediate(instruction.getImmediateResponse());
                    }
                }
                case CONTINUE -> {
                    if (flow == null) {
                        flow = new FlowControl(
                                false, orNull(instruction.getContinue().getReason()));
                    }
                }
                case SKIP_REMAINING_POLICIES -> {
                    if (flow == null) {
                        flow = new FlowControl(
                                true,
                                orNull(instruction.getSkipRemainingPolicies().getReason()));
                    }
                }
                default -> instructions.add(checked(change(instruction)));
            }
        }
        List<RequestInstruction> changes = List.copyOf(instructions);
        if (immediate != null) {
            return new RequestOutcome.Respond(immediate, changes);
        }
        return flow != null && flow.skips()
                ? new RequestOutcome.SkipRemaining(changes, flow.reason())
                : new RequestOutcome.Proceed(changes, flow == null ? null : flow.reason());
    }

    static ResponseOutcome response(List<io.policyengine.proto.worker.v1.ResponseInstruction> wire)
            throws IllegalInstructionException {
        List<ResponseInstruction> instructions = new ArrayList<>(wire.size());
        FlowControl flow = null;
        for (io.policyengine.proto.worker.v1.ResponseInstruction instruction : wire) {
            switch (instruction.getInstructionCase()) {
                case CONTINUE -> {
                    if (flow == null) {
                        flow = new FlowControl(
                                false, orNull(instruction.getContinue().getReason()));
                    }
                }
                case SKIP_REMAINING_POLICIES -> {
                    if (flow == null) {
                        flow = new FlowControl(
                                true,
                                orNull(instruction.getSkipRemainingPolicies().getReason()));
                    }
                }
                default -> instructions.add(checked(change(instruction)));
            }
        }
        List<ResponseInstruction> changes = List.copyOf(instructions);
        return flow != null && flow.skips()
                ? new ResponseOutcome.SkipRemaining(changes, flow.reason())
                : new ResponseOutcome.Proceed(changes, flow == null ? null : flow.reason());
    }

    private record FlowControl(boolean skips, @Nullable String reason) {}

    private static RequestInstruction checked(RequestInstruction instruction) throws IllegalInstructionException {
        refuse(Instructions.check(instruction));
        return instruction;
    }

    private static ResponseInstruction checked(ResponseInstruction instruction) throws IllegalInstructionException {
        refuse(Instructions.check(instruction));
        return instruction;
    }

    private static void refuse(@Nullable String problem) throws IllegalInstructionException {
        if (problem != null) {
            throw new IllegalInstructionException(problem);
        }
    }

    private static RequestInstruction change(io.policyengine.proto.worker.v1.RequestInstruction wire)
            throws IllegalInstructionException {
        return switch (wire.getInstructionCase()) {
            case SET_HEADER -> setHeader(wire.getSetHeader());
            case APPEND_HEADER -> appendHeader(wire.getAppendHeader());
            case REMOVE_HEADER -> new RemoveHeader(wire.getRemoveHeader().getName());
            case SET_BODY -> setBody(wire.getSetBody());
            case SET_METADATA -> setMetadata(wire.getSetMetadata());
            case SET_PATH -> new SetPath(Wire.octets(wire.getSetPath().getPath()));
            case SET_QUERY_PARAM ->
                new SetQueryParam(
                        wire.getSetQueryParam().getName(),
                        wire.getSetQueryParam().getValue());
            case REMOVE_QUERY_PARAM ->
                new RemoveQueryParam(wire.getRemoveQueryParam().getName());
            case SET_METHOD -> new SetMethod(wire.getSetMethod().getMethod());
            case SET_AUTHORITY ->
                new SetAuthority(Wire.octets(wire.getSetAuthority().getAuthority()));
            // Never silently nothing: a newer worker's policy may rely on it.
            case IMMEDIATE_RESPONSE, CONTINUE, SKIP_REMAINING_POLICIES, INSTRUCTION_NOT_SET ->
                throw new IllegalInstructionException("an instruction that this kernel does not know");
        };
    }

    private static ResponseInstruction change(io.policyengine.proto.worker.v1.ResponseInstruction wire)
            throws IllegalInstructionException {
        return switch (wire.getInstructionCase()) {
            case SET_HEADER -> setHeader(wire.getSetHeader());
            case APPEND_HEADER -> appendHeader(wire.getAppendHeader());
            case REMOVE_HEADER -> new RemoveHeader(wire.getRemoveHeader().getName());
            case SET_BODY -> setBody(wire.getSetBody());
            case SET_METADATA -> setMetadata(wire.getSetMetadata());
            case SET_STATUS_CODE -> new SetStatusCode(wire.getSetStatusCode().getStatusCode());
            case CONTINUE, SKIP_REMAINING_POLICIES, INSTRUCTION_NOT_SET ->
                throw new IllegalInstructionException("an instruction that this kernel does not know");
        };
    }

    private static SetHeader setHeader(io.policyengine.proto.worker.v1.SetHeader wire) {
        return new SetHeader(wire.getName(), Wire.octets(wire.getValue()));
    }

    private static AppendHeader appendHeader(io.policyengine.proto.worker.v1.AppendHeader wire) {
        return new AppendHeader(wire.getName(), Wire.octets(wire.getValue()));
    }

    private static SetBody setBody(io.policyengine.proto.worker.v1.SetBody wire) {
        return new SetBody(Wire.buffer(wire.getBody()), orNull(wire.getContentType()));
    }

    private static SetMetadata setMetadata(io.policyengine.proto.worker.v1.SetMetadata wire)
            throws IllegalInstructionException {
        try {
            JsonNode value = JSON.readValue(wire.getValueJson());
            if (!value.isMissingNode()) {
                return new SetMetadata(wire.getKey(), value);
            }
        } catch (JacksonException malformed) {
            throw new IllegalInstructionException(
                    "SetMetadata of '" + wire.getKey() + "' with a value that is not JSON");
        }
        throw new IllegalInstructionException("SetMetadata of '" + wire.getKey() + "' without a value");
    }

    static ImmediateResponse immediate(io.policyengine.proto.worker.v1.ImmediateResponse wire)
            throws IllegalInstructionException {
        HeaderMap.Builder headers = HeaderMap.builder(wire.getHeadersCount());
        for (Header header : wire.getHeadersList()) {
            headers.append(header.getName(), Wire.octets(header.getValue()));
        }
        ImmediateResponse response = new ImmediateResponse(
                wire.getStatusCode(), headers.build(), Wire.buffer(wire.getBody()), wire.getReason());
        refuse(Instructions.check(response));
        return response;
    }

    private static @Nullable String orNull(String text) {
        return text.isEmpty() ? null : text;
    }
}
