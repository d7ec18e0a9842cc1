package io.policyengine.policies.traffic.faultinjection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.policy.Metadata;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.work.StoppedException;
import io.policyengine.policies.shared.denial.DenialFormat;
import io.policyengine.testkit.policy.FakeEnvironment;
import io.policyengine.testkit.policy.TestMessages;
import io.vertx.core.Future;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class FaultInjectionTest {
    private static final int MANY = 20_000;

    private final FakeEnvironment environment = new FakeEnvironment();

    @Test
    void aRequestWaitsAsLongAsItIsTold() {
        Future<RequestOutcome> delayed = request(policy(delay(300, 100)), Duration.ofSeconds(1), new Cancellation());

        environment.advance(Duration.ofMillis(299));
        assertThat(delayed.isComplete()).isFalse();
        environment.advance(Duration.ofMillis(1));

        assertThat(delayed.result()).isInstanceOf(RequestOutcome.Proceed.class);
    }

    @Test
    void aShareOfTheRequestsIsHarmed() {
        Policy policy = policy(
                new FaultInjectionParams(0, new FaultInjectionParams.Abort(503), 12.5, null, 1, DenialFormat.JSON));
        int refused = 0;
        for (int i = 0; i < MANY; i++) {
            refused +=
                    request(policy, Duration.ofSeconds(1), new Cancellation()).result()
                                    instanceof RequestOutcome.Respond
                            ? 1
                            : 0;
        }

        assertThat((double) refused / MANY).isCloseTo(0.125, within(0.01));
    }

    @Test
    void noRequestWaitsLongerThanItsCallHasLeft() {
        Policy policy = policy(delay(500, 100));
        Future<RequestOutcome> little = request(policy, Duration.ofMillis(120), new Cancellation());
        Future<RequestOutcome> nothing = request(policy, Duration.ofMillis(20), new Cancellation());

        assertThat(nothing.isComplete()).isTrue();
        environment.advance(Duration.ofMillis(100));

        assertThat(little.isComplete()).isTrue();
    }

    @Test
    void moreThanMayWaitAtOnceDoNotWait() {
        Policy policy = policy(delay(500, 2));
        Future<RequestOutcome> first = request(policy, Duration.ofSeconds(1), new Cancellation());
        Future<RequestOutcome> second = request(policy, Duration.ofSeconds(1), new Cancellation());

        assertThat(request(policy, Duration.ofSeconds(1), new Cancellation()).isComplete())
                .isTrue();
        environment.advance(Duration.ofMillis(500));

        assertThat(first.isComplete() && second.isComplete()).isTrue();
        assertThat(request(policy, Duration.ofSeconds(1), new Cancellation()).isComplete())
                .isFalse();
    }

    @Test
    void whoHangsUpWaitsNoMoreButMakesRoomOnlyWhenItsTimerHasRun() {
        Policy policy = policy(delay(500, 1));
        Cancellation client = new Cancellation();
        Future<RequestOutcome> delayed = request(policy, Duration.ofSeconds(1), client);

        client.cancel();
        assertThat(delayed.cause()).isInstanceOf(StoppedException.class);
        assertThat(request(policy, Duration.ofSeconds(1), new Cancellation()).isComplete())
                .isTrue();
        environment.advance(Duration.ofMillis(500));

        assertThat(request(policy, Duration.ofSeconds(1), new Cancellation()).isComplete())
                .isFalse();
    }

    @Test
    void aRequestThatHasWaitedIsKeptByNobody() {
        Cancellation client = new Cancellation();
        request(policy(delay(500, 1)), Duration.ofSeconds(1), client);

        environment.advance(Duration.ofMillis(500));

        assertThat(client.isUntouched()).isTrue();
    }

    private Policy policy(FaultInjectionParams params) {
        return new FaultInjectionFactory().create(params, environment);
    }

    private static FaultInjectionParams delay(int millis, int maxActiveFaults) {
        return new FaultInjectionParams(millis, null, 100, null, maxActiveFaults, DenialFormat.JSON);
    }

    private Future<RequestOutcome> request(Policy policy, Duration left, Cancellation cancellation) {
        Call call = new Call("id", 1, environment.ticker().nanoTime() + left.toNanos(), cancellation);
        return policy.onRequest(new RequestContext(TestMessages.get("/"), Metadata.empty(), call));
    }
}
