package io.policyengine.kernel.overload;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.config.Priority;
import io.policyengine.kernel.overload.SimulatedWorkers.Limit;
import io.policyengine.kernel.overload.SimulatedWorkers.Source;
import io.policyengine.testkit.time.FakeTicker;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Queue;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The limit of calls in flight at simulated replicas. */
class ReplicaLimitTest {
    /** A chat of 15 KB takes 6 ms of the processor, so 167 calls a second. */
    private static final Duration WORK = Duration.ofMillis(6);

    private static final double CAPACITY = 1e9 / WORK.toNanos();
    private static final Source CHAT = Source.of("chat", 1, WORK);
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final SimulatedWorkers workers = new SimulatedWorkers();

    @BeforeEach
    void start() {
        workers.add(() -> new Own(workers));
    }

    /** The limit of the kernel. */
    static final class Own implements Limit {
        private final ReplicaLimit limit;

        Own(SimulatedWorkers workers) {
            limit = new ReplicaLimit(() -> workers.now, new Random(7));
        }

        @Override
        public boolean admits(Source source) {
            return limit.admits(
                    new CallOrigin(source.priority(), source.route(), source.client(), false, false),
                    SimulatedWorkers.TIMEOUT.toNanos());
        }

        @Override
        public Object began() {
            return limit.began();
        }

        @Override
        public void ended(Object begun, Source source, boolean isAnswered) {
            limit.ended((ReplicaLimit.Begun) begun, source.chain(), isAnswered ? CallEnd.ANSWERED : CallEnd.LATE);
        }
    }

