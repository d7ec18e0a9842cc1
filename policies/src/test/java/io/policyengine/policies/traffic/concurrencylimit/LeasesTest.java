package io.policyengine.policies.traffic.concurrencylimit;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.policy.ExchangeEnd;
import io.policyengine.core.policy.Metadata;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.policy.Store;
import io.policyengine.core.store.StoreException;
import io.policyengine.core.store.StoreOperation;
import io.policyengine.policies.traffic.concurrencylimit.lease.RenewLeases;
import io.policyengine.testkit.policy.FakeEnvironment;
import io.policyengine.testkit.policy.PolicyTester;
import io.policyengine.testkit.policy.TestMessages;
import io.vertx.core.Future;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Two instances that share a limit; the store runs on the clock of the first. */
final class LeasesTest {
    private final FakeEnvironment environment = new FakeEnvironment();
    private final FakeEnvironment elsewhere = new FakeEnvironment();
    private final Cancellation client = new Cancellation();

    LeasesTest() {
        environment.useStore("redis").joinedBy(elsewhere);
        for (int i = 0; i < 1000; i++) {
            elsewhere.newId(); // ids of two environments are the same otherwise
        }
    }

    @Test
    void instancesShareALimit() {
        Policy one = policy("", environment);
        Policy other = policy("", elsewhere);

        assertThat(passes(one, 1)).isTrue();
        assertThat(passes(other, 1)).isTrue();
        assertThat(passes(one, 2)).isFalse();
        assertThat(passes(other, 2)).isFalse();
        end(other, 1);

        assertThat(passes(one, 3)).isTrue();
        assertThat(passes(other, 3)).isFalse();
    }

    @Test
    void aPermitIsRenewedWhileItsExchangeLasts() {
        Policy one = policy("lease_s: 30", environment);
        Policy other = policy("lease_s: 30", elsewhere);
        assertThat(passes(one, 1) && passes(one, 2)).isTrue();

        for (int i = 0; i < 60; i++) {
            environment.advance(Duration.ofSeconds(10));
            assertThat(passes(other, i)).isFalse();
        }
        end(one, 1);

        assertThat(passes(other, 100)).isTrue();
    }

    @Test
    void thePermitsOfAnInstanceThatDiesAreFreeAfterTheirLease() {
        Policy dies = policy("lease_s: 30", elsewhere);
        Policy one = policy("lease_s: 30", environment);
        assertThat(passes(dies, 1) && passes(dies, 2)).isTrue();

        environment.advance(Duration.ofMillis(29_999));
        assertThat(passes(one, 1)).isFalse();
        environment.advance(Duration.ofMillis(1));

        assertThat(passes(one, 2) && passes(one, 3)).isTrue();
        assertThat(passes(one, 4)).isFalse();
    }

    @Test
    void aPermitThatIsGivenBackWhileItIsRenewedStaysGivenBack() {
        Overtaken store = new Overtaken(environment.store("redis", "", 0));
        Leases leases = new Leases(store, Duration.ofSeconds(30), environment);
        assertThat(leases.take(call(1), "k", 1).result()).isOne();

        store.before = () -> leases.giveBack(1);
        environment.advance(Duration.ofSeconds(10));

        assertThat(leases.take(call(2), "k", 1).result()).isOne();
    }

    @Test
    void whenNothingIsUnderWayTheStoreIsNotAsked() {
        Policy one = policy("", environment);
        passes(one, 1);
        end(one, 1);
        int asked = environment.useStore("redis").operations();

        for (int i = 0; i < 10; i++) {
            environment.advance(Duration.ofSeconds(10));
        }

        assertThat(environment.useStore("redis").operations()).isEqualTo(asked);
    }

    @Test
    void aPermitThatWasTakenThoughTheReplyWasLostComesBack() {
        Policy one = policy("on_store_failure: deny", environment);
        environment.useStore("redis").loseReplies();
        assertThat(status(one, 1)).isEqualTo(503);
        assertThat(status(one, 2)).isEqualTo(503);
        environment.useStore("redis").recover();

        assertThat(passes(one, 3) && passes(one, 4)).isTrue();
    }

    @Test
    void withoutTheStoreEachInstanceCountsForItself() {
        environment.useStore("redis").fail(StoreException.Kind.UNREACHABLE);
        Policy one = policy("", environment);

        assertThat(passes(one, 1) && passes(one, 2)).isTrue();
        assertThat(passes(one, 3)).isFalse();
        end(one, 1);
        assertThat(passes(one, 4)).isTrue();
        environment.useStore("redis").recover();

        assertThat(passes(one, 5) && passes(one, 6)).isTrue();
        assertThat(passes(one, 7)).isFalse();
    }

