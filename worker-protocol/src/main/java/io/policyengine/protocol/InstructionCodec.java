package io.policyengine.protocol;

import io.policyengine.core.instruction.AppendHeader;
import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.core.instruction.SetBody;
import io.policyengine.core.instruction.SetHeader;
import io.policyengine.core.instruction.SetMetadata;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;

/** Encodes and decodes the instructions of both phases, and immediate responses. */
final class InstructionCodec {
    private static final ObjectReader JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build()
            .readerFor(JsonNode.class);

    private InstructionCodec() {}

    /** The first flow control instruction of an entry. Later ones are ignored. */
    record FlowControl(boolean skips, @Nullable String reason) {
        static FlowControl decode(io.policyengine.proto.worker.v1.Continue wire) {
            return new FlowControl(false, WireBytes.orNull(TextTruncation.beginning(wire.getReason())));
        }

        static FlowControl decode(io.policyengine.proto.worker.v1.SkipRemainingPolicies wire) {
            return new FlowControl(true, WireBytes.orNull(TextTruncation.beginning(wire.getReason())));
        }
    }

    static io.policyengine.proto.worker.v1.Continue proceed(String reason) {
        return io.policyengine.proto.worker.v1.Continue.newBuilder()
                .setReason(reason)
                .build();
    }

    static io.policyengine.proto.worker.v1.SkipRemainingPolicies skip(@Nullable String reason) {
        return io.policyengine.proto.worker.v1.SkipRemainingPolicies.newBuilder()
                .setReason(WireBytes.orEmpty(reason))
                .build();
    }

    static io.policyengine.proto.worker.v1.SetHeader encode(SetHeader instruction) {
        return io.policyengine.proto.worker.v1.SetHeader.newBuilder()
                .setName(instruction.name())
                .setValue(WireBytes.octets(instruction.value()))
                .build();
    }

    static SetHeader decode(io.policyengine.proto.worker.v1.SetHeader wire) {
        return new SetHeader(wire.getName(), WireBytes.octets(wire.getValue()));
    }

    static io.policyengine.proto.worker.v1.AppendHeader encode(AppendHeader instruction) {
        return io.policyengine.proto.worker.v1.AppendHeader.newBuilder()
                .setName(instruction.name())
                .setValue(WireBytes.octets(instruction.value()))
                .build();
    }

    static AppendHeader decode(io.policyengine.proto.worker.v1.AppendHeader wire) {
        return new AppendHeader(wire.getName(), WireBytes.octets(wire.getValue()));
    }

    static io.policyengine.proto.worker.v1.SetBody encode(SetBody instruction) {
        return io.policyengine.proto.worker.v1.SetBody.newBuilder()
                .setBody(WireBytes.bytes(instruction.body()))
                .setContentType(WireBytes.orEmpty(instruction.contentType()))
                .build();
    }

    static SetBody decode(io.policyengine.proto.worker.v1.SetBody wire) {
        return new SetBody(WireBytes.buffer(wire.getBody()), WireBytes.orNull(wire.getContentType()));
    }

    static io.policyengine.proto.worker.v1.SetMetadata encode(SetMetadata instruction) {
        return io.policyengine.proto.worker.v1.SetMetadata.newBuilder()
                .setKey(instruction.key())
                .setValueJson(instruction.value().toString())
                .build();
    }

    static SetMetadata decode(io.policyengine.proto.worker.v1.SetMetadata wire) throws IllegalInstructionException {
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

    static io.policyengine.proto.worker.v1.ImmediateResponse encode(ImmediateResponse response) {
        io.policyengine.proto.worker.v1.ImmediateResponse.Builder wire =
                io.policyengine.proto.worker.v1.ImmediateResponse.newBuilder()
                        .setStatusCode(response.status())
                        .setBody(WireBytes.bytes(response.body()))
                        .setReason(response.reason())
                        .setCode(WireBytes.orEmpty(response.code()))
                        .setRule(WireBytes.orEmpty(response.rule()))
                        .setTellsRequestId(response.tellsRequestId());
        response.headers().forEach((name, value) -> wire.addHeaders(ViewCodec.header(name, value)));
        return wire.build();
    }

    /** Decodes an immediate response. The kernel later omits parts that cannot be sent. */
    static ImmediateResponse decode(io.policyengine.proto.worker.v1.ImmediateResponse wire) {
        return new ImmediateResponse(
                wire.getStatusCode(),
                ViewCodec.headers(wire.getHeadersList()),
                WireBytes.buffer(wire.getBody()),
                TextTruncation.beginning(wire.getReason()),
                wire.getCode(),
                wire.getRule(),
                wire.getTellsRequestId());
    }

    /**
     * Returns the failure for an unknown instruction. The instruction must not be ignored, because a newer policy may
     * rely on it.
     */
    static IllegalInstructionException unknown() {
        return new IllegalInstructionException("an instruction that this kernel does not know");
    }

    static void refuse(@Nullable String problem) throws IllegalInstructionException {
        if (problem != null) {
            throw new IllegalInstructionException(problem);
        }
    }
}
