package io.policyengine.testkit.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.callout.CalloutException;
import io.policyengine.core.callout.CalloutRequest;
import io.policyengine.core.callout.CalloutResponse;
import io.policyengine.core.callout.UnaryRequest;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Cancellation;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class FakeTargetTest {
    private static final CalloutRequest REQUEST = CalloutRequest.get("/", HeaderMap.empty(), 10);

    private final FakeEnvironment environment = new FakeEnvironment();
    private final FakeTarget target = environment.useTarget("oracle");
    private final Cancellation cancellation = new Cancellation();

    @Test
    void cannotBeReachedUntilItIsTold() {
        requireFailure(send(), CalloutException.Kind.UNREACHABLE);
        requireFailure(
                target.fetchUnary(UnaryRequest.idempotent("p.S/M", Buffer.buffer(), 10)),
                CalloutException.Kind.UNREACHABLE);
    }

    @Test
    void answersWhenItIsDue() {
        target.answer(200, "yes").after(Duration.ofMillis(100));

        Future<CalloutResponse> asked = send();
        environment.advance(Duration.ofMillis(99));
        assertThat(asked.isComplete()).isFalse();
        assertThat(target.underWay()).isOne();
        environment.advance(Duration.ofMillis(1));

        assertThat(asked.result().body()).hasToString("yes");
        assertThat(target.underWay()).isZero();
    }

    @Test
    void endsWithItsTimeOutOrTheCall() {
        target.hang();

        Future<CalloutResponse> fetched = target.fetch(REQUEST);
        Future<CalloutResponse> sent = target.send(call(Duration.ofMillis(50)), REQUEST);
        environment.advance(Duration.ofMillis(50));
        requireFailure(sent, CalloutException.Kind.TIMEOUT);
        assertThat(fetched.isComplete()).isFalse();
        environment.advance(FakeTarget.TIMEOUT);

        requireFailure(fetched, CalloutException.Kind.TIMEOUT);
    }

    @Test
    void endsWhenNobodyWaits() {
        target.hang();

        Future<CalloutResponse> sent = send();
        cancellation.cancel();

        requireFailure(sent, CalloutException.Kind.CANCELLED);
        assertThat(target.underWay()).isZero();
    }

    @Test
    void breaksAsItIsTold() {
        requireFailure(target.tooLarge().fetch(REQUEST), CalloutException.Kind.TOO_LARGE);
        requireFailure(
                target.fail(CalloutException.Kind.BREAKER_OPEN).fetch(REQUEST), CalloutException.Kind.BREAKER_OPEN);
        assertThat(target.garbage().fetch(REQUEST).result().status()).isEqualTo(200);
        CalloutRequest none = CalloutRequest.get("no path", HeaderMap.empty(), 10);
        requireFailure(target.answer(200, "").fetch(none), CalloutException.Kind.MALFORMED);
    }

    @Test
    void answersCallsOfGrpc() {
        target.answerUnary(call -> Buffer.buffer(call.method()));

        UnaryRequest request = UnaryRequest.idempotent("p.S/M", Buffer.buffer("x"), 10);

        Future<Buffer> asked = target.unary(call(Duration.ofSeconds(1)), request);

        assertThat(asked.result()).hasToString("p.S/M");
        assertThat(target.unaryCalls())
                .singleElement()
                .satisfies(call -> assertThat(call.message()).hasToString("x"));
    }

    private Future<CalloutResponse> send() {
        return target.send(call(Duration.ofSeconds(1)), REQUEST);
    }

    private Call call(Duration left) {
        return new Call("id", 1, environment.ticker().nanoTime() + left.toNanos(), cancellation);
    }

    private static void requireFailure(Future<?> future, CalloutException.Kind kind) {
        assertThat(future.cause())
                .isInstanceOfSatisfying(
                        CalloutException.class,
                        failure -> assertThat(failure.kind()).isEqualTo(kind));
    }
}
