package io.policyengine.core.lookup;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.error.PolicyException;
import io.policyengine.core.policy.CacheMeter;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.work.StoppedException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LookupTest {
    private static final Duration FRESH = Duration.ofSeconds(10);
    private static final Duration STALE = Duration.ofSeconds(20);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration NONE = Duration.ZERO;
    private final RuntimeException down = new PolicyException(ErrorCode.DEPENDENCY_UNAVAILABLE, "the server is down");

    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 1_000_000);
    private final Deque<Promise<Loaded<String>>> loads = new ArrayDeque<>();
    private final List<Call> calls = new ArrayList<>();
    private final Meter meter = new Meter();
    private Lookup<String, String> lookup = lookup(LookupOptions.of(100));

    /** Notes what it is told. */
    private static final class Meter implements CacheMeter {
        private final List<String> told = new ArrayList<>();

        @Override
        public void hit() {
            told.add("hit");
        }

        @Override
        public void stale() {
            told.add("stale");
        }

        @Override
        public void miss() {
            told.add("miss");
        }
    }

    @Test
    void tellsWhatItFindsToItsMeter() {
        get("key");
        answer(value("a"));
        get("key");
        pass(FRESH);
        get("key");
        lookup.held("key");

        assertThat(meter.told).containsExactly("miss", "hit", "stale");
    }

    @Test
    void loadsOnceForAllWhoAskMeanwhile() {
        Future<String> first = get("key");
        Future<String> second = get("key");

        assertThat(calls).hasSize(1);
        answer(value("a"));

        assertThat(first.result()).isEqualTo("a");
        assertThat(second.result()).isEqualTo("a");
        assertThat(lookup.pending()).isZero();
    }

    @Test
    void givesTheSameFutureForAsLongAsTheValueIsFresh() {
        get("key");
        answer(value("a"));

        pass(FRESH.multipliedBy(8).dividedBy(10));

        assertThat(get("key")).isSameAs(get("key"));
        assertThat(calls).hasSize(1);
    }

    @Test
    void loadsAheadWhatIsUsedNearItsEnd() {
        get("key");
        answer(value("a"));
        pass(FRESH.multipliedBy(95).dividedBy(100));

        assertThat(get("key").result()).isEqualTo("a");
        assertThat(get("key").result()).isEqualTo("a");

        assertThat(calls).hasSize(2);
        answer(value("b"));
        assertThat(get("key").result()).isEqualTo("b");
    }

    @Test
    void loadsAheadAgainOnlyAfterThePauseIfThatFailed() {
        get("key");
        answer(value("a"));
        pass(FRESH.multipliedBy(95).dividedBy(100).minus(PAUSE));
        pass(PAUSE.dividedBy(2));
        get("key");
        fail(down);

        get("key");
        assertThat(calls).hasSize(2);
        pass(PAUSE);

        get("key");
        assertThat(calls).hasSize(3);
    }

    @Test
    void givesTheLastGoodValueWhileItCannotBeLoaded() {
        get("key");
        answer(value("a"));
        pass(FRESH);

        Future<String> waiting = get("key");
        assertThat(waiting.isComplete()).isFalse();
        fail(down);

        assertThat(waiting.result()).isEqualTo("a");
        assertThat(get("key").result()).isEqualTo("a");
        assertThat(calls).hasSize(2);
    }

    @Test
    void overloadDoesNotProlongAValue() {
        get("key");
        answer(value("a"));
        pass(FRESH);
        PolicyException full = new PolicyException(ErrorCode.OVERLOADED, "full");

        Future<String> waiting = get("key");
        fail(full);

        assertThat(waiting.cause()).isSameAs(full);
        Future<String> next = get("key");
        fail(down);
        assertThat(next.result()).isEqualTo("a");
    }

    @Test
    void overloadEndsNoValueThatMayBeUsedWhateverFails() {
        lookup = lookup(LookupOptions.of(100).withStale(StaleUse.ON_ANY_FAILURE));
        get("key");
        answer(value("a"));
        pass(FRESH);

        Future<String> waiting = get("key");
        assertThat(waiting.isComplete()).isFalse();
        fail(new PolicyException(ErrorCode.OVERLOADED, "full"));

        assertThat(waiting.result()).isEqualTo("a");
        Future<String> next = get("key");
        answer(value("b"));
        assertThat(next.result()).isEqualTo("b");
    }

    @Test
    void overloadOfALoadAheadDoesNotEndAValue() {
        get("key");
        answer(value("a"));
        pass(FRESH.multipliedBy(95).dividedBy(100));

        assertThat(get("key").result()).isEqualTo("a");
        fail(new PolicyException(ErrorCode.OVERLOADED, "full"));
        assertThat(get("key").result()).isEqualTo("a");
    }

    @Test
    void givesAStaleValueAtOnceWhereThatIsWanted() {
        lookup = lookup(LookupOptions.of(100).withStale(StaleUse.AT_ONCE));
        get("key");
        answer(value("a"));
        pass(FRESH);

        assertThat(get("key").result()).isEqualTo("a");
        answer(value("b"));

        assertThat(get("key").result()).isEqualTo("b");
    }

    @Test
    void givesNothingBeyondItsTimes() {
        get("key");
        answer(value("a"));
        pass(FRESH.plus(STALE));

        Future<String> asked = get("key");
        fail(down);

        assertThat(asked.cause()).isSameAs(down);
        assertThat(lookup.held("key")).isNull();
    }

    @Test
    void aValueWithoutStaleTimeEndsThoughItCannotBeLoaded() {
        get("key");
        answer(new Loaded<>("denied", FRESH, NONE, 1));
        pass(FRESH);

        Future<String> asked = get("key");
        fail(down);

        assertThat(asked.cause()).isSameAs(down);
    }

    @Test
    void aLoadThatFailedIsNotTriedAgainBeforeThePauseIsOver() {
        get("key");
        fail(down);

        assertThat(get("key").cause()).isSameAs(down);
        assertThat(calls).hasSize(1);
        pass(PAUSE);

        assertThat(get("key").isComplete()).isFalse();
        assertThat(calls).hasSize(2);
    }

    @Test
    void anOverloadIsNoReasonToPause() {
        get("key");
        fail(new PolicyException(ErrorCode.OVERLOADED, "full"));

        get("key");

        assertThat(calls).hasSize(2);
    }

    @Test
    void whatThrowsFailsLikeAnyOtherLoad() {
        Future<String> asked = lookup.get("key", call(), (_, _) -> {
            throw down;
        });

        assertThat(asked.cause()).isSameAs(down);
        assertThat(lookup.pending()).isZero();
    }

    @Test
    void aValueForThoseWhoWaitAloneIsNotHeld() {
        Future<String> asked = get("key");
        answer(new Loaded<>("once", NONE, NONE, 1));

        assertThat(asked.result()).isEqualTo("once");
        assertThat(get("key").isComplete()).isFalse();
    }

    @Test
    void theLoadsAtOnceAreBounded() {
        lookup = lookup(LookupOptions.of(100).withPending(2, 10));
        get("a");
        get("b");

        requireOverload(get("c"));
        assertThat(get("a").isComplete()).isFalse();
        answer(value("a"));

        assertThat(get("c").isComplete()).isFalse();
    }

    @Test
    void thoseWhoWaitForOneLoadAreBounded() {
        lookup = lookup(LookupOptions.of(100).withPending(10, 2));
        get("key");
        Cancellation second = new Cancellation();
        get("key", second);

        requireOverload(get("key"));
        second.cancel();

        assertThat(get("key").isComplete()).isFalse();
    }

    @Test
    void whatTheValuesWeighIsBounded() {
        for (int i = 0; i < 100; i++) {
            get("key" + i);
            answer(new Loaded<>("value", FRESH, STALE, 10));
        }

        assertThat(lookup.weight()).isLessThanOrEqualTo(100);
    }

    @Test
    void aSmallerLookupEvictsAndNeverGrowsBeyondItsOptions() {
        for (int i = 0; i < 10; i++) {
            get("key" + i);
            answer(new Loaded<>("value", FRESH, STALE, 10));
        }

        lookup.resize(50);
        assertThat(lookup.weight()).isPositive().isLessThanOrEqualTo(50);
        lookup.resize(1_000_000);
        for (int i = 0; i < 100; i++) {
            get("other" + i);
            answer(new Loaded<>("value", FRESH, STALE, 10));
        }

        assertThat(lookup.weight()).isBetween(51L, 100L);
    }

    @Test
    void theFailuresThatAreRememberedAreBounded() {
        for (int i = 0; i < 20_000; i++) {
            get("key" + i);
            fail(down);
        }
        int before = calls.size();

        for (int i = 0; i < 20_000; i++) {
            get("key" + i);
        }

        assertThat(calls.size() - before).isGreaterThan(200);
    }

    @Test
    void aLoadThatNobodyWaitsForIsCancelled() {
        Cancellation first = new Cancellation();
        Cancellation second = new Cancellation();
        Future<String> one = get("key", first);
        Future<String> other = get("key", second);

        first.cancel();
        assertThat(one.cause()).isInstanceOf(StoppedException.class);
        assertThat(calls.getFirst().cancellation().isCancelled()).isFalse();
        second.cancel();

        assertThat(other.cause()).isInstanceOf(StoppedException.class);
        assertThat(calls.getFirst().cancellation().isCancelled()).isTrue();
        assertThat(get("key").isComplete()).isFalse();
        assertThat(calls).hasSize(2);
        fail(down);
        answer(value("a"));
        assertThat(get("key").result()).isEqualTo("a");
        assertThat(lookup.pending()).isZero();
    }

    @Test
    void aLoadAheadGoesOnThoughNobodyWaits() {
        get("key");
        answer(value("a"));
        pass(FRESH.multipliedBy(95).dividedBy(100));
        Cancellation gone = new Cancellation();
        get("key", gone);

        gone.cancel();

        assertThat(calls.getLast().cancellation().isCancelled()).isFalse();
    }

    @Test
    void aKeptLoadGoesOnThoughNobodyWaits() {
        lookup = lookup(LookupOptions.of(100).withKeptLoads());
        Cancellation gone = new Cancellation();
        Future<String> left = get("key", gone);

        gone.cancel();
        assertThat(left.cause()).isInstanceOf(StoppedException.class);
        assertThat(calls.getFirst().cancellation().isCancelled()).isFalse();
        Future<String> next = get("key");
        answer(value("a"));

        assertThat(next.result()).isEqualTo("a");
        assertThat(calls).hasSize(1);
        assertThat(lookup.pending()).isZero();
    }

    @Test
    void oneWhoWaitsLeavesNothingWithItsCall() {
        Cancellation cancellation = new Cancellation();
        get("key", cancellation);

        answer(value("a"));

        assertThat(cancellation.isUntouched()).isTrue();
    }

    @Test
    void reloadsUnlessItHasBeenLoadedAMomentAgo() {
        get("key");
        answer(value("a"));

        assertThat(reload("key").result()).isEqualTo("a");
        pass(Duration.ofSeconds(5));
        Future<String> asked = reload("key");
        reload("key");

        assertThat(calls).hasSize(2);
        answer(value("b"));
        assertThat(asked.result()).isEqualTo("b");
    }

    @Test
    void reloadGivesTheHeldValueIfItFails() {
        get("key");
        answer(value("a"));
        pass(Duration.ofSeconds(5));

        Future<String> asked = reload("key");
        fail(down);

        assertThat(asked.result()).isEqualTo("a");
        assertThat(reload("key").result()).isEqualTo("a");
        assertThat(calls).hasSize(2);
    }

    @Test
    void preparesWhatWillBeAskedFor() {
        lookup.prefetch("key", this::load);
        lookup.prefetch("key", this::load);
        answer(value("a"));

        lookup.prefetch("key", this::load);

        assertThat(calls).hasSize(1);
        assertThat(get("key").result()).isEqualTo("a");
        assertThat(lookup.held("key")).isEqualTo("a");
    }

    @Test
    void whatIsForgottenIsNotHeldByALoadThatWasUnderWay() {
        Future<String> asked = get("key");

        lookup.forgetAll();
        answer(value("old"));

        assertThat(asked.result()).isEqualTo("old");
        assertThat(lookup.held("key")).isNull();
    }

    @Test
    void eachIsToldOnItsOwnEventLoop() throws InterruptedException {
        Vertx vertx = Vertx.vertx();
        try {
            CountDownLatch asked = new CountDownLatch(4);
            CountDownLatch told = new CountDownLatch(4);
            AtomicInteger elsewhere = new AtomicInteger();
            Promise<Loaded<String>> load = Promise.promise();
            for (int i = 0; i < 4; i++) {
                Context loop = ((VertxInternal) vertx).createEventLoopContext();
                loop.runOnContext(_ -> {
                    Thread mine = Thread.currentThread();
                    lookup.get("key", call(), (_, _) -> load.future()).onComplete(_ -> {
                        if (!mine.equals(Thread.currentThread())) {
                            elsewhere.incrementAndGet();
                        }
                        told.countDown();
                    });
                    asked.countDown();
                });
            }
            assertThat(asked.await(30, TimeUnit.SECONDS)).isTrue();

            load.complete(value("a"));

            assertThat(told.await(30, TimeUnit.SECONDS)).isTrue();
            assertThat(elsewhere).hasValue(0);
        } finally {
            vertx.close();
        }
    }

    private Lookup<String, String> lookup(LookupOptions options) {
        return new Lookup<>(options.withRetryPause(PAUSE), now::get, meter);
    }

    private Future<String> get(String key) {
        return get(key, new Cancellation());
    }

    private Future<String> get(String key, Cancellation cancellation) {
        return lookup.get(key, new Call("id", 1, 0, cancellation), this::load);
    }

    private Future<String> reload(String key) {
        return lookup.reload(key, call(), Duration.ofSeconds(5), this::load);
    }

    private static Call call() {
        return new Call("id", 1, 0, new Cancellation());
    }

    private Future<Loaded<String>> load(String key, Call call) {
        assertThat(key).isNotEmpty();
        calls.add(call);
        Promise<Loaded<String>> load = Promise.promise();
        loads.add(load);
        return load.future();
    }

    private static Loaded<String> value(String value) {
        return new Loaded<>(value, FRESH, STALE, 1);
    }

    private void answer(Loaded<String> loaded) {
        loads.remove().complete(loaded);
    }

    private void fail(Throwable cause) {
        loads.remove().fail(cause);
    }

    private void pass(Duration time) {
        now.addAndGet(time.toNanos());
    }

    private static void requireOverload(Future<String> refused) {
        assertThat(refused.cause())
                .isInstanceOfSatisfying(
                        PolicyException.class,
                        failure -> assertThat(failure.code()).isEqualTo(ErrorCode.OVERLOADED));
    }
}
