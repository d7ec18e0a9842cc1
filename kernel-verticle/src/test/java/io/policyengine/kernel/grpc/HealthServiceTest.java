package io.policyengine.kernel.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.StringValue;
import io.policyengine.core.net.Http2Guard;
import io.policyengine.kernel.grpc.RawClient.Call;
import io.policyengine.testkit.time.Await;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The health of a server over gRPC: what callers are told, and that none of them holds anything without a bound. */
class HealthServiceTest {
    private static final String SERVICE = "the.Service";
    private static final byte SERVING = 1;
    private static final byte NOT_SERVING = 2;
    private static final byte SERVICE_UNKNOWN = 3;
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final Duration SHORT = Duration.ofMillis(50);

    private final Vertx vertx = Vertx.vertx();
    private final Context loop = vertx.getOrCreateContext();
    private volatile Future<Boolean> ready = Future.succeededFuture(true);
    private @Nullable HealthService service;
    /** Kept: Vert.x closes clients that nobody refers to any more. */
    private final List<RawClient> clients = new ArrayList<>();

    private int port;
    private @Nullable RawClient client;

    @AfterEach
    void close() {
        Await.result(vertx.close());
    }

    private void start(Duration limit) {
        HttpServer server = Await.result(Future.future(listening -> loop.runOnContext(_ -> {
            HealthService made = new HealthService(vertx, Set.of(SERVICE), () -> ready, limit);
            service = made;
            vertx.createHttpServer(new HttpServerOptions()
                            .setHttp2RstFloodMaxRstFramePerWindow(0)
                            .setInitialSettings(new Http2Settings().setMaxConcurrentStreams(1000)))
                    .connectionHandler(connection -> Http2Guard.install(connection, () -> {}))
                    .requestHandler(GrpcCalls.of(made.methods(), new UntakenRefusals()))
                    .listen(0, "127.0.0.1")
                    .onComplete(listening);
        })));
        port = server.actualPort();
        client = connect();
    }

    /** A client with a connection of its own. It ends that on the 201st reset within 30 s. */
    private RawClient connect() {
        RawClient made = new RawClient(vertx, port, HttpVersion.HTTP_2);
        clients.add(made);
        return made;
    }

    /** All calls that there may be, over as many connections as their shares ask for; what follows goes over another one. */
    private <T> List<T> takeAll(int max, Supplier<T> call) {
        List<T> calls = new ArrayList<>();
        while (calls.size() < max) {
            int left = max - calls.size();
            calls.addAll(take((3 * left + 3) / 4, call));
            client = connect();
        }
        return calls;
    }

    private static <T> List<T> take(int number, Supplier<T> call) {
        List<T> calls = new ArrayList<>();
        for (int i = 0; i < number; i++) {
            calls.add(call.get());
        }
        return calls;
    }

    private Call open(String method) {
        return Objects.requireNonNull(client)
                .call(
                        HttpMethod.POST,
                        method,
                        MultiMap.caseInsensitiveMultiMap().add("content-type", "application/grpc"));
    }

    /** A call whose message is sent. */
    private Call ask(String method, String name) {
        Call call = open(method);
        call.sendMessage(StringValue.of(name).toByteArray());
        return call;
    }

    private RawClient.Answer check(String name) {
        Call call = ask(HealthService.CHECK, name);
        call.halfClose();
        return call.answer();
    }

    /** True if the call is reset in place of an answer. */
    private static boolean isReset(Call call) {
        return Await.result(call.readAnswer()
                .map(false)
                .recover(failure -> failure instanceof StreamResetException
                        ? Future.succeededFuture(true)
                        : Future.failedFuture(failure)));
    }

    private void onLoop(Runnable step) {
        Await.result(Future.<Void>future(done -> loop.runOnContext(_ -> {
            step.run();
            done.complete();
        })));
    }

    private void end() {
        onLoop(Objects.requireNonNull(service)::end);
    }

    private static byte[] response(byte status) {
        return new byte[] {0, 0, 0, 0, 2, 8, status};
    }

    private static void awaitTold(List<Buffer> pieces, byte... statuses) {
        Buffer all = Buffer.buffer();
        for (byte status : statuses) {
            all.appendBytes(response(status));
        }
        Await.untilAsserted(() -> {
            Buffer told = Buffer.buffer();
            pieces.forEach(told::appendBuffer);
            assertThat(told).isEqualTo(all);
        });
    }

    @Test
    void tellsWhetherTheServerIsReady() {
        start(LONG);

        assertThat(check("").grpcStatus()).isEqualTo(GrpcStatus.OK.code);
        assertThat(check("").body().getBytes()).isEqualTo(response(SERVING));
        assertThat(check(SERVICE).body().getBytes()).isEqualTo(response(SERVING));
        ready = Future.succeededFuture(false);
        assertThat(check("").body().getBytes()).isEqualTo(response(NOT_SERVING));
        ready = Future.failedFuture("nobody knows");
        assertThat(check("").body().getBytes()).isEqualTo(response(NOT_SERVING));
    }

    @Test
    void knowsNoOtherService() {
        start(LONG);

        assertThat(check("other").grpcStatus()).isEqualTo(GrpcStatus.NOT_FOUND.code);
        awaitTold(ask(HealthService.WATCH, "other").pieces(), SERVICE_UNKNOWN);
    }

    @Test
    void tellsThoseWhoWatchOfEachChange() {
        start(LONG);
        List<Buffer> first = ask(HealthService.WATCH, "").pieces();
        List<Buffer> other = ask(HealthService.WATCH, SERVICE).pieces();
        awaitTold(first, SERVING);
        awaitTold(other, SERVING);

        ready = Future.succeededFuture(false);
        awaitTold(first, SERVING, NOT_SERVING);
        awaitTold(other, SERVING, NOT_SERVING);
        ready = Future.succeededFuture(true);

        awaitTold(first, SERVING, NOT_SERVING, SERVING);
        awaitTold(other, SERVING, NOT_SERVING, SERVING);
    }

