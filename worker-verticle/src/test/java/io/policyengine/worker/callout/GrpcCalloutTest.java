package io.policyengine.worker.callout;

import static io.policyengine.worker.callout.CalloutRig.requireFailure;
import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.callout.CalloutException;
import io.policyengine.core.callout.CalloutException.Kind;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.policy.Target;
import io.policyengine.testkit.time.Await;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GrpcCalloutTest {
    private final CalloutRig rig = new CalloutRig();

    @AfterEach
    void stop() {
        rig.close();
    }

    @Test
    void sendsOneMessageAndGivesTheOther() {
        List<HttpServerRequest> seen = new CopyOnWriteArrayList<>();
        Target target = target(rig.http(request -> {
            seen.add(request);
            request.bodyHandler(
                    body -> answer(request, body.slice(5, body.length()).appendString("pong"), "0"));
        }));

        Buffer answer = Await.result(unary(target, new Cancellation()));

        assertThat(answer).hasToString("pingpong");
        HttpServerRequest request = seen.getFirst();
        assertThat(request.version()).isEqualTo(HttpVersion.HTTP_2);
        assertThat(request.uri()).isEqualTo("/envoy.service.auth.v3.Authorization/Check");
        assertThat(request.getHeader("content-type")).isEqualTo("application/grpc");
        assertThat(request.getHeader("te")).isEqualTo("trailers");
        assertThat(request.getHeader("grpc-timeout")).endsWith("m");
        assertThat(request.getHeader("x-meta")).isEqualTo("data");
    }

    @ParameterizedTest
    @CsvSource({"7, REFUSED", "14, UNREACHABLE", "4, TIMEOUT", "x, MALFORMED", "99999, MALFORMED"})
    void aStatusOtherThanOkIsNoAnswer(String status, Kind kind) {
        Target target = target(rig.http(request -> answer(request, Buffer.buffer(), status)));

        requireFailure(unary(target, new Cancellation()), kind);
    }

    @Test
    void aServerThatEndsACallOfLittleTimeIsNotLate() {
        Target target = target(rig.http(request -> answer(request, Buffer.buffer(), "4")));

        requireFailure(unary(target, rig.used(Duration.ofMillis(950))), Kind.DEADLINE_EXCEEDED);
    }

    @Test
    void aServerThatResetsACallOfLittleTimeAtItsEndIsNotLost() {
        rig.with(
                "grpc",
                "{ url: '"
                        + rig.http(request -> {
                            rig.ticker.advance(CalloutRig.PATIENT);
                            request.response().reset(8);
                        })
                        + "', timeout_ms: 30000, breaker: { failures: 1 } }");
        CalloutTargets.Use use = rig.use(rig.targets(), "grpc");

        requireFailure(unary(use.target(), rig.used(Duration.ofMillis(950))), Kind.DEADLINE_EXCEEDED);
    }

    @Test
    void aServerThatResetsACallBeforeItsEndIsLost() {
        Target target = target(rig.http(request -> request.response().reset(8)));

        requireFailure(unary(target, rig.used(Duration.ofMillis(950))), Kind.UNREACHABLE);
    }

    @Test
    void theWaitForASlotTakesNoTimeFromTheServer() {
        List<HttpServerRequest> open = new CopyOnWriteArrayList<>();
        rig.with("one", "{ url: '" + rig.http(open::add) + "', timeout_ms: 30000, max_connections: 1 }");
        Target target = rig.target("one");
        for (int i = 0; i < 16; i++) {
            unary(target, new Cancellation(), Duration.ofMinutes(5));
        }
        Await.until(() -> open.size() == 16);
        Future<Buffer> waiting = unary(target, new Cancellation(), Duration.ofMinutes(5));
        Await.until("it waits", () -> rig.gauge("policy_worker_callouts_pending") == 17);
        rig.ticker.advance(Duration.ofSeconds(20));
        answer(open.getFirst(), Buffer.buffer("x"), "0");

        Await.until(() -> open.size() == 17);

        assertThat(open.get(16).getHeader("grpc-timeout")).isEqualTo("30000m");
        answer(open.get(16), Buffer.buffer("y"), "0");
        assertThat(Await.result(waiting)).hasToString("y");
    }

    @ParameterizedTest
    @CsvSource({"7, true", "16, true", "3, true", "8, true", "13, false", "2, false"})
    void aStatusOfTheCallIsDistinguishedFromOneOfTheServer(String status, boolean isOfRequest) {
        Target target = target(rig.http(request -> answer(request, Buffer.buffer(), status)));

        Future<Buffer> answer = unary(target, new Cancellation());

        requireFailure(answer, Kind.REFUSED);
        assertThat(answer.cause())
                .isInstanceOfSatisfying(
                        CalloutException.class,
                        failure -> assertThat(failure.isOfRequest()).isEqualTo(isOfRequest));
    }

    @Test
    void whatIsNotOneMessageIsNoAnswer() {
        for (Buffer body : List.of(
                Buffer.buffer(),
                Buffer.buffer("x"),
                Buffer.buffer(new byte[] {1, 0, 0, 0, 1, 7}),
                Buffer.buffer(new byte[] {0, 0, 0, 0, 2, 7}),
                Buffer.buffer(new byte[] {0, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 7}),
                Buffer.buffer(new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 0, 0}))) {
            Target target = target(rig.http(request -> {
                request.response().putTrailer("grpc-status", "0").putHeader("content-type", "application/grpc");
                request.response().end(body);
            }));

            requireFailure(unary(target, new Cancellation()), Kind.MALFORMED);
        }
    }

    @Test
    void anotherStatusOfHttpIsARefusal() {
        Target target =
                target(rig.http(request -> request.response().setStatusCode(404).end()));

        requireFailure(unary(target, new Cancellation()), Kind.REFUSED);
    }

    @Test
    void aMessageThatIsTooLargeIsCutOff() {
        Target target = target(rig.http(request -> answer(request, Buffer.buffer(new byte[101]), "0")));

        requireFailure(unary(target, new Cancellation()), Kind.TOO_LARGE);
    }

    @Test
    void aLongQuoteOfTheRequestIsPartOfAnAnswer() {
        Target target = target(rig.http(request -> quote(request, 340 << 10)));

        Future<Buffer> answer = unary(target, new Cancellation());

        requireFailure(answer, Kind.REFUSED);
        assertThat(answer.cause())
                .isInstanceOfSatisfying(
                        CalloutException.class,
                        failure -> assertThat(failure.isOfRequest()).isTrue());
    }

    @Test
    void trailersThatAreTooLongFailNoOtherCallOfTheConnection() {
        List<HttpServerRequest> open = new CopyOnWriteArrayList<>();
        Target target = target(rig.http(open::add));
        Future<Buffer> other = unary(target, new Cancellation());
        Await.until(() -> open.size() == 1);
        Future<Buffer> answer = unary(target, new Cancellation());
        Await.until(() -> open.size() == 2);

        quote(open.get(1), 400 << 10);

        requireFailure(answer, Kind.TOO_LARGE);
        assertThat(open.get(1).connection()).isEqualTo(open.get(0).connection());
        answer(open.get(0), Buffer.buffer("pong"), "0");
        assertThat(Await.result(other)).hasToString("pong");
    }

    private static void quote(HttpServerRequest request, int length) {
        request.response().putTrailer("grpc-message", "x".repeat(length));
        answer(request, Buffer.buffer(), "7");
    }

    @Test
    void manyCallsShareConnectionsAndResetsDoNotLoseThem() {
        Set<Object> connections = ConcurrentHashMap.newKeySet();
        AtomicInteger asked = new AtomicInteger();
        Target target = target(rig.http(new HttpServerOptions().setHttp2RstFloodMaxRstFramePerWindow(0), request -> {
            connections.add(request.connection());
            if (asked.incrementAndGet() % 2 == 0) {
                answer(request, Buffer.buffer("ok"), "0");
            }
        }));
        List<Cancellation> cancellations = new ArrayList<>();
        List<Future<Buffer>> answers = new ArrayList<>();

        for (int round = 0; round < 100; round++) {
            for (int i = 0; i < 8; i++) {
                Cancellation cancellation = new Cancellation();
                cancellations.add(cancellation);
                answers.add(unary(target, cancellation));
            }
            int sent = answers.size();
            Await.until(() -> asked.get() == sent);
            cancellations.forEach(rig::cancel);
            Await.until(() -> answers.stream().allMatch(Future::isComplete));
        }

        assertThat(connections).as("as many as the first eight calls opened").hasSizeLessThanOrEqualTo(8);
        Await.until(() -> rig.gauge("policy_worker_callouts_pending") == 0);
    }

    private static void answer(HttpServerRequest request, Buffer message, String status) {
        request.response()
                .putHeader("content-type", "application/grpc")
                .putTrailer("grpc-status", status)
                .end(Buffer.buffer()
                        .appendByte((byte) 0)
                        .appendInt(message.length())
                        .appendBuffer(message));
    }

    private Target target(String url) {
        return rig.with("grpc", "{ url: '" + url + "', timeout_ms: 30000, breaker: { failures: 10000 } }")
                .target("grpc");
    }

    private Future<Buffer> unary(Target target, Cancellation cancellation) {
        return unary(target, cancellation, CalloutRig.PATIENT);
    }

    private Future<Buffer> unary(Target target, Cancellation cancellation, Duration left) {
        return rig.onLoop(() -> target.unary(
                rig.call(left, cancellation),
                "envoy.service.auth.v3.Authorization/Check",
                Buffer.buffer("ping"),
                HeaderMap.of("x-meta", "data"),
                100));
    }
}