    @Test
    void overloadIsNoFailureOfTheStoreThatLetsRequestsPassUncounted() {
        environment.useStore("redis").fail(StoreException.Kind.OVERLOADED);
        Policy local = policy("", environment);
        Policy open = policy("on_store_failure: allow", environment);

        assertThat(passes(local, 1) && passes(local, 2)).isTrue();
        assertThat(passes(local, 3)).isFalse();
        assertThat(ask(open, 1).cause()).isInstanceOf(StoreException.class);
    }

    @Test
    void byChoiceAllPassWithoutTheStoreOrNone() {
        environment.useStore("redis").fail(StoreException.Kind.TIMEOUT);
        Policy open = policy("on_store_failure: allow", environment);
        Policy closed = policy("on_store_failure: deny", environment);

        for (int i = 0; i < 10; i++) {
            assertThat(passes(open, i)).isTrue();
            assertThat(status(closed, i)).isEqualTo(503);
        }
    }

    @Test
    void permitsThatAStoreHasForgottenAreTakenAgain() {
        Policy one = policy("lease_s: 30", environment);
        assertThat(passes(one, 1) && passes(one, 2)).isTrue();
        environment.useStore("redis").forget();

        environment.advance(Duration.ofSeconds(10));

        assertThat(passes(policy("lease_s: 30", elsewhere), 1)).isFalse();
    }

    @Test
    void aClientThatHangsUpWhileTheStoreIsAskedHoldsNothing() {
        Policy one = policy("", environment);
        environment.useStore("redis").after(Duration.ofMillis(20));
        Future<RequestOutcome> gone = ask(one, 1);

        client.cancel();
        end(one, 1);
        environment.advance(Duration.ofMillis(20));
        environment.useStore("redis").recover();

        assertThat(gone.failed()).isTrue();
        Policy other = policy("", elsewhere);
        assertThat(ofAnother(other, 1) && ofAnother(other, 2)).isTrue();
    }

    @Test
    void aPolicyThatIsClosedRenewsNoMore() {
        Policy one = policy("lease_s: 30", environment);
        assertThat(passes(one, 1) && passes(one, 2)).isTrue();

        one.close();
        environment.advance(Duration.ofSeconds(10));
        environment.advance(Duration.ofSeconds(30));

        assertThat(passes(policy("lease_s: 30", elsewhere), 1)).isTrue();
    }

    private static Policy policy(String more, FakeEnvironment environment) {
        String params = "{ max: 2, key: client_ip, store: redis" + (more.isEmpty() ? "" : ", " + more) + " }";
        return PolicyTester.of(new ConcurrencyLimitFactory(), params, environment)
                .policy();
    }

    private Future<RequestOutcome> ask(Policy policy, long exchange) {
        long deadline = environment.ticker().nanoTime() + Duration.ofSeconds(1).toNanos();
        Call call = new Call("r", exchange, deadline, client);
        return policy.onRequest(new RequestContext(TestMessages.get("/"), Metadata.empty(), call));
    }

    private boolean passes(Policy policy, long exchange) {
        return ask(policy, exchange).result() instanceof RequestOutcome.Proceed;
    }

    private boolean ofAnother(Policy policy, long exchange) {
        return policy.onRequest(new RequestContext(TestMessages.get("/"), Metadata.empty(), call(exchange)))
                        .result()
                instanceof RequestOutcome.Proceed;
    }

    private int status(Policy policy, long exchange) {
        return ((RequestOutcome.Respond) ask(policy, exchange).result())
                .response()
                .status();
    }

    private static void end(Policy policy, long exchange) {
        policy.exchangeEnded(new ExchangeEnd(exchange, 200, false, null));
    }

    private Call call(long exchange) {
        long deadline = environment.ticker().nanoTime() + Duration.ofSeconds(1).toNanos();
        return new Call("r", exchange, deadline, new Cancellation());
    }

    /** A store in which something comes before each renewal. */
    private static final class Overtaken implements Store {
        private final Store store;
        private Runnable before = () -> {};

        Overtaken(Store store) {
            this.store = store;
        }

        @Override
        public String name() {
            return store.name();
        }

        @Override
        public boolean isShared() {
            return true;
        }

        @Override
        public <T> Future<T> run(Call call, StoreOperation<T> operation) {
            return store.run(call, operation);
        }

        @Override
        public <T> Future<T> run(StoreOperation<T> operation) {
            if (operation instanceof RenewLeases) {
                before.run();
            }
            return store.run(operation);
        }
    }
}
