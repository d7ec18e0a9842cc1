package io.policyengine.worker.callout;

import static io.policyengine.worker.callout.CalloutRig.requireFailure;
import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.callout.CalloutException;
import io.policyengine.core.callout.CalloutException.Kind;
import io.policyengine.core.callout.UnaryRequest;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.policy.Target;
import io.policyengine.testkit.time.Await;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
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

    /** Servers such as Envoy close a connection on which clients reset many streams. */
    @Test
    void callsThatAreCancelledLoseNoOtherCallOfTheirConnection() {
        List<HttpServerRequest> open = new CopyOnWriteArrayList<>();
        Target target = target(rig.http(
                new HttpServerOptions()
                        .setHttp2RstFloodMaxRstFramePerWindow(5)
                        .setHttp2RstFloodWindowDuration(3600)
                        .setHttp2RstFloodWindowDurationTimeUnit(TimeUnit.SECONDS),
                open::add));
        Future<Buffer> patient = unary(target, new Cancellation());
        Await.until(() -> open.size() == 1);

        for (int i = 1; i <= 50; i++) {
            int sent = i + 1;
            Cancellation cancellation = new Cancellation();
            Future<Buffer> cancelled = unary(target, cancellation);
            Await.until(() -> open.size() == sent);
            rig.cancel(cancellation);
            requireFailure(cancelled, Kind.CANCELLED);
            if (i % 2 == 0) {
                answer(open.get(i), Buffer.buffer("late"), "0");
                answer(open.get(i - 1), Buffer.buffer(new byte[1000]), "0");
            }
        }

        answer(open.getFirst(), Buffer.buffer("pong"), "0");
        assertThat(Await.result(patient)).hasToString("pong");
        assertThat(open)
                .extracting(HttpServerRequest::connection)
                .containsOnly(open.getFirst().connection());
        Await.until(() -> rig.gauge("policy_worker_callouts_pending") == 0);
    }

    @Test
    void aCallThatWasCancelledKeepsItsSlotUntilItEnds() {
        List<HttpServerRequest> open = new CopyOnWriteArrayList<>();
        List<Future<?>> resets = new CopyOnWriteArrayList<>();
        rig.with(
                "one",
                "{ url: '"
                        + rig.http(request -> {
                            Promise<Void> reset = Promise.promise();
                            request.response().exceptionHandler(_ -> reset.tryComplete());
                            resets.add(reset.future());
                            open.add(request);
                        })
                        + "', timeout_ms: 30000, max_connections: 1 }");
        Target target = rig.target("one");
        Cancellation cancellation = new Cancellation();
        Future<Buffer> cancelled = unary(target, cancellation);
        Await.until(() -> open.size() == 1);

        rig.ticker.advance(Duration.ofSeconds(29));
        rig.cancel(cancellation);

        requireFailure(cancelled, Kind.CANCELLED);
        assertThat(rig.gauge("policy_worker_callouts_pending")).isEqualTo(1);
        Await.until(
                "the call is reset at the end of its time",
                () -> resets.getFirst().isComplete());
        Await.until(() -> rig.gauge("policy_worker_callouts_pending") == 0);
    }

    /** Vert.x takes a stream from its pool for each call, also for one that is given up while its connection opens. */
    @Test
    void callsThatAreCancelledWhileTheyConnectTakeNoCapacityForGood() {
        rig.with(
                "one",
                "{ url: '"
                        + rig.http(request -> request.bodyHandler(_ -> answer(request, Buffer.buffer("pong"), "0")))
                        + "', timeout_ms: 30000, max_connections: 1 }");
        Target target = rig.target("one");
        for (int i = 0; i < 50; i++) {
            Cancellation cancellation = new Cancellation();

            Future<Buffer> cancelled = rig.onLoop(() -> {
                Future<Buffer> answer = target.unary(
                        rig.call(CalloutRig.PATIENT, cancellation),
                        UnaryRequest.idempotent("p.S/M", Buffer.buffer(), 9));
                cancellation.cancel();
                return answer;
            });

            requireFailure(cancelled, Kind.CANCELLED);
        }

        assertThat(Await.result(unary(target, new Cancellation()))).hasToString("pong");
        Await.until(() -> rig.gauge("policy_worker_callouts_pending") == 0);
    }

    @Test
    void callsThatAreGivenUpHoldAtMostHalfOfTheSlots() {
        List<HttpServerRequest> open = new CopyOnWriteArrayList<>();
        rig.with("one", "{ url: '" + rig.http(open::add) + "', timeout_ms: 30000, max_connections: 1 }");
        Target target = rig.target("one");

        for (int i = 1; i <= 20; i++) {
            int sent = i;
            Cancellation cancellation = new Cancellation();
            Future<Buffer> cancelled = unary(target, cancellation);
            Await.until(() -> open.size() == sent);
            rig.cancel(cancellation);
            requireFailure(cancelled, Kind.CANCELLED);
        }

        assertThat(rig.gauge("policy_worker_callouts_pending")).isEqualTo(8);
    }

    /** A server may close a connection at any time: RFC 9113 §6.8. */
    @Test
    void onlyAnIdempotentCallIsRepeatedOnceItsConnectionIsLost() {
        AtomicInteger asked = new AtomicInteger();
        Target target = target(rig.http(request -> {
            if (asked.incrementAndGet() % 2 == 1) {
                request.connection().close();
            } else {
                answer(request, Buffer.buffer("pong"), "0");
            }
        }));

        assertThat(Await.result(unary(target, new Cancellation()))).hasToString("pong");

        UnaryRequest once = new UnaryRequest("p.S/Charge", Buffer.buffer("ping"), HeaderMap.empty(), 100, false);
        requireFailure(
                rig.onLoop(() -> target.unary(rig.call(CalloutRig.PATIENT, new Cancellation()), once)),
                Kind.UNREACHABLE);
        assertThat(asked).hasValue(3);
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
        UnaryRequest request = new UnaryRequest(
                "envoy.service.auth.v3.Authorization/Check",
                Buffer.buffer("ping"),
                HeaderMap.of("x-meta", "data"),
                100,
                true);
        return rig.onLoop(() -> target.unary(rig.call(left, cancellation), request));
    }
}
