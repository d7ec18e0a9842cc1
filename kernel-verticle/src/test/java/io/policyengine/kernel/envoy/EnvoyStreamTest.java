package io.policyengine.kernel.envoy;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpBody;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import io.policyengine.kernel.account.Holder;
import io.policyengine.kernel.envoy.StreamServer.Recorded;
import io.policyengine.kernel.grpc.Frames;
import io.policyengine.kernel.grpc.RawClient;
import io.policyengine.kernel.grpc.RawClient.Answer;
import io.policyengine.kernel.grpc.RawClient.Call;
import io.policyengine.testkit.time.Await;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.grpc.common.GrpcStatus;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The transport towards Envoy: gRPC over HTTP2, and SPEC "Failure": never an unbounded queue, never a clean end on a failure. */
class EnvoyStreamTest {
    private static final int CHUNK = 16 << 10;

    private final List<StreamServer> servers = new ArrayList<>();

    @AfterEach
    void stop() {
        servers.forEach(StreamServer::close);
    }

    private StreamServer server(long budget) {
        StreamServer server = new StreamServer(budget);
        servers.add(server);
        return server;
    }

    private static byte[] body(int bytes) {
        byte[] content = new byte[bytes];
        new Random(bytes).nextBytes(content);
        return ProcessingRequest.newBuilder()
                .setRequestBody(HttpBody.newBuilder().setBody(ByteString.copyFrom(content)))
                .build()
                .toByteArray();
    }

