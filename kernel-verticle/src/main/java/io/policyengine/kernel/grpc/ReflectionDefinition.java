package io.policyengine.kernel.grpc;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.MethodDescriptorProto;
import com.google.protobuf.DescriptorProtos.OneofDescriptorProto;
import com.google.protobuf.DescriptorProtos.ServiceDescriptorProto;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;

/**
 * The protobuf definition of {@link ReflectionService} itself, for clients that list all services (gRPC: Server
 * Reflection Protocol). The versions of the protocol differ only in the name of their package.
 */
final class ReflectionDefinition {
    /** The package of the reflection protocol's version 1. */
    static final String V1 = "grpc.reflection.v1";

    /** The package of the reflection protocol's older version. */
    static final String V1_ALPHA = "grpc.reflection.v1alpha";

    private static final String SERVICE = "ServerReflection";
    private static final String METHOD = "ServerReflectionInfo";
    private static final String REQUEST = "ServerReflectionRequest";
    private static final String RESPONSE = "ServerReflectionResponse";
    private static final String EXTENSION = "ExtensionRequest";
    private static final String FILES = "FileDescriptorResponse";
    private static final String EXTENSIONS = "ExtensionNumberResponse";
    private static final String SERVICES = "ListServiceResponse";
    private static final String SERVICE_NAME = "ServiceResponse";
    private static final String ERROR = "ErrorResponse";

    private final String version;

    private ReflectionDefinition(String version) {
        this.version = version;
    }

    /**
     * Returns the descriptor of the file that defines the reflection service.
     *
     * @param version the package of a version of the protocol
     */
    static FileDescriptor file(String version) {
        try {
            return FileDescriptor.buildFrom(new ReflectionDefinition(version).proto(), new FileDescriptor[0]);
        } catch (DescriptorValidationException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** Returns the full name of the reflection service. */
    static String service(String version) {
        return version + "." + SERVICE;
    }

    /** Returns the path of the reflection service's method. */
    static String method(String version) {
        return "/" + service(version) + "/" + METHOD;
    }

    private FileDescriptorProto proto() {
        return FileDescriptorProto.newBuilder()
                .setName(version.replace('.', '/') + "/reflection.proto")
                .setPackage(version)
                .setSyntax("proto3")
                .addMessageType(request())
                .addMessageType(message(
                        EXTENSION,
                        field("containing_type", 1, FieldDescriptorProto.Type.TYPE_STRING),
                        field("extension_number", 2, FieldDescriptorProto.Type.TYPE_INT32)))
                .addMessageType(response())
                .addMessageType(message(
                        FILES, repeated(field("file_descriptor_proto", 1, FieldDescriptorProto.Type.TYPE_BYTES))))
                .addMessageType(message(
                        EXTENSIONS,
                        field("base_type_name", 1, FieldDescriptorProto.Type.TYPE_STRING),
                        repeated(field("extension_number", 2, FieldDescriptorProto.Type.TYPE_INT32))))
                .addMessageType(message(SERVICES, repeated(field("service", 1, SERVICE_NAME))))
                .addMessageType(message(SERVICE_NAME, field("name", 1, FieldDescriptorProto.Type.TYPE_STRING)))
                .addMessageType(message(
                        ERROR,
                        field("error_code", 1, FieldDescriptorProto.Type.TYPE_INT32),
                        field("error_message", 2, FieldDescriptorProto.Type.TYPE_STRING)))
                .addService(ServiceDescriptorProto.newBuilder()
                        .setName(SERVICE)
                        .addMethod(MethodDescriptorProto.newBuilder()
                                .setName(METHOD)
                                .setInputType(fullName(REQUEST))
                                .setClientStreaming(true)
                                .setOutputType(fullName(RESPONSE))
                                .setServerStreaming(true)))
                .build();
    }

    private DescriptorProto.Builder request() {
        return message(
                        REQUEST,
                        field("host", 1, FieldDescriptorProto.Type.TYPE_STRING),
                        choice(field(
                                "file_by_filename",
                                ReflectionService.FILE_BY_FILENAME,
                                FieldDescriptorProto.Type.TYPE_STRING)),
                        choice(field(
                                "file_containing_symbol",
                                ReflectionService.FILE_CONTAINING_SYMBOL,
                                FieldDescriptorProto.Type.TYPE_STRING)),
                        choice(field("file_containing_extension", 5, EXTENSION)),
                        choice(field("all_extension_numbers_of_type", 6, FieldDescriptorProto.Type.TYPE_STRING)),
                        choice(field(
                                "list_services",
                                ReflectionService.LIST_SERVICES,
                                FieldDescriptorProto.Type.TYPE_STRING)))
                .addOneofDecl(OneofDescriptorProto.newBuilder().setName("message_request"));
    }

    private DescriptorProto.Builder response() {
        return message(
                        RESPONSE,
                        field("valid_host", ReflectionService.VALID_HOST, FieldDescriptorProto.Type.TYPE_STRING),
                        field("original_request", ReflectionService.ORIGINAL_REQUEST, REQUEST),
                        choice(field("file_descriptor_response", ReflectionService.FILE_DESCRIPTOR_RESPONSE, FILES)),
                        choice(field("all_extension_numbers_response", 5, EXTENSIONS)),
                        choice(field("list_services_response", ReflectionService.LIST_SERVICES_RESPONSE, SERVICES)),
                        choice(field("error_response", ReflectionService.ERROR_RESPONSE, ERROR)))
                .addOneofDecl(OneofDescriptorProto.newBuilder().setName("message_response"));
    }

    private static DescriptorProto.Builder message(String name, FieldDescriptorProto.Builder... fields) {
        DescriptorProto.Builder message = DescriptorProto.newBuilder().setName(name);
        for (FieldDescriptorProto.Builder field : fields) {
            message.addField(field);
        }
        return message;
    }

    private static FieldDescriptorProto.Builder field(String name, int number, FieldDescriptorProto.Type type) {
        return FieldDescriptorProto.newBuilder()
                .setName(name)
                .setNumber(number)
                .setLabel(FieldDescriptorProto.Label.LABEL_OPTIONAL)
                .setType(type);
    }

    private FieldDescriptorProto.Builder field(String name, int number, String message) {
        return field(name, number, FieldDescriptorProto.Type.TYPE_MESSAGE).setTypeName(fullName(message));
    }

    private static FieldDescriptorProto.Builder repeated(FieldDescriptorProto.Builder field) {
        return field.setLabel(FieldDescriptorProto.Label.LABEL_REPEATED);
    }

    /** Returns the field as a member of its message's only {@code oneof}. */
    private static FieldDescriptorProto.Builder choice(FieldDescriptorProto.Builder field) {
        return field.setOneofIndex(0);
    }

    private String fullName(String message) {
        return "." + version + "." + message;
    }
}