    @Test
    void atTheEndTellsAllAndEndsTheCallsOfThoseWhoWatch() {
        start(LONG);
        Call watch = ask(HealthService.WATCH, "");
        Call stranger = ask(HealthService.WATCH, "other");
        watch.awaitHead();
        stranger.awaitHead();

        end();

        RawClient.Answer told = watch.answer();
        assertThat(told.body().getBytes()).startsWith(response(SERVING)).endsWith(response(NOT_SERVING));
        assertThat(told.grpcStatus()).isEqualTo(GrpcStatus.UNAVAILABLE.code);
        assertThat(stranger.answer().grpcStatus()).isEqualTo(GrpcStatus.UNAVAILABLE.code);
        assertThat(check("").body().getBytes()).isEqualTo(response(NOT_SERVING));
        RawClient.Answer late = ask(HealthService.WATCH, "").answer();
        assertThat(late.body().getBytes()).isEqualTo(response(NOT_SERVING));
        assertThat(late.grpcStatus()).isEqualTo(GrpcStatus.UNAVAILABLE.code);
    }

    @Test
    void watchesHaveABoundAndMakeRoomWhenTheyEnd() {
        start(LONG);
        List<Call> watches = takeAll(HealthService.MAX_WATCHES, () -> ask(HealthService.WATCH, ""));
        watches.forEach(Call::awaitHead);

        assertThat(isReset(ask(HealthService.WATCH, ""))).isTrue();
        assertThat(check("").body().getBytes()).isEqualTo(response(SERVING));
        watches.getFirst().reset();
        watches.getFirst().settle();

        awaitTold(ask(HealthService.WATCH, "").pieces(), SERVING);
    }

    @Test
    void aConnectionThatTakesAllItCanLeavesCallsToOthers() {
        start(LONG);
        take(48, () -> ask(HealthService.WATCH, "")).forEach(Call::awaitHead);
        take(192, () -> ask(HealthService.CHECK, "")).forEach(Call::awaitHead);
        assertThat(isReset(ask(HealthService.WATCH, ""))).isTrue();
        assertThat(isReset(ask(HealthService.CHECK, ""))).isTrue();

        client = connect();

        awaitTold(ask(HealthService.WATCH, "").pieces(), SERVING);
        assertThat(check("").body().getBytes()).isEqualTo(response(SERVING));
    }

    @Test
    void checksWithoutAMessageHaveABoundAndEndInTime() {
        start(SHORT);

        List<Future<RawClient.Answer>> silent = takeAll(
                HealthService.MAX_CHECKS, () -> open(HealthService.CHECK).readAnswer());

        for (Future<RawClient.Answer> one : silent) {
            assertThat(Await.result(one).grpcStatus()).isEqualTo(GrpcStatus.DEADLINE_EXCEEDED.code);
        }
        Await.until("there is room again", () -> !isReset(ask(HealthService.CHECK, "")));
    }

    @Test
    void checksThatKeepTheirStreamsOpenAfterTheAnswerHaveABoundAndAreReset() {
        start(LONG);
        takeAll(HealthService.MAX_CHECKS, () -> ask(HealthService.CHECK, "")).forEach(Call::awaitHead);

        assertThat(isReset(ask(HealthService.CHECK, ""))).isTrue();
    }

    @Test
    void whoKeepsTheStreamOpenAfterTheAnswerIsReset() {
        start(SHORT);
        takeAll(HealthService.MAX_CHECKS, () -> ask(HealthService.CHECK, ""));

        Await.until("there is room again", () -> !isReset(ask(HealthService.CHECK, "")));
    }

    @ParameterizedTest
    @CsvSource({
        "1, 3, UNIMPLEMENTED",
        "0, 1025, RESOURCE_EXHAUSTED",
        "0, 4294967295, RESOURCE_EXHAUSTED",
    })
    void aMessageThatCannotBeTakenEndsTheCall(int flag, long length, GrpcStatus status) {
        start(LONG);
        Call call = open(HealthService.WATCH);

        call.send(Frames.prefix(flag, length));

        assertThat(call.answer().grpcStatus()).isEqualTo(status.code);
    }

    @Test
    void whatIsNoMessageEndsTheCall() {
        start(LONG);
        Call garbage = open(HealthService.CHECK);
        Call none = open(HealthService.CHECK);

        garbage.sendMessage(new byte[] {10, 100, 'x'});
        none.halfClose();

        assertThat(garbage.answer().grpcStatus()).isEqualTo(GrpcStatus.INVALID_ARGUMENT.code);
        assertThat(none.answer().grpcStatus()).isEqualTo(GrpcStatus.INTERNAL.code);
    }

    @Test
    void aMessageMayComeInPieces() {
        start(LONG);
        Call call = open(HealthService.CHECK);

        for (byte octet : Frames.of(StringValue.of(SERVICE).toByteArray()).getBytes()) {
            call.send(Buffer.buffer(new byte[] {octet}));
            call.settle();
        }
        call.halfClose();

        assertThat(call.answer().body().getBytes()).isEqualTo(response(SERVING));
    }

    @Test
    void whoAsksAndLeavesDisturbsNobody() {
        start(LONG);
        Promise<Boolean> answer = Promise.promise();
        ready = answer.future();
        Call left = ask(HealthService.CHECK, "");
        Call watched = ask(HealthService.WATCH, "");
        left.settle();

        left.reset();
        watched.reset();
        left.settle();
        answer.complete(true);

        assertThat(check("").body().getBytes()).isEqualTo(response(SERVING));
    }
}