    // ---- messages

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 700, 20_000, 200_000})
    void messagesArriveHoweverTheyAreCut(int cut) {
        StreamServer server = server(1 << 20);
        List<byte[]> sent =
                List.of(body(1), body(10), new byte[0], body(9_000), body(cut < 100 ? 300 : 150_000), body(2));
        Buffer octets = Buffer.buffer();
        sent.forEach(message -> octets.appendBuffer(Frames.of(message)));

        Call call = server.client().call();
        for (int at = 0; at < octets.length(); at += cut) {
            call.send(octets.slice(at, Math.min(octets.length(), at + cut)));
        }

        Recorded stream = server.stream(0);
        stream.message(sent.size() - 1);
        for (int i = 0; i < sent.size(); i++) {
            assertThat(stream.message(i).proto().toByteArray()).isEqualTo(sent.get(i));
        }
    }

    @Test
    void nothingIsDeliveredWhileAStreamIsPaused() {
        StreamServer server = server(1 << 20);
        Call call = server.client().call();
        Recorded stream = server.stream(0);
        stream.setOnMessage(EnvoyStream::pause);

        call.send(Buffer.buffer()
                .appendBuffer(Frames.of(body(1)))
                .appendBuffer(Frames.of(body(2)))
                .appendBuffer(Frames.of(body(3))));
        stream.message(0);
        call.settle();

        assertThat(stream.received()).isOne();
        stream.run(EnvoyStream::resume);
        stream.message(1);
        call.settle();
        assertThat(stream.received()).isEqualTo(2);
        stream.run(EnvoyStream::resume);
        stream.message(2);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 4194305, RESOURCE_EXHAUSTED",
        "0, 4294967295, RESOURCE_EXHAUSTED",
        "0, 2097153, RESOURCE_EXHAUSTED",
        "1, 10, INTERNAL",
        "2, 10, INTERNAL",
        "255, 0, INTERNAL",
    })
    void aPrefixThatCannotBeTakenEndsTheCallAtOnce(int flag, long length, GrpcStatus status) {
        StreamServer server = server(2 << 20);
        Call call = server.client().call();

        call.send(Frames.prefix(flag, length));
        Answer answer = call.answer();

        assertThat(answer.isTrailersOnly()).isTrue();
        assertThat(answer.grpcStatus()).isEqualTo(status.code);
        assertThat(answer.body()).isEqualTo(Buffer.buffer());
        assertThat(server.taken()).isZero();
    }

    @Test
    void aCompressedMessageIsUnimplementedWhereItIsAnnounced() {
        StreamServer server = server(1 << 20);
        Call call = server.client()
                .call(
                        HttpMethod.POST,
                        RawClient.PROCESS,
                        MultiMap.caseInsensitiveMultiMap()
                                .add("content-type", "application/grpc+proto")
                                .add("grpc-encoding", "gzip"));

        call.send(Frames.prefix(1, 10));

        assertThat(call.answer().grpcStatus()).isEqualTo(GrpcStatus.UNIMPLEMENTED.code);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4, 5, 100, 20_000})
    void anEndWithinAMessageIsAnError(int octets) {
        StreamServer server = server(1 << 20);
        Call call = server.client().call();

        call.send(Frames.of(body(30_000)).slice(0, octets));
        call.halfClose();

        assertThat(call.answer().grpcStatus()).isEqualTo(GrpcStatus.INTERNAL.code);
        assertThat(server.taken()).isZero();
    }

    @Test
    void octetsThatAreNoMessageAreInvalid() {
        StreamServer server = server(1 << 20);
        Call call = server.client().call();

        call.sendMessage(new byte[] {(byte) 0xff, (byte) 0xff, 1});

        assertThat(call.answer().grpcStatus()).isEqualTo(GrpcStatus.INVALID_ARGUMENT.code);
        assertThat(server.stream(0).invalid()).isEqualTo(GrpcStatus.INVALID_ARGUMENT);
    }

    /** Two bytes each, of which a message of a few mebibytes would make some hundreds of them. */
    @Test
    void aMessageOfMoreValuesThanAnybodySendsIsInvalid() {
        StreamServer server = server(16 << 20);
        Call call = server.client().call();
        byte[] values = new byte[StreamServer.MAX_MESSAGE - 4];
        for (int at = 0; at < values.length; at += 2) {
            // A number in a field that nobody knows.
            values[at] = 15 << 3;
        }

        call.sendMessage(values);

        assertThat(call.answer().grpcStatus()).isEqualTo(GrpcStatus.INVALID_ARGUMENT.code);
        assertThat(server.stream(0).invalid()).isEqualTo(GrpcStatus.INVALID_ARGUMENT);
        assertThat(server.taken()).isZero();
    }

    // ---- the budget

    @Test
    void aMessageHoldsItsLengthUntilItIsReleased() {
        StreamServer server = server(1 << 20);
        Call call = server.client().call();
        byte[] large = body(50_000);
        call.sendMessage(large).onComplete(_ -> call.sendMessage(body(100)));
        Recorded stream = server.stream(0);
        stream.message(1);

        assertThat(server.taken()).isEqualTo(large.length);
        stream.release(0);
        assertThat(server.taken()).isZero();
        stream.release(0);
        stream.release(1);
        assertThat(server.taken()).isZero();
    }

    @Test
    void aMessageTakesBytesAsTheyCome() {
        StreamServer server = server(32 << 20);
        Call call = server.client().call();

        call.send(Frames.prefix(0, 50_000));
        call.settle();
        assertThat(server.taken()).isZero();
        call.send(Buffer.buffer(new byte[100]));
        StreamServer.until(() -> server.taken() == 400);
        call.send(Buffer.buffer(new byte[10_000]));
        StreamServer.until(() -> server.taken() == 40_400);
        call.send(Buffer.buffer(new byte[10_000]));
        call.send(Buffer.buffer(new byte[10_000]));
        call.send(Buffer.buffer(new byte[15_000]));
        StreamServer.until(() -> server.taken() == 50_000);
        call.reset();

        server.stream(0).awaitEnd();
        assertThat(server.taken()).isZero();
    }

    @Test
    void messagesWaitInTheirOrderForTheBudget() {
        StreamServer server = server(100_000);
        RawClient client = server.client();
        client.call().sendMessage(body(90_000));
        Recorded first = server.stream(0);
        first.message(0);
        List<Recorded> waiting = new ArrayList<>();
        for (int i = 1; i <= 20; i++) {
            client.call().sendMessage(body(60_000));
            Recorded stream = server.stream(i);
            stream.awaitShortage();
            waiting.add(stream);
        }

        first.release(0);
        waiting.forEach(stream -> {
            stream.message(0);
            assertThat(server.taken()).isBetween(60_000L, 100_000L);
            stream.release(0);
        });

        assertThat(server.arrivals().subList(1, 21)).containsExactlyElementsOf(waiting);
        assertThat(waiting).allMatch(stream -> stream.shortages() == 1);
        assertThat(server.taken()).isZero();
    }

    @Test
    void whoIsResetWhileItWaitsMakesWay() {
        StreamServer server = server(100_000);
        RawClient client = server.client();
        client.call().sendMessage(body(50_000));
        server.stream(0).message(0);
        Call large = client.call();
        large.sendMessage(body(90_000));
        server.stream(1).awaitShortage();
        client.call().sendMessage(body(40_000));
        server.stream(2).awaitShortage();

        large.reset();

        server.stream(2).message(0);
        assertThat(server.stream(1).received()).isZero();
    }

    @Test
    void whoDiscardsGetsNoMessageAndHoldsNothing() {
        StreamServer server = server(100_000);
        RawClient client = server.client();
        client.call().sendMessage(body(90_000));
        server.stream(0).message(0);
        Call call = client.call();
        Future<Void> sent = call.sendMessage(body(80_000)).compose(_ -> call.sendMessage(body(1_000_000)));
        Recorded stream = server.stream(1);
        stream.awaitShortage();

        stream.run(EnvoyStream::discard);
        server.stream(0).release(0);
        Await.result(sent);
        call.halfClose();

        assertThat(call.answer().grpcStatus()).isZero();
        assertThat(stream.received()).isZero();
        assertThat(server.taken()).isZero();
    }

    @Test
    void whoDiscardsWhatIsHalfThereHoldsNothing() {
        StreamServer server = server(100_000);
        Call call = server.client().call();
        call.send(Frames.of(body(90_000)).slice(0, 50_000));
        StreamServer.until(() -> server.taken() > 0);

        server.stream(0).run(EnvoyStream::discard);

        assertThat(server.taken()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3, 5, 6, 8_000, 8_008, 8_009, 8_013, 8_014, 20_000, 60_000, 68_000})
    void aResetAtAnyMomentGivesAllBack(int octets) {
        StreamServer server = server(70_000);
        Buffer all = Frames.of(body(8_000)).appendBuffer(Frames.of(body(60_000)));

        Call reset = server.client().call();
        reset.send(all.slice(0, octets));
        reset.settle();
        reset.reset();
        server.stream(0).awaitEnd();
        assertThat(server.taken()).isZero();

        Call lost = server.client().call();
        lost.send(all.slice(0, octets));
        lost.settle();
        lost.disconnect();
        server.stream(1).awaitEnd();
        assertThat(server.taken()).isZero();
    }

    @Test
    void theEndOfAStreamGivesBackWhatWasNotReleased() {
        StreamServer server = server(1 << 20);
        Call call = server.client().call();
        call.sendMessage(body(50_000)).compose(_ -> call.sendMessage(body(60_000)));
        Recorded stream = server.stream(0);
        stream.message(1);

        call.halfClose();
        stream.awaitEnd();

        assertThat(call.answer().grpcStatus()).isZero();
        assertThat(server.taken()).isZero();
        stream.release(0);
        assertThat(server.taken()).isZero();
    }

    @Test
    void aWaitingStreamTakesNoMoreThanItsWindow() {
        int window = 64 << 10;
        StreamServer server = new StreamServer(600_000, window, 16 << 20);
        servers.add(server);
        RawClient client = server.client();
        client.call().sendMessage(body(500_000));
        server.stream(0).message(0);

        Call call = client.call();
        AtomicInteger sent = sendInChunks(call, Frames.of(body(300_000)).getBytes());
        server.stream(1).awaitShortage();
        call.settle();

        // What was handed out to us before the shortage was known has its credit back: one frame.
        assertThat(sent).hasValueBetween(1, window + CHUNK);
        server.stream(0).release(0);
        server.stream(1).message(0);
    }

    @Test
    void theConnectionGetsNoCreditForWhatIsNotTaken() {
        int window = 64 << 10;
        int connectionWindow = 128 << 10;
        StreamServer server = new StreamServer(600_000, window, connectionWindow);
        servers.add(server);
        RawClient client = server.client();
        client.call().sendMessage(body(500_000));
        server.stream(0).message(0);

        byte[] body = body(120_000);
        List<Call> calls = new ArrayList<>();
        for (int i = 1; i <= 4; i++) {
            Call call = client.call();
            call.send(Frames.prefix(0, body.length).appendBytes(body, 0, 1));
            server.stream(i).awaitShortage();
            calls.add(call);
        }
        byte[] rest = Arrays.copyOfRange(body, 1, body.length);
        List<AtomicInteger> sent =
                calls.stream().map(call -> sendInChunks(call, rest)).toList();
        calls.getFirst().settle();

        int total = sent.stream().mapToInt(AtomicInteger::get).sum();
        assertThat(total).isBetween(1, connectionWindow);
        server.stream(0).release(0);
        for (int i = 1; i <= 4; i++) {
            server.stream(i).message(0);
        }
    }

    /** Sends octets in frames; counts those that the transport has taken. */
    private static AtomicInteger sendInChunks(Call call, byte[] octets) {
        AtomicInteger taken = new AtomicInteger();
        for (int at = 0; at < octets.length; at += CHUNK) {
            int length = Math.min(octets.length - at, CHUNK);
            call.send(Buffer.buffer().appendBytes(octets, at, length)).onSuccess(_ -> taken.addAndGet(length));
        }
        return taken;
    }

    // ---- answers and ends

    @Test
    void anErrorAfterAnswersFollowsThemInTrailers() throws Exception {
        StreamServer server = server(1 << 20);
        Call call = server.client().call();
        Recorded stream = server.stream(0);
        EnvoyAnswer trailers = new EnvoyWriter(List.of()).trailersUnchanged(true);

        stream.run(it -> {
            it.write(trailers);
            it.write(trailers);
            it.fail(GrpcStatus.INTERNAL, "50% ü\n");
            it.write(trailers);
            it.fail(GrpcStatus.ABORTED, "too late");
        });
        Answer answer = call.answer();

        byte[] message = trailers.proto().toByteArray();
        assertThat(answer.body())
                .isEqualTo(Buffer.buffer().appendBuffer(Frames.of(message)).appendBuffer(Frames.of(message)));
        assertThat(ProcessingResponse.parseFrom(message).hasRequestTrailers()).isTrue();
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.headers().get("content-type")).isEqualTo("application/grpc");
        assertThat(answer.headers().contains("grpc-encoding")).isFalse();
        assertThat(answer.isTrailersOnly()).isFalse();
        assertThat(answer.grpcStatus()).isEqualTo(GrpcStatus.INTERNAL.code);
        assertThat(answer.grpcMessage()).isEqualTo("50%25 %C3%BC%0A");
    }

    @Test
    void anErrorBeforeAnyAnswerIsTrailersOnly() {
        StreamServer server = server(1 << 20);
        Call call = server.client().call();

        server.stream(0).run(stream -> stream.fail(GrpcStatus.INTERNAL, "no"));
        Answer answer = call.answer();

        assertThat(answer.isTrailersOnly()).isTrue();
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.headers().get("content-type")).isEqualTo("application/grpc");
        assertThat(answer.grpcStatus()).isEqualTo(GrpcStatus.INTERNAL.code);
        assertThat(answer.grpcMessage()).isEqualTo("no");
    }

    @Test
    void aHalfCloseIsACleanEndOnlyIfNothingIsOwed() {
        StreamServer server = server(1 << 20);
        RawClient client = server.client();
        Call clean = client.call();
        server.stream(0);
        Call owed = client.call();
        server.stream(1).setOwesAnswer();

        clean.halfClose();
        owed.halfClose();

        assertThat(clean.answer().grpcStatus()).isZero();
        assertThat(owed.answer().grpcStatus()).isEqualTo(GrpcStatus.CANCELLED.code);
    }

    @Test
    void aSlowReaderFillsTheQueueAndDrainsIt() {
        StreamServer server = server(4 << 20);
        Call call = server.client().call();
        byte[] large = body(700_000);
        call.sendMessage(large);
        Recorded stream = server.stream(0);
        EnvoyAnswer echo = new EnvoyWriter(List.of()).duplexChunk(true, EnvoyReader.body(stream.message(0)), true);
        AtomicBoolean atOnce = new AtomicBoolean();
        AtomicInteger drained = new AtomicInteger();
        List<Boolean> full = new ArrayList<>();

        stream.run(it -> {
            it.onDrain(() -> atOnce.set(true));
            it.write(echo);
            full.add(it.isWriteQueueFull());
            it.write(echo);
            full.add(it.isWriteQueueFull());
            it.onDrain(drained::incrementAndGet);
            it.onDrain(drained::incrementAndGet);
        });
        call.awaitHead();
        call.settle();
        int before = drained.get();
        Future<Answer> answer = call.readAnswer();
        StreamServer.until(() -> drained.get() == 2);
        stream.run(it -> full.add(it.isWriteQueueFull()));
        stream.run(it -> it.fail(GrpcStatus.INTERNAL, "end"));

        assertThat(atOnce).isTrue();
        assertThat(full).containsExactly(false, true, false);
        assertThat(before).isZero();
        assertThat(Await.result(answer).body().length())
                .isEqualTo(2 * (5 + echo.proto().getSerializedSize()));
    }

    @Test
    void anAnswerHasThePlaceOfItsMessageUntilTheReaderHasTakenIt() {
        StreamServer server = server(4 << 20);
        Call call = server.client().call();
        call.sendMessage(body(700_000));
        Recorded stream = server.stream(0);
        EnvoyMessage message = stream.message(0);
        EnvoyAnswer echo = new EnvoyWriter(List.of()).duplexChunk(true, EnvoyReader.body(message), true);
        long ofMessage = server.held(Holder.MESSAGES);

        stream.run(it -> {
            it.write(echo);
            it.releaseWhenWritten(message.held());
        });
        call.awaitHead();
        call.settle();
        long ofAnswer = server.held(Holder.ANSWERS);
        long left = server.held(Holder.MESSAGES);
        Future<Answer> answer = call.readAnswer();
        StreamServer.until(() -> server.taken() == 0);
        stream.run(it -> it.fail(GrpcStatus.INTERNAL, "end"));

        assertThat(ofMessage).isGreaterThan(700_000);
        assertThat(ofAnswer).isEqualTo(ofMessage);
        assertThat(left).isZero();
        assertThat(server.held(Holder.ANSWERS)).isZero();
        assertThat(Await.result(answer).body().length())
                .isEqualTo(5 + echo.proto().getSerializedSize());
    }

    @Test
    void anEndWaitsForAnswersThatFlowControlHoldsUp() {
        StreamServer server = server(4 << 20);
        Call call = server.client().call();
        call.sendMessage(body(700_000));
        Recorded stream = server.stream(0);
        EnvoyAnswer echo = new EnvoyWriter(List.of()).duplexChunk(true, EnvoyReader.body(stream.message(0)), true);

        stream.run(it -> {
            it.write(echo);
            it.fail(GrpcStatus.INTERNAL, "end");
        });
        call.awaitHead();
        Answer answer = call.answer();

        assertThat(answer.body().length()).isEqualTo(5 + echo.proto().getSerializedSize());
        assertThat(answer.grpcStatus()).isEqualTo(GrpcStatus.INTERNAL.code);
    }

    @Test
    void aResetWhileAnEndWaitsIsOnlyAnEnd() {
        StreamServer server = server(4 << 20);
        RawClient client = server.client();
        Call call = client.call();
        call.sendMessage(body(700_000));
        Recorded stream = server.stream(0);
        EnvoyAnswer echo = new EnvoyWriter(List.of()).duplexChunk(true, EnvoyReader.body(stream.message(0)), true);
        stream.run(it -> {
            it.write(echo);
            it.fail(GrpcStatus.INTERNAL, "end");
        });
        call.awaitHead();

        call.reset();
        stream.awaitEnd();
        stream.run(it -> {
            it.write(echo);
            it.fail(GrpcStatus.INTERNAL, "again");
            it.pause();
            it.resume();
            it.discard();
        });

        assertThat(server.taken()).isZero();
        Call next = client.call();
        next.halfClose();
        assertThat(next.answer().grpcStatus()).isZero();
    }

    // ---- what is no call

    @ParameterizedTest
    @CsvSource({
        "POST, application/json, 415",
        "POST, application/grpc-web, 415",
        "POST, application/grpcfoo, 415",
        "POST, , 415",
        "PUT, application/grpc, 405",
    })
    void whatIsNoGrpcIsRefusedByHttpStatus(String method, String contentType, int status) {
        MultiMap headers = MultiMap.caseInsensitiveMultiMap();
        if (contentType != null) {
            headers.add("content-type", contentType);
        }
        Call call = server(1 << 20).client().call(HttpMethod.valueOf(method), RawClient.PROCESS, headers);

        call.halfClose();

        assertThat(call.answer().status()).isEqualTo(status);
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/grpc", "application/grpc+proto", "Application/GRPC;charset=utf-8"})
    void otherMethodsAreUnimplemented(String contentType) {
        Call call = server(1 << 20)
                .client()
                .call(
                        HttpMethod.POST,
                        "/grpc.health.v1.Health/List",
                        MultiMap.caseInsensitiveMultiMap().add("content-type", contentType));

        call.halfClose();
        Answer answer = call.answer();

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.isTrailersOnly()).isTrue();
        assertThat(answer.grpcStatus()).isEqualTo(GrpcStatus.UNIMPLEMENTED.code);
    }

    @Test
    void ofLongMetadataOnlyTheFieldsThatHaveRoomAreHeld() {
        StreamServer server = server(1 << 20);
        server.client()
                .call(
                        HttpMethod.POST,
                        RawClient.PROCESS,
                        MultiMap.caseInsensitiveMultiMap()
                                .add("content-type", "application/grpc")
                                .add("traceparent", "first")
                                .add("tracestate", "s".repeat(5_000))
                                .add("tracestate", "short")
                                .add("b3", "last"));
        CompletableFuture<MultiMap> held = new CompletableFuture<>();

        server.stream(0).run(stream -> held.complete(stream.initialMetadata()));

        MultiMap metadata = held.join();
        assertThat(metadata.get("traceparent")).isEqualTo("first");
        assertThat(metadata.getAll("tracestate")).containsExactly("short");
        assertThat(metadata.get("b3")).isEqualTo("last");
    }

    @Test
    void http1IsTooOld() {
        Call call = server(1 << 20).client(HttpVersion.HTTP_1_1).call();

        call.halfClose();

        assertThat(call.answer().status()).isEqualTo(505);
    }
}
