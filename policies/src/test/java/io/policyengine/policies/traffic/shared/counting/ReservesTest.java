package io.policyengine.policies.traffic.shared.counting;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.store.StoreException;
import io.policyengine.policies.shared.clientkey.ClientKey;
import io.policyengine.policies.traffic.shared.counting.CountingPolicy.CountStore;
import io.policyengine.policies.traffic.shared.counting.Reserves.Reserved;
import io.policyengine.policies.traffic.shared.limit.Algorithm;
import io.policyengine.policies.traffic.shared.limit.Limit;
import io.policyengine.testkit.policy.FakeEnvironment;
import io.policyengine.testkit.policy.FakeStore;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReservesTest {
    private static final long CAPACITY = 1_000;
    private static final long MINUTE = 60_000_000;
    private static final ClientKey ONE = new ClientKey.ByAddress();

    private final FakeEnvironment environment = new FakeEnvironment();
    private final FakeStore store = environment.useStore("redis");

    private static Limits limits(Algorithm algorithm) {
        return new Limits(List.of(algorithm.limit(new Limit.Named("l", ONE, null, false), MINUTE, CAPACITY, CAPACITY)));
    }

    private static Reserves reserves(Limits limits, FakeEnvironment instance) {
        return new Reserves(limits, limits, new CountStore("redis", "s", 100, 1, Duration.ZERO), instance);
    }

    private static Call call() {
        return new Call("r", 1, Long.MAX_VALUE / 2, new Cancellation());
    }

    private static LimitedRequest asked(long cost) {
        return new LimitedRequest(new String[] {"k"}, new long[] {cost});
    }

    private static long used(Limits limits, Reserves reserves) {
        return limits.used(0, reserves.reserve(call(), asked(0)).result().tally());
    }

    private static Future<Boolean> settle(Reserves reserves, Reservation reservation, long amount) {
        return reserves.settle(reservation, new long[] {amount});
    }

    /** A reservation under way, and the instance that made it. */
    private record Open(Reserves instance, Reservation reservation) {}

    @ParameterizedTest
    @EnumSource(Algorithm.class)
    void instancesNeverReserveMoreThanThereIsAndLoseNothing(Algorithm algorithm) {
        Limits limits = limits(algorithm);
        for (int seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            FakeEnvironment two = new FakeEnvironment();
            FakeStore shared = two.useStore("redis");
            FakeEnvironment other = new FakeEnvironment();
            shared.joinedBy(other);
            // Ids of two processes are never the same.
            for (int i = 0; i < 1_000; i++) {
                other.newId();
            }
            List<Reserves> instances = List.of(reserves(limits, two), reserves(limits, other));
            List<Open> open = new ArrayList<>();
            List<Open> settled = new ArrayList<>();
            long charged = 0;
            for (int i = 0; i < 60; i++) {
                Reserves instance = instances.get(random.nextInt(2));
                switch (random.nextInt(4)) {
                    case 0, 1 -> {
                        long cost = 1L + random.nextInt(200);
                        Reserved reserved =
                                instance.reserve(call(), asked(cost)).result();
                        boolean fits = charged + cost <= CAPACITY;
                        assertThat(reserved.denying() < 0)
                                .as("seed %d, step %d", seed, i)
                                .isEqualTo(fits);
                        if (fits) {
                            charged += cost;
                            open.add(new Open(instance, reserved.reservation()));
                        }
                    }
                    case 2 -> {
                        if (!open.isEmpty()) {
                            Open one = open.remove(random.nextInt(open.size()));
                            long reserved = one.reservation().amounts()[0];
                            long taken = random.nextBoolean() ? 0 : random.nextLong(2 * reserved);
                            // A stream may be settled by another instance, and the reply may be lost.
                            boolean isLost = random.nextInt(3) == 0;
                            if (isLost) {
                                shared.loseReplies();
                            }
                            Future<Boolean> done = settle(instance, one.reservation(), taken);
                            shared.recover();
                            two.advance(Duration.ZERO);
                            assertThat(done.isComplete()).isEqualTo(!isLost);
                            charged = Math.min(charged + taken - reserved, 2 * CAPACITY);
                            settled.add(one);
                        }
                    }
                    case 3 -> {
                        if (!settled.isEmpty()) {
                            Open again = settled.get(random.nextInt(settled.size()));
                            assertThat(settle(instance, again.reservation(), random.nextInt(500))
                                            .result())
                                    .isFalse();
                        }
                    }
                    default -> throw new AssertionError();
                }
                assertThat(used(limits, instance))
                        .as("seed %d, step %d", seed, i)
                        .isEqualTo(charged);
            }
            for (Open one : open) {
                settle(one.instance(), one.reservation(), 0);
                charged -= one.reservation().amounts()[0];
            }
            assertThat(used(limits, instances.getFirst())).as("seed %d", seed).isEqualTo(Math.max(0, charged));
        }
    }

    /** Whatever time passes: what is given back late is never more than if the request had been charged what it took at once. */
    @ParameterizedTest
    @EnumSource(Algorithm.class)
    void nothingIsGivenBackThatHasRunOutMeanwhile(Algorithm algorithm) {
        Limits limits = limits(algorithm);
        for (int seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            FakeEnvironment reserving = new FakeEnvironment();
            reserving.useStore("redis");
            FakeEnvironment knowing = new FakeEnvironment();
            knowing.useStore("redis");
            Reserves real = reserves(limits, reserving);
            Reserves ideal = reserves(limits, knowing);
            List<Open> open = new ArrayList<>();
            List<Long> taken = new ArrayList<>();
            for (int i = 0; i < 60; i++) {
                Duration pause = Duration.ofMillis(random.nextInt(15_000));
                reserving.advance(pause);
                knowing.advance(pause);
                Reserved reserved =
                        real.reserve(call(), asked(1 + random.nextInt(300))).result();
                if (reserved.denying() < 0) {
                    long amount = reserved.reservation().amounts()[0];
                    // A bucket is exact as long as one reservation is open: the others take what they reserve.
                    boolean takesAll = algorithm == Algorithm.GCRA && !open.isEmpty();
                    long takes = takesAll ? amount : 1 + random.nextLong(amount);
                    ideal.reserve(call(), asked(takes));
                    if (!takesAll) {
                        open.add(new Open(real, reserved.reservation()));
                        taken.add(takes);
                    }
                }
                while (!open.isEmpty() && random.nextInt(3) == 0) {
                    int which = random.nextInt(open.size());
                    settle(real, open.remove(which).reservation(), taken.remove(which));
                }
                assertThat(used(limits, real))
                        .as("seed %d, step %d", seed, i)
                        .isGreaterThanOrEqualTo(used(limits, ideal));
            }
        }
    }

    @Test
    void aWindowThatIsOverIsLeftAlone() {
        Limits limits = limits(Algorithm.FIXED_WINDOW);
        Reserves reserves = reserves(limits, environment);
        Reservation before = reserves.reserve(call(), asked(900)).result().reservation();
        environment.advance(Duration.ofMinutes(1));
        reserves.reserve(call(), asked(500));

        settle(reserves, before, 100);
        assertThat(used(limits, reserves)).isEqualTo(500);
    }

    @Test
    void moreThanWasReservedIsChargedUpToTwiceTheLimit() {
        Limits limits = limits(Algorithm.FIXED_WINDOW);
        Reserves reserves = reserves(limits, environment);
        Reservation one = reserves.reserve(call(), asked(10)).result().reservation();

        settle(reserves, one, Long.MAX_VALUE);
        assertThat(used(limits, reserves)).isEqualTo(2 * CAPACITY);
    }

    @Test
    void aSettlementThatIsNotTakenIsSentAgainAndChangesTheCountsOnce() {
        Limits limits = limits(Algorithm.FIXED_WINDOW);
        Reserves reserves = reserves(limits, environment);
        Reservation one = reserves.reserve(call(), asked(500)).result().reservation();

        store.loseReplies();
        Future<Boolean> settled = settle(reserves, one, 200);
        assertThat(settled.isComplete()).isFalse();
        store.recover();
        environment.advance(Duration.ofMillis(500));

        assertThat(settled.result()).as("the first one had been done").isFalse();
        assertThat(used(limits, reserves)).isEqualTo(200);
    }

    @Test
    void aSettlementThatIsNotTakenIsGivenUp() {
        Limits limits = limits(Algorithm.FIXED_WINDOW);
        Reserves reserves = reserves(limits, environment);
        Reservation one = reserves.reserve(call(), asked(500)).result().reservation();

        store.fail(StoreException.Kind.UNREACHABLE);
        int before = store.operations();
        Future<Boolean> settled = settle(reserves, one, 200);
        for (int i = 0; i < 40; i++) {
            environment.advance(Duration.ofSeconds(1));
        }
        assertThat(settled.failed()).isTrue();
        assertThat(store.operations() - before).isEqualTo(Reserves.ATTEMPTS);
        store.recover();
        assertThat(used(limits, reserves)).isEqualTo(500);
    }

    @Test
    void onlySoManySettlementsWait() {
        Limits limits = limits(Algorithm.FIXED_WINDOW);
        Reserves reserves = reserves(limits, environment);
        Reservation one = reserves.reserve(call(), asked(1)).result().reservation();
        store.fail(StoreException.Kind.UNREACHABLE);
        for (int i = 0; i < Reserves.MAX_WAITING; i++) {
            assertThat(settle(reserves, one, 0).isComplete()).isFalse();
        }
        assertThat(settle(reserves, one, 0).failed()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aReservationTravelsAsJson(boolean isSubstitute) {
        Limits limits = limits(Algorithm.SLIDING_WINDOW);
        Reserves reserves = reserves(limits, environment);
        Reservation one = (isSubstitute ? reserves.reserveHere(call(), asked(7)) : reserves.reserve(call(), asked(7)))
                .result()
                .reservation();

        assertThat(Reservation.of(one.toJson(), limits)).contains(one);
        assertThat(one.isSubstitute()).isEqualTo(isSubstitute);
        Limits others = new Limits(List.of(limits.get(0), limits.get(0)));
        assertThat(Reservation.of(one.toJson(), others)).isEmpty();
        assertThat(Reservation.of(null, limits)).isEmpty();
    }
}
