package io.policyengine.it.protocol;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import com.google.protobuf.UnknownFieldSet;
import io.policyengine.it.protocol.Transcript.Line;
import io.policyengine.it.protocol.Transcript.Speaker;
import io.policyengine.proto.worker.v1.GetWorkerConfigRequest;
import io.policyengine.proto.worker.v1.HealthCheckRequest;
import io.policyengine.proto.worker.v1.HealthCheckResponse;
import io.policyengine.proto.worker.v1.KernelBatch;
import io.policyengine.proto.worker.v1.KernelMessage;
import io.policyengine.proto.worker.v1.PrepareChainsRequest;
import io.policyengine.proto.worker.v1.PrepareChainsResponse;
import io.policyengine.proto.worker.v1.RequestCall;
import io.policyengine.proto.worker.v1.RequestResult;
import io.policyengine.proto.worker.v1.ResponseCall;
import io.policyengine.proto.worker.v1.WorkerBatch;
import io.policyengine.proto.worker.v1.WorkerConfig;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The messages of a transcript as those of the protocol of today. */
final class Messages {
    /** A field that no version of the protocol has had yet. */
    private static final UnknownFieldSet NEWS = UnknownFieldSet.newBuilder()
            .addField(1999, UnknownFieldSet.Field.newBuilder().addVarint(7).build())
            .build();

    private static final Set<String> TIMES = Set.of("entry_began_nanos", "entry_nanos", "times");

    private Messages() {}

    static Message of(Line line) {
        return Wire.parse(parserOf(line), line.message());
    }

    private static Parser<? extends Message> parserOf(Line line) {
        boolean kernel = line.isBy(Speaker.KERNEL);
        return switch (line.method()) {
            case "GetWorkerConfig" -> kernel ? GetWorkerConfigRequest.parser() : WorkerConfig.parser();
            case "HealthCheck" -> kernel ? HealthCheckRequest.parser() : HealthCheckResponse.parser();
            case "PrepareChains" -> kernel ? PrepareChainsRequest.parser() : PrepareChainsResponse.parser();
            case "ExecuteRequest" -> kernel ? RequestCall.parser() : RequestResult.parser();
            case "Exchange" -> kernel ? KernelBatch.parser() : WorkerBatch.parser();
            default -> throw new IllegalStateException("no such method: " + line.method());
        };
    }

    /** The same line as a peer of a later version would say it: with a field more in every message. */
    static Line asOfTomorrow(Line line) {
        return line.with(news(of(line)).toByteString());
    }

    /** The same message without the times that entries took, which differ from run to run. */
    @SuppressWarnings("unchecked")
    static <M extends Message> M withoutTimes(M message) {
        Message.Builder builder = message.toBuilder();
        for (Map.Entry<FieldDescriptor, Object> field : message.getAllFields().entrySet()) {
            FieldDescriptor descriptor = field.getKey();
            if (TIMES.contains(descriptor.getName())) {
                builder.clearField(descriptor);
            } else if (descriptor.getJavaType() == FieldDescriptor.JavaType.MESSAGE && !descriptor.isMapField()) {
                builder.setField(
                        descriptor,
                        field.getValue() instanceof List<?> many
                                ? many.stream()
                                        .map(one -> withoutTimes((Message) one))
                                        .toList()
                                : withoutTimes((Message) field.getValue()));
            }
        }
        return (M) builder.build();
    }

    private static Message news(Message message) {
        Message.Builder builder = message.toBuilder().setUnknownFields(NEWS);
        for (Map.Entry<FieldDescriptor, Object> field : message.getAllFields().entrySet()) {
            FieldDescriptor descriptor = field.getKey();
            if (descriptor.getJavaType() == FieldDescriptor.JavaType.MESSAGE && !descriptor.isMapField()) {
                builder.setField(
                        descriptor,
                        field.getValue() instanceof List<?> many
                                ? many.stream().map(one -> news((Message) one)).toList()
                                : news((Message) field.getValue()));
            }
        }
        if (builder instanceof KernelMessage.Builder call) {
            encodedCall(call);
        }
        return builder.build();
    }

    private static void encodedCall(KernelMessage.Builder call) {
        if (call.hasRequestCall()) {
            call.setRequestCall(news(RequestCall.parser(), call.getRequestCall()));
        } else if (call.hasResponseCall()) {
            call.setResponseCall(news(ResponseCall.parser(), call.getResponseCall()));
        }
    }

    private static ByteString news(Parser<? extends Message> parser, ByteString encoded) {
        return news(Wire.parse(parser, encoded)).toByteString();
    }
}