    /** The response phase of an exchange whose request a worker has processed: its refusal would waste that work. */
    @Test
    void admitsACallOfAnExchangeThatGoesOnWhileItRefusesNewOnes() {
        FakeTicker ticker = new FakeTicker();
        ReplicaLimit limit = new ReplicaLimit(ticker, new Random(1));
        long timeout = SimulatedWorkers.TIMEOUT.toNanos();
        CallOrigin begins = new CallOrigin(Priority.NORMAL, "r", "c", false, false);
        Queue<ReplicaLimit.Begun> inFlight = new ArrayDeque<>();
        for (int i = 0; i < 200; i++) {
            int most = i < 40 ? 1 : 60;
            while (inFlight.size() < most && limit.admits(begins, timeout)) {
                inFlight.add(limit.began());
            }
            ticker.advance(Duration.ofMillis(10));
            limit.ended(Objects.requireNonNull(inFlight.poll()), 1, CallEnd.ANSWERED);
        }
        while (limit.admits(begins, timeout)) {
            inFlight.add(limit.began());
        }

        assertThat(limit.admits(new CallOrigin(Priority.NORMAL, "r", "c", true, true), timeout))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.1, 0.5, 0.8})
    void refusesNothingAtALoadThatTheReplicaSustains(double load) {
        workers.run(SECOND.multipliedBy(120), load * CAPACITY, CHAT);

        assertThat(workers.refused()).isZero();
        assertThat(workers.late()).isZero();
    }

    @Test
    void aPauseRefusesNothing() {
        for (int i = 0; i < 20; i++) {
            workers.run(SECOND, 0.8 * CAPACITY, CHAT);
            workers.pause(Duration.ofMillis(100));
            workers.run(SECOND.multipliedBy(2), 0.8 * CAPACITY, CHAT);

            assertThat(workers.refused()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {1.5, 2, 3})
    void servesInTimeWhatItCanFromTheFirstSecondOn(double load) {
        workers.run(SECOND.multipliedBy(10), 0.5 * CAPACITY, CHAT);

        workers.run(SECOND.multipliedBy(5), load * CAPACITY, CHAT);

        assertThat(workers.served() / 5.0).isGreaterThan(0.95 * CAPACITY);
        assertThat(workers.late()).isZero();
        workers.run(SECOND.multipliedBy(60), load * CAPACITY, CHAT);
        assertThat(workers.served() / 60.0).isGreaterThan(0.95 * CAPACITY);
        assertThat(workers.runForNobody()).isZero();
        assertThat(workers.longest()).isLessThan(SimulatedWorkers.TIMEOUT.dividedBy(2));
    }

    @ParameterizedTest
    @ValueSource(doubles = {1.5, 3})
    void endsWithinASecondAfterTheOverload(double load) {
        workers.run(SECOND.multipliedBy(10), load * CAPACITY, CHAT);
        assertThat(workers.refused()).isPositive();

        workers.run(SECOND, 0.8 * CAPACITY, CHAT);
        workers.run(SECOND.multipliedBy(10), 0.8 * CAPACITY, CHAT);

        assertThat(workers.refused()).isZero();
        assertThat(workers.longest()).isLessThan(SimulatedWorkers.TIMEOUT.dividedBy(2));
    }

    /** Whatever chance brings: a replica whose answers are all too late must get fewer calls, until it answers in time. */
    @Test
    void aSlowReplicaBesideAFastOneNeverStaysTooLate() {
        for (int seed = 0; seed < 40; seed++) {
            SimulatedWorkers two = new SimulatedWorkers();
            two.add(() -> new Own(two));
            two.add(() -> new Own(two), 4);
            double possible = 1.25 * CAPACITY;
            two.run(SECOND.multipliedBy(10 + seed), 0.5 * possible, CHAT);
            two.run(SECOND.multipliedBy(5), 3 * possible, CHAT);

            two.run(SECOND.multipliedBy(20), 3 * possible, CHAT);

            assertThat(two.served() / 20.0).as("seed %d", seed).isGreaterThan(0.95 * possible);
        }
    }

    @Test
    void followsAReplicaThatBecomesSlower() {
        workers.run(SECOND.multipliedBy(10), 2 * CAPACITY, CHAT);
        workers.slow(3);
        workers.run(SECOND.multipliedBy(2), 2 * CAPACITY, CHAT);

        workers.run(SECOND.multipliedBy(10), 2 * CAPACITY, CHAT);

        assertThat(workers.served() / 10.0).isGreaterThan(0.9 * CAPACITY / 3);
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 200, 300, 450})
    void aSlowTargetOfOneRouteTakesNothingFromAnother(int millis) {
        Source fast = Source.of("fast", 0.5, Duration.ofMillis(2));
        Source slow = Source.of("slow", 0.5, Duration.ofMillis(2), Duration.ofMillis(5));
        workers.run(SECOND.multipliedBy(5), 250, slow, fast);

        workers.slowTarget("slow", Duration.ofMillis(millis));
        workers.run(SECOND.multipliedBy(10), 250, slow, fast);

        assertThat(workers.refused()).isZero();
        assertThat(workers.late()).isZero();
    }

    /** Only fewer calls in flight show that the wait is not for the processor. */
    @ParameterizedTest
    @ValueSource(ints = {100, 300, 450})
    void aSlowTargetOfAllRoutesIsNoOverloadForLong(int millis) {
        Source only = Source.of("slow", 1, Duration.ofMillis(2), Duration.ofMillis(5));
        workers.run(SECOND.multipliedBy(5), 250, only);

        workers.slowTarget("slow", Duration.ofMillis(millis));
        workers.run(SECOND.multipliedBy(5), 250, only);
        workers.run(SECOND.multipliedBy(10), 250, only);

        assertThat(workers.refused()).isZero();
    }

    /** A cache in front of the target answers a few of the calls, which have the same chain. */
    @Test
    void callsThatNeedNoTargetDoNotMakeTheTimeOfTheOthersLookLikeWaiting() {
        Source hit = Source.of("r", 0.01, Duration.ofMillis(1));
        Source miss = Source.of("r", 0.99, Duration.ofMillis(1), Duration.ofMillis(250));
        workers.run(SECOND.multipliedBy(10), 100, hit, miss);

        workers.run(SECOND.multipliedBy(120), 100, hit, miss);

        assertThat(workers.refused()).isZero();
        assertThat(workers.late()).isZero();
    }

    @Test
    void burstsAreAdmittedSoonAfterTheReplicaIsFastAgain() {
        workers.run(SECOND.multipliedBy(10), 0.5 * CAPACITY, CHAT);
        workers.slow(10);
        workers.run(SECOND.multipliedBy(10), CAPACITY, CHAT);
        assertThat(workers.refused()).isPositive();
        workers.slow(1);
        bursts(30);

        assertThat(bursts(30)).isZero();
    }

    /** Makes ten calls at once, again and again, and returns how many were refused. */
    private int bursts(int number) {
        int refused = 0;
        for (int i = 0; i < number; i++) {
            workers.run(Duration.ofMillis(20), 500, CHAT);
            refused += workers.refused();
            workers.run(Duration.ofMillis(310), 1e-9, CHAT);
        }
        return refused;
    }

    @Test
    void aFloodOfOneRouteTakesLittleFromAnother() {
        Source flood = Source.of("flood", 0.95, WORK);
        Source other = Source.of("other", 0.05, WORK);
        workers.run(SECOND.multipliedBy(5), 3 * CAPACITY, flood, other);

        workers.run(SECOND.multipliedBy(20), 3 * CAPACITY, flood, other);

        assertThat(workers.counts(other).servedPart()).isGreaterThan(0.9);
        assertThat(workers.counts(flood).refusedPart()).isGreaterThan(0.6);
    }

    @Test
    void aFloodOfOneClientTakesLittleFromAnother() {
        Source flood = Source.of("r", 0.95, WORK);
        Source other = Source.of("r", 0.05, WORK).calledBy("10.0.0.2");
        workers.run(SECOND.multipliedBy(5), 3 * CAPACITY, flood, other);

        workers.run(SECOND.multipliedBy(20), 3 * CAPACITY, flood, other);

        assertThat(workers.counts(other).servedPart()).isGreaterThan(0.8);
    }

    @Test
    void refusesLowPrioritiesFirst() {
        Source high = Source.of("pay", 0.2, WORK).withPriority(Priority.HIGH);
        Source low = Source.of("report", 0.8, WORK).withPriority(Priority.LOW);
        workers.run(SECOND.multipliedBy(5), 3 * CAPACITY, high, low);

        workers.run(SECOND.multipliedBy(20), 3 * CAPACITY, high, low);

        assertThat(workers.counts(high).refusedPart()).isLessThan(0.02);
    }
}
