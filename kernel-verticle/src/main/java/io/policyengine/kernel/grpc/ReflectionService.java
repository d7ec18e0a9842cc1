package io.policyengine.kernel.grpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.GenericDescriptor;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.UnknownFieldSet.Field;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.grpc.common.GrpcStatus;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The service {@code grpc.reflection.v1.ServerReflection} of the server on one event loop. Programs such as
 * {@code grpcurl} use it to list the services and read their definitions (gRPC: Server Reflection Protocol). All
 * services are listed, including this one.
 *
 * <p>Bounded: at most {@value #MAX_CALLS} calls are open, each for a limited time and with at most
 * {@value ReflectionCall#MAX_REQUESTS} requests of {@value ReflectionCall#MAX_MESSAGE} bytes. A connection may have at
 * most {@value #TIMES_FREE} times as many open calls as may still be opened. A request is read when the answer to the
 * previous one has been sent. {@link UnverifiedPeers} counts all its calls and requests as useless.
 */
public final class ReflectionService {
    /** The path of the reflection service's method. */
    static final String INFO = ReflectionDefinition.method(ReflectionDefinition.V1);

    /** The path of the service's method in the older version of the protocol. */
    static final String OLDER_INFO = ReflectionDefinition.method(ReflectionDefinition.V1_ALPHA);

    /** Maximum open calls of the reflection service, per event loop. */
    static final int MAX_CALLS = 16;

    /**
     * A connection may have at most {@value} times as many open calls to the reflection service as may still be opened.
     */
    private static final int TIMES_FREE = 3;

    /** The time limit of a call of the reflection service. */
    private static final Duration CALL = Duration.ofSeconds(5);

    // The fields of the protocol that are used here; ReflectionDefinition has the others.
    static final int FILE_BY_FILENAME = 3;
    static final int FILE_CONTAINING_SYMBOL = 4;
    static final int LIST_SERVICES = 7;
    static final int VALID_HOST = 1;
    static final int ORIGINAL_REQUEST = 2;
    static final int FILE_DESCRIPTOR_RESPONSE = 4;
    static final int LIST_SERVICES_RESPONSE = 6;
    static final int ERROR_RESPONSE = 7;

    private final Vertx vertx;
    private final Duration limit;
    private final List<FileDescriptor> served;
    private final Set<ReflectionCall> open = new HashSet<>();
    /** The definitions that clients can request; null before the first call. */
    private @Nullable Index index;

    /** The definitions of the services, by the names in clients' requests. */
    private record Index(Set<String> services, Map<String, ByteString> files, Map<String, String> fileOfSymbol) {
        static Index of(List<FileDescriptor> served) {
            Index index = new Index(new TreeSet<>(), new HashMap<>(), new HashMap<>());
            served.forEach(index::add);
            index.add(ReflectionDefinition.file(ReflectionDefinition.V1));
            index.add(ReflectionDefinition.file(ReflectionDefinition.V1_ALPHA));
            return index;
        }

        private void add(FileDescriptor file) {
            if (files.putIfAbsent(file.getFullName(), file.toProto().toByteString()) != null) {
                return;
            }
            file.getDependencies().forEach(this::add);
            file.getServices().forEach(service -> {
                services.add(service.getFullName());
                addSymbol(service);
                service.getMethods().forEach(this::addSymbol);
            });
            file.getMessageTypes().forEach(this::addMessage);
            file.getEnumTypes().forEach(this::addSymbol);
        }

        private void addMessage(Descriptor message) {
            addSymbol(message);
            message.getNestedTypes().forEach(this::addMessage);
            message.getEnumTypes().forEach(this::addSymbol);
        }

        private void addSymbol(GenericDescriptor symbol) {
            fileOfSymbol.put(symbol.getFullName(), symbol.getFile().getFullName());
        }
    }

    /**
     * Creates the reflection service of a server.
     *
     * @param served the files that define the server's other services
     */
    public ReflectionService(Vertx vertx, List<FileDescriptor> served) {
        this(vertx, served, CALL);
    }

    ReflectionService(Vertx vertx, List<FileDescriptor> served, Duration limit) {
        this.vertx = vertx;
        this.served = List.copyOf(served);
        this.limit = limit;
    }

    /** Returns the handlers of the service's methods by path, for {@link GrpcCalls}. */
    public Map<String, Handler<HttpServerRequest>> methods() {
        return Map.of(INFO, this::take, OLDER_INFO, this::take);
    }

    private void take(HttpServerRequest request) {
        UnverifiedPeers.wasted(request.connection());
        if (!hasShare(request.connection())) {
            new GrpcResponse(request.response()).reset();
            return;
        }
        ReflectionCall call = new ReflectionCall(vertx, limit, request, this::answer, open::remove);
        open.add(call);
        call.listen();
    }

    private boolean hasShare(HttpConnection connection) {
        long its = open.stream().filter(call -> call.isOf(connection)).count();
        return its < (long) TIMES_FREE * (MAX_CALLS - open.size());
    }

    private UnknownFieldSet answer(UnknownFieldSet request) {
        Index known = index == null ? Index.of(served) : index;
        index = known;
        UnknownFieldSet.Builder answer = UnknownFieldSet.newBuilder();
        if (request.hasField(VALID_HOST)) {
            answer.addField(VALID_HOST, request.getField(VALID_HOST));
        }
        answer.addField(ORIGINAL_REQUEST, bytes(request.toByteString()));
        if (request.hasField(LIST_SERVICES)) {
            answer.addField(LIST_SERVICES_RESPONSE, bytes(list(known)));
        } else if (request.hasField(FILE_BY_FILENAME)) {
            addFile(answer, known.files().get(text(request, FILE_BY_FILENAME)));
        } else if (request.hasField(FILE_CONTAINING_SYMBOL)) {
            String file = known.fileOfSymbol().get(text(request, FILE_CONTAINING_SYMBOL));
            addFile(answer, file == null ? null : known.files().get(file));
        } else {
            answer.addField(ERROR_RESPONSE, bytes(error(GrpcStatus.UNIMPLEMENTED, "this request is not supported")));
        }
        return answer.build();
    }

    private static ByteString list(Index known) {
        Field.Builder names = Field.newBuilder();
        known.services().stream()
                .map(name -> UnknownFieldSet.newBuilder().addField(1, bytes(ByteString.copyFromUtf8(name))))
                .forEach(service -> names.addLengthDelimited(service.build().toByteString()));
        return UnknownFieldSet.newBuilder().addField(1, names.build()).build().toByteString();
    }

    private static void addFile(UnknownFieldSet.Builder answer, @Nullable ByteString descriptor) {
        if (descriptor == null) {
            answer.addField(ERROR_RESPONSE, bytes(error(GrpcStatus.NOT_FOUND, "no file or symbol of that name")));
        } else {
            answer.addField(
                    FILE_DESCRIPTOR_RESPONSE,
                    bytes(UnknownFieldSet.newBuilder()
                            .addField(1, bytes(descriptor))
                            .build()
                            .toByteString()));
        }
    }

    private static ByteString error(GrpcStatus status, String message) {
        return UnknownFieldSet.newBuilder()
                .addField(1, Field.newBuilder().addVarint(status.code).build())
                .addField(2, bytes(ByteString.copyFromUtf8(message)))
                .build()
                .toByteString();
    }

    private static String text(UnknownFieldSet request, int field) {
        List<ByteString> values = request.getField(field).getLengthDelimitedList();
        return values.isEmpty() ? "" : values.getLast().toStringUtf8();
    }

    private static Field bytes(ByteString value) {
        return Field.newBuilder().addLengthDelimited(value).build();
    }
}
