package io.policyengine.kernel.grpc;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumDescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumValueDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.MethodDescriptorProto;
import com.google.protobuf.DescriptorProtos.ServiceDescriptorProto;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;

/**
 * The protobuf definition of {@link HealthService}, for clients that use server reflection (gRPC: Health Checking
 * Protocol).
 */
public final class HealthDefinition {
    private static final String PACKAGE = "grpc.health.v1";
    private static final String REQUEST = "HealthCheckRequest";
    private static final String RESPONSE = "HealthCheckResponse";
    private static final String STATUS = "ServingStatus";

    private HealthDefinition() {}

    /** Returns the descriptor of the file that defines the health service. */
    public static FileDescriptor file() {
        try {
            return FileDescriptor.buildFrom(proto(), new FileDescriptor[0]);
        } catch (DescriptorValidationException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static FileDescriptorProto proto() {
        EnumDescriptorProto.Builder status = EnumDescriptorProto.newBuilder().setName(STATUS);
        status.addValue(EnumValueDescriptorProto.newBuilder().setName("UNKNOWN").setNumber(0));
        for (ServingStatus value : ServingStatus.values()) {
            status.addValue(
                    EnumValueDescriptorProto.newBuilder().setName(value.name()).setNumber(value.number()));
        }
        FieldDescriptorProto.Builder service = field("service").setType(FieldDescriptorProto.Type.TYPE_STRING);
        FieldDescriptorProto.Builder told = field("status")
                .setType(FieldDescriptorProto.Type.TYPE_ENUM)
                .setTypeName(fullName(RESPONSE + "." + STATUS));
        return FileDescriptorProto.newBuilder()
                .setName("grpc/health/v1/health.proto")
                .setPackage(PACKAGE)
                .setSyntax("proto3")
                .addMessageType(DescriptorProto.newBuilder().setName(REQUEST).addField(service))
                .addMessageType(DescriptorProto.newBuilder()
                        .setName(RESPONSE)
                        .addField(told)
                        .addEnumType(status))
                .addService(ServiceDescriptorProto.newBuilder()
                        .setName("Health")
                        .addMethod(method("Check"))
                        .addMethod(method("Watch").setServerStreaming(true)))
                .build();
    }

    private static FieldDescriptorProto.Builder field(String name) {
        return FieldDescriptorProto.newBuilder()
                .setName(name)
                .setNumber(1)
                .setLabel(FieldDescriptorProto.Label.LABEL_OPTIONAL);
    }

    private static MethodDescriptorProto.Builder method(String name) {
        return MethodDescriptorProto.newBuilder()
                .setName(name)
                .setInputType(fullName(REQUEST))
                .setOutputType(fullName(RESPONSE));
    }

    private static String fullName(String name) {
        return "." + PACKAGE + "." + name;
    }
}
