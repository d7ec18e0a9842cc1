package io.policyengine.kernel.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import io.envoyproxy.envoy.service.ext_proc.v3.ExternalProcessorProto;
import io.policyengine.core.net.Http2Guard;
import io.policyengine.kernel.grpc.RawClient.Call;
import io.policyengine.testkit.time.Await;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.StreamResetException;
import io.vertx.grpc.common.GrpcStatus;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reflection as programs ask for it that know nothing of the server: its services, and what they need to call them. */
class ReflectionServiceTest {
    private static final int FILE_BY_FILENAME = 3;
    private static final int FILE_CONTAINING_SYMBOL = 4;
    private static final int LIST_SERVICES = 7;
    private static final int FILES = 4;
    private static final int SERVICES = 6;
    private static final int ERROR = 7;
    private static final Duration LONG = Duration.ofMinutes(1);

    private final Vertx vertx = Vertx.vertx();
    private final Context loop = vertx.getOrCreateContext();
    private int port;
    private @Nullable RawClient client;

    @AfterEach
    void close() {
        Await.result(vertx.close());
    }

    private void start(Duration limit) {
        HttpServer server = Await.result(Future.future(listening -> loop.runOnContext(_ -> {
            ReflectionService service = new ReflectionService(
                    vertx, List.of(ExternalProcessorProto.getDescriptor(), HealthDefinition.file()), limit);
            vertx.createHttpServer(new HttpServerOptions()
                            .setInitialSettings(new Http2Settings().setMaxConcurrentStreams(1000)))
                    .connectionHandler(connection -> Http2Guard.install(connection, () -> {}))
                    .requestHandler(GrpcCalls.of(service.methods(), new UntakenRefusals()))
                    .listen(0, "127.0.0.1")
                    .onComplete(listening);
        })));
        port = server.actualPort();
        client = connect();
    }

    private RawClient connect() {
        return new RawClient(vertx, port, HttpVersion.HTTP_2);
    }

    private Call open(String method) {
        return Objects.requireNonNull(client)
                .call(
                        HttpMethod.POST,
                        method,
                        MultiMap.caseInsensitiveMultiMap().add("content-type", "application/grpc"));
    }

    /** Sends requests in one call and returns the answers, in order. */
    private List<UnknownFieldSet> ask(String method, UnknownFieldSet... requests) {
        Call call = open(method);
        for (UnknownFieldSet request : requests) {
            call.sendMessage(request.toByteArray());
        }
        call.halfClose();
        RawClient.Answer answer = call.answer();
        assertThat(answer.grpcStatus()).as(answer.grpcMessage()).isZero();
        return messages(answer.body());
    }

    private static List<UnknownFieldSet> messages(Buffer body) {
        List<UnknownFieldSet> messages = new ArrayList<>();
        for (int at = 0; at < body.length(); at += 5 + body.getInt(at + 1)) {
            messages.add(parse(ByteString.copyFrom(body.getBytes(at + 5, at + 5 + body.getInt(at + 1)))));
        }
        return messages;
    }

    private static UnknownFieldSet parse(ByteString bytes) {
        try {
            return UnknownFieldSet.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }

    private static UnknownFieldSet request(int field, String text) {
        return UnknownFieldSet.newBuilder()
                .addField(
                        field,
                        UnknownFieldSet.Field.newBuilder()
                                .addLengthDelimited(ByteString.copyFromUtf8(text))
                                .build())
                .build();
    }

    private static UnknownFieldSet inner(UnknownFieldSet message, int field) {
        return parse(message.getField(field).getLengthDelimitedList().getFirst());
    }

    private static FileDescriptorProto file(UnknownFieldSet answer) {
        try {
            return FileDescriptorProto.parseFrom(
                    inner(answer, FILES).getField(1).getLengthDelimitedList().getFirst());
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {ReflectionDefinition.V1, ReflectionDefinition.V1_ALPHA})
    void listsTheServices(String version) {
        start(LONG);

        UnknownFieldSet answer = ask(ReflectionDefinition.method(version), request(LIST_SERVICES, "*"))
                .getFirst();

        assertThat(inner(answer, SERVICES).getField(1).getLengthDelimitedList())
                .extracting(service -> parse(service)
                        .getField(1)
                        .getLengthDelimitedList()
                        .getFirst()
                        .toStringUtf8())
                .containsExactly(
                        "envoy.service.ext_proc.v3.ExternalProcessor",
                        "grpc.health.v1.Health",
                        "grpc.reflection.v1.ServerReflection",
                        "grpc.reflection.v1alpha.ServerReflection");
    }

    /** As a program does to describe a service: the file of the symbol, then every import of it. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "envoy.service.ext_proc.v3.ExternalProcessor",
                "envoy.service.ext_proc.v3.ExternalProcessor.Process",
                "envoy.service.ext_proc.v3.ProcessingRequest",
                "envoy.service.ext_proc.v3.CommonResponse.ResponseStatus",
                "grpc.health.v1.Health",
                "grpc.health.v1.HealthCheckResponse.ServingStatus",
                "grpc.reflection.v1.ServerReflection",
                "grpc.reflection.v1.ServerReflection.ServerReflectionInfo",
                "grpc.reflection.v1alpha.ServerReflectionResponse"
            })
    void definesAServiceWithAllThatItImports(String symbol) {
        start(LONG);

        FileDescriptorProto defining = file(ask(ReflectionService.INFO, request(FILE_CONTAINING_SYMBOL, symbol))
                .getFirst());
        Set<String> known = new HashSet<>(Set.of(defining.getName()));
        Deque<String> wanted = new ArrayDeque<>(defining.getDependencyList());
        while (!wanted.isEmpty()) {
            String name = wanted.pop();
            if (known.add(name)) {
                wanted.addAll(file(ask(ReflectionService.INFO, request(FILE_BY_FILENAME, name))
                                .getFirst())
                        .getDependencyList());
            }
        }

        assertThat(symbol).startsWith(defining.getPackage() + ".");
        assertThat(known).hasSizeGreaterThan(symbol.startsWith("grpc") ? 0 : 10);
    }

    @Test
    void answersSeveralRequestsOfACallInOrderAndWhatIsUnknownWithAnError() {
        start(LONG);

        List<UnknownFieldSet> answers = ask(
                ReflectionService.INFO,
                request(FILE_BY_FILENAME, "no/such.proto"),
                request(LIST_SERVICES, ""),
                request(6, "a.Type"));

        assertThat(answers).hasSize(3);
        assertThat(inner(answers.get(0), ERROR).getField(1).getVarintList())
                .containsExactly((long) GrpcStatus.NOT_FOUND.code);
        assertThat(answers.get(1).hasField(SERVICES)).isTrue();
        assertThat(inner(answers.get(2), ERROR).getField(1).getVarintList())
                .containsExactly((long) GrpcStatus.UNIMPLEMENTED.code);
        assertThat(inner(answers.get(0), 2)).isEqualTo(request(FILE_BY_FILENAME, "no/such.proto"));
    }

    /** Each piece holds two requests, and answers do not fit into the window of a caller that does not read yet. */
    @Test
    void answersRequestsThatArriveTogetherWhileAnAnswerWaitsForTheCaller() {
        start(LONG);
        Call call = open(ReflectionService.INFO);
        List<UnknownFieldSet> requests = new ArrayList<>();

        for (int i = 0; i < ReflectionCall.MAX_REQUESTS; i += 2) {
            UnknownFieldSet first = request(FILE_CONTAINING_SYMBOL, "envoy.service.ext_proc.v3.ProcessingRequest");
            UnknownFieldSet second = request(FILE_BY_FILENAME, "file-" + i);
            call.send(Frames.of(first.toByteArray()).copy().appendBuffer(Frames.of(second.toByteArray())));
            requests.addAll(List.of(first, second));
        }
        call.halfClose();
        call.settle();

        Buffer body = call.answer().body();
        assertThat(body.length()).isGreaterThan(Http2Settings.DEFAULT_INITIAL_WINDOW_SIZE);
        assertThat(messages(body)).extracting(answer -> inner(answer, 2)).containsExactlyElementsOf(requests);
    }

    @Test
    void refusesALongRequest() {
        start(LONG);
        Call call = open(ReflectionService.INFO);

        call.sendMessage(
                request(LIST_SERVICES, "x".repeat(ReflectionCall.MAX_MESSAGE)).toByteArray());

        assertThat(call.answer().grpcStatus()).isEqualTo(GrpcStatus.RESOURCE_EXHAUSTED.code);
    }

    @Test
    void refusesMoreRequestsThanACallMayHave() {
        start(LONG);
        Call call = open(ReflectionService.INFO);

        for (int i = 0; i <= ReflectionCall.MAX_REQUESTS; i++) {
            call.sendMessage(request(LIST_SERVICES, "").toByteArray());
        }

        RawClient.Answer answer = call.answer();
        assertThat(answer.grpcStatus()).isEqualTo(GrpcStatus.RESOURCE_EXHAUSTED.code);
        assertThat(messages(answer.body())).hasSize(ReflectionCall.MAX_REQUESTS);
    }

    @Test
    void refusesWhatIsNoRequest() {
        start(LONG);
        Call call = open(ReflectionService.INFO);

        call.sendMessage(new byte[] {(byte) 0xff});

        assertThat(call.answer().grpcStatus()).isEqualTo(GrpcStatus.INVALID_ARGUMENT.code);
    }

    /** The answers of the service, read with its own definition of them. */
    @ParameterizedTest
    @ValueSource(strings = {ReflectionDefinition.V1, ReflectionDefinition.V1_ALPHA})
    void definesItsOwnMessages(String version) throws InvalidProtocolBufferException {
        start(LONG);
        FileDescriptor own = ReflectionDefinition.file(version);

        List<UnknownFieldSet> answers = ask(
                ReflectionDefinition.method(version),
                request(FILE_CONTAINING_SYMBOL, ReflectionDefinition.service(version)),
                request(LIST_SERVICES, ""),
                request(FILE_BY_FILENAME, "no/such.proto"));

        assertThat(file(answers.getFirst())).isEqualTo(own.toProto());
        List<String> chosen = new ArrayList<>();
        for (UnknownFieldSet answer : answers) {
            DynamicMessage read = DynamicMessage.parseFrom(
                    own.findMessageTypeByName("ServerReflectionResponse"), answer.toByteString());
            read.getAllFields().forEach((field, value) -> {
                if (field.getContainingOneof() != null) {
                    chosen.add(field.getName());
                }
                assertThat(
                                value instanceof DynamicMessage inner
                                        ? inner.getUnknownFields().asMap()
                                        : Map.of())
                        .isEmpty();
            });
            assertThat(read.getUnknownFields().asMap()).isEmpty();
        }
        assertThat(chosen).containsExactly("file_descriptor_response", "list_services_response", "error_response");
    }

    private List<Call> openAll(int count) {
        List<Call> open = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            open.add(open(ReflectionService.INFO));
        }
        open.getLast().settle();
        return open;
    }

    @Test
    void resetsACallBeyondTheShareOfItsConnectionAndHasRoomWhenOneEnds() {
        start(LONG);
        List<Call> open = openAll(12);

        assertThat(isReset(open(ReflectionService.INFO))).isTrue();
        open.getFirst().reset();
        open.getLast().settle();
        assertThat(ask(ReflectionService.INFO, request(LIST_SERVICES, ""))).hasSize(1);
    }

    @Test
    void aConnectionThatTakesAllItCanLeavesCallsToOthers() {
        start(LONG);
        openAll(12);
        client = connect();

        assertThat(ask(ReflectionService.INFO, request(LIST_SERVICES, ""))).hasSize(1);
    }

    @Test
    void resetsACallBeyondTheirNumber() {
        start(LONG);
        for (int connection = 0; connection < ReflectionService.MAX_CALLS; connection++) {
            openAll(1);
            client = connect();
        }

        assertThat(isReset(open(ReflectionService.INFO))).isTrue();
    }

    @Test
    void resetsACallThatDoesNotEndInTime() {
        start(Duration.ofMillis(50));

        assertThat(isReset(open(ReflectionService.INFO))).isTrue();
    }

    private static boolean isReset(Call call) {
        return Await.result(call.readAnswer()
                .map(false)
                .recover(failure -> failure instanceof StreamResetException
                        ? Future.succeededFuture(true)
                        : Future.failedFuture(failure)));
    }
}
