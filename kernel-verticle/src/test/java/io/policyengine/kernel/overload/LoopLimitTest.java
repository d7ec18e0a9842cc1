package io.policyengine.kernel.overload;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.config.AdaptiveLimitConfig;
import io.policyengine.core.config.Priority;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The adaptive limit on a simulated event loop: what it can do in a second is known exactly, and so is what is asked of it. */
class LoopLimitTest {
    private static final Duration TARGET = Duration.ofMillis(20);
    private static final Duration DEFAULT_TARGET = Duration.ofMillis(100);

    /** An exchange takes 0.5 ms of the loop, a refusal 10 us: so 2,000 exchanges a second. */
    private static final long EXCHANGE = 500_000;

    private static final long REFUSAL = 10_000;
    private static final double CAPACITY = 1e9 / EXCHANGE;

    /** The part that may be refused where waits happen to stay as long as they are for half a second. */
    private static final double ALMOST_NOTHING = 0.01;

    private static final Source ORDINARY = new Source(Priority.NORMAL, "r", "c", 1);

    private final Loop loop = new Loop(new AdaptiveLimitConfig(true, TARGET));

    /** Somebody who asks: a part of all that is asked. */
    private record Source(Priority priority, String route, String client, double part, int bytes) {
        Source(Priority priority, String route, String client, double part) {
            this(priority, route, client, part, 500);
        }

        /** By how much longer its messages take. */
        int times() {
            return 1 + bytes / 4096;
        }
    }

    private static final class Counts {
        private int served;
        private int refused;

        double refusedPart() {
            return (double) refused / (served + refused);
        }

        void add(Loop loop) {
            served += loop.served();
            refused += loop.refused();
        }

        void add(Loop loop, Source source) {
            Counts its = Objects.requireNonNull(loop.counts.get(source));
            served += its.served;
            refused += its.refused;
        }
    }

    /** An event loop that takes up in each turn whatever has come before it. */
    private static final class Loop {
        private final Random random = new Random(19);
        private final Queue<Runnable> endOfTurn = new ArrayDeque<>();
        private final LoopLimit limit;
        private long now = 1;
        private long exchange = EXCHANGE;
        private int mostInTurn = Integer.MAX_VALUE;
        private boolean varies;
        private double arrival;
        /** The time at which the loop stands still, and for how long. */
        private long pauseAt = Long.MAX_VALUE;

        private long pause;
        private Map<Source, Counts> counts = new HashMap<>();
        private List<Long> latencies = new ArrayList<>();

        Loop(AdaptiveLimitConfig config) {
            limit = new LoopLimit(() -> now, endOfTurn::add, random, config);
        }

        /** Serves so many requests a second, for a time. */
        void run(Duration time, double perSecond, Source... sources) {
            counts = new HashMap<>();
            latencies = new ArrayList<>();
            Arrays.stream(sources).forEach(source -> counts.put(source, new Counts()));
            long end = now + time.toNanos();
            if (arrival == 0) {
                arrival = now;
            }
            while (now < end) {
                now = Math.max(now, (long) Math.ceil(arrival));
                long turn = now;
                for (int i = 0; arrival <= turn && i < mostInTurn; i++) {
                    serve(oneOf(sources), (long) arrival);
                    arrival -= Math.log(1 - random.nextDouble()) * 1e9 / perSecond;
                }
                endOfTurn.forEach(Runnable::run);
                endOfTurn.clear();
            }
        }

        private Source oneOf(Source... sources) {
            double at = random.nextDouble();
            for (Source source : sources) {
                at -= source.part();
                if (at <= 0) {
                    return source;
                }
            }
            return sources[sources.length - 1];
        }

        private void serve(Source source, long arrival) {
            limit.arrived();
            Counts its = Objects.requireNonNull(counts.get(source));
            if (limit.admits(source.priority(), source.route(), source.client(), source.bytes())) {
                now += source.times() * (varies ? (long) (-Math.log(1 - random.nextDouble()) * exchange) : exchange);
                its.served++;
                latencies.add(now - arrival);
            } else {
                now += source.times() * REFUSAL;
                its.refused++;
            }
            if (now >= pauseAt) {
                pauseAt = Long.MAX_VALUE;
                now += pause;
            }
        }

        /** Stands still for a time, after the next exchange that ends later than in {@code after}. */
        void pauseAfter(Duration after, Duration time) {
            pauseAt = now + after.toNanos();
            pause = time.toNanos();
        }

        int served() {
            return counts.values().stream().mapToInt(its -> its.served).sum();
        }

        int refused() {
            return counts.values().stream().mapToInt(its -> its.refused).sum();
        }

        double refusedPart(Source source) {
            return Objects.requireNonNull(counts.get(source)).refusedPart();
        }

        Duration longest() {
            return Duration.ofNanos(
                    latencies.stream().mapToLong(Long::longValue).max().orElse(0));
        }

        Duration p99() {
            long[] sorted =
                    latencies.stream().mapToLong(Long::longValue).sorted().toArray();
            return Duration.ofNanos(sorted[sorted.length * 99 / 100]);
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.1, 0.5, 0.8, 0.9})
    void refusesNothingAtALoadThatTheLoopSustains(double load) {
        loop.run(Duration.ofMinutes(2), load * CAPACITY, ORDINARY);

        assertThat(loop.refused()).isZero();
        assertThat(loop.limit.state().rate()).isZero();
    }

    @ParameterizedTest
    @ValueSource(doubles = {1.2, 1.5, 2, 3})
    void servesAlmostAllThatItCanAndInTimeHoweverMuchIsAsked(double load) {
        loop.run(Duration.ofSeconds(30), 0.95 * CAPACITY, ORDINARY);
        Duration atPeak = loop.p99();
        loop.run(Duration.ofSeconds(4), load * CAPACITY, ORDINARY);
        loop.run(Duration.ofSeconds(30), load * CAPACITY, ORDINARY);

        // What refusals themselves cost is not there for exchanges.
        double possible = CAPACITY - loop.refused() / 30.0 * REFUSAL / EXCHANGE;
        assertThat(loop.served() / 30.0).isGreaterThan(0.95 * possible);
        assertThat(loop.p99()).isLessThan(atPeak.multipliedBy(3));
        assertThat(loop.limit.state().rate()).isBetween(0.8 * CAPACITY, 1.1 * CAPACITY);
    }

    /** The default of {@code limits.adaptive.target_lag_ms}: a twentieth of the time that Envoy waits for an answer. */
    @ParameterizedTest
    @ValueSource(doubles = {1.5, 2, 3})
    void theDefaultServesAlmostAllThatItCanAndInTime(double load) {
        Loop byDefault = new Loop(new AdaptiveLimitConfig(true, DEFAULT_TARGET));
        byDefault.run(Duration.ofSeconds(5), 0.8 * CAPACITY, ORDINARY);
        byDefault.run(Duration.ofSeconds(4), load * CAPACITY, ORDINARY);
        byDefault.run(Duration.ofSeconds(30), load * CAPACITY, ORDINARY);

        double possible = CAPACITY - byDefault.refused() / 30.0 * REFUSAL / EXCHANGE;
        assertThat(byDefault.served() / 30.0).isGreaterThan(0.95 * possible);
        assertThat(byDefault.longest()).isLessThan(Duration.ofMillis(500));
    }

    /** The first refusal of a process makes the JVM throw code away: for a moment the loop can do half of what it could. */
    @ParameterizedTest
    @ValueSource(ints = {200, 500, 700})
    void aSlumpOfTheLoopRefusesNothingByDefault(int millis) {
        Loop byDefault = new Loop(new AdaptiveLimitConfig(true, DEFAULT_TARGET));
        int refused = 0;
        for (int i = 0; i < 20; i++) {
            byDefault.run(Duration.ofSeconds(4), 0.8 * CAPACITY, ORDINARY);
            refused += byDefault.refused();
            byDefault.exchange = EXCHANGE * 3 / 2;
            byDefault.run(Duration.ofMillis(millis), 0.8 * CAPACITY, ORDINARY);
            refused += byDefault.refused();
            byDefault.exchange = EXCHANGE;
        }

        assertThat(refused).isZero();
    }

    /** In the first two seconds of a process, the loop serves less than is asked of it, because its code is not compiled. */
    @Test
    void refusesNothingInTheFirstSecondsOfALoopThatSustainsTheLoad() {
        int refused = 0;
        for (int i = 0; i < 20; i++) {
            Loop cold = new Loop(new AdaptiveLimitConfig(true, DEFAULT_TARGET));
            cold.exchange = EXCHANGE * 2;
            cold.run(Duration.ofMillis(400), 0.8 * CAPACITY, ORDINARY);
            refused += cold.refused();
            cold.exchange = EXCHANGE * 4 / 3;
            cold.run(Duration.ofSeconds(1), 0.8 * CAPACITY, ORDINARY);
            refused += cold.refused();
            cold.exchange = EXCHANGE;
            cold.run(Duration.ofSeconds(10), 0.8 * CAPACITY, ORDINARY);
            refused += cold.refused();
        }

        assertThat(refused).isZero();
    }

    /** A start under twice the load of which the loop is capable: what is endured at the start ends soon. */
    @ParameterizedTest
    @ValueSource(doubles = {1.5, 2, 3})
    void servesInTimeSoonAfterAStartUnderOverload(double load) {
        Loop cold = new Loop(new AdaptiveLimitConfig(true, DEFAULT_TARGET));
        cold.run(Duration.ofMillis(3500), load * CAPACITY, ORDINARY);
        assertThat(cold.limit.state().rate()).isPositive();

        cold.run(Duration.ofSeconds(5), load * CAPACITY, ORDINARY);

        assertThat(cold.served() / 5.0).isGreaterThan(0.9 * CAPACITY);
        assertThat(cold.longest()).isLessThan(Duration.ofMillis(500));
    }

    @Test
    void aPauseOfAllThatRunsRefusesNothing() {
        for (int i = 0; i < 100; i++) {
            loop.run(Duration.ofSeconds(1), 0.6 * CAPACITY, ORDINARY);
            loop.now += Duration.ofMillis(80).toNanos();

            assertThat(loop.refused()).isZero();
        }
    }

    @ParameterizedTest
    @CsvSource({"0.8, 50", "0.8, 180", "0.8, 400", "0.9, 50", "0.9, 180"})
    void aPauseOfAllThatRunsRefusesAlmostNothingHoweverLongWhatItLeftTakes(double load, int millis) {
        Counts counts = new Counts();
        for (int i = 0; i < 50; i++) {
            loop.pauseAfter(Duration.ofMillis(500), Duration.ofMillis(millis));
            loop.run(Duration.ofSeconds(5), load * CAPACITY, ORDINARY);
            counts.add(loop);
        }

        assertThat(counts.refusedPart()).isLessThan(ALMOST_NOTHING);
    }

    @Test
    void aPauseWhileAnotherIsMadeUpForRefusesAlmostNothing() {
        Counts counts = new Counts();
        for (int i = 0; i < 50; i++) {
            loop.pauseAfter(Duration.ofMillis(200), Duration.ofMillis(150));
            loop.run(Duration.ofMillis(500), 0.8 * CAPACITY, ORDINARY);
            counts.add(loop);
            loop.pauseAfter(Duration.ZERO, Duration.ofMillis(100));
            loop.run(Duration.ofSeconds(4), 0.8 * CAPACITY, ORDINARY);
            counts.add(loop);
        }

        assertThat(counts.refusedPart()).isLessThan(ALMOST_NOTHING);
    }

    /** Exchanges that take longer or shorter by chance, and twice as long for 300 ms: another process has the processor, too. */
    @Test
    void aNeighbourForAMomentLeadsToAlmostNoRefusal() {
        loop.varies = true;
        Counts counts = new Counts();
        for (int i = 0; i < 100; i++) {
            loop.run(Duration.ofSeconds(3), 0.8 * CAPACITY, ORDINARY);
            counts.add(loop);
            loop.exchange = 2 * EXCHANGE;
            loop.run(Duration.ofMillis(300), 0.8 * CAPACITY, ORDINARY);
            loop.exchange = EXCHANGE;
            counts.add(loop);
        }

        assertThat(counts.refusedPart()).isLessThan(ALMOST_NOTHING);
    }

    /** What is read from a connection in one turn is bounded, so the wait within turns stays the same while more and more waits in sockets. */
    @Test
    void waitsThatStayAsLongAsTheyAreAreOverloadToo() {
        loop.mostInTurn = 300;
        loop.run(Duration.ofSeconds(4), 1.5 * CAPACITY, ORDINARY);
        loop.run(Duration.ofSeconds(10), 1.5 * CAPACITY, ORDINARY);

        assertThat(loop.served() / 10.0).isGreaterThan(0.94 * CAPACITY);
        assertThat(loop.p99()).isLessThan(TARGET.multipliedBy(4));
    }

    /** The queue in the sockets gets longer and longer, while clients choose what their requests cost so that waits within turns mostly fall. */
    @Test
    void waitsThatMostlyFallAreOverloadTooIfTheyDoNotEnd() {
        loop.mostInTurn = 300;
        long end = loop.now + Duration.ofSeconds(10).toNanos();
        for (int turn = 0; loop.now < end; turn++) {
            loop.exchange = (long) (EXCHANGE * Math.pow(0.92, turn % 6));
            loop.run(Duration.ofNanos(1), 3 * CAPACITY, ORDINARY);
        }

        assertThat(loop.limit.state().rate()).isPositive();
    }

    @ParameterizedTest
    @ValueSource(longs = {500_000, 5_000_000})
    void refusesWithinTwoSecondsWhereThreeTimesAsMuchIsAsked(long exchange) {
        loop.exchange = exchange;
        double capacity = 1e9 / exchange;
        loop.run(Duration.ofSeconds(5), 0.8 * capacity, ORDINARY);
        assertThat(loop.refused()).isZero();

        loop.run(Duration.ofSeconds(2), 3 * capacity, ORDINARY);

        assertThat(loop.limit.state().rate()).isPositive();
    }

    /** The loop finds more each time that it looks, and takes all of it up: by the third time, that is the work of ten seconds. */
    @Test
    void aTurnThatDoesNotEndIsOverloadBeforeItDoes() {
        loop.run(Duration.ofSeconds(5), 0.8 * CAPACITY, ORDINARY);
        loop.run(Duration.ofSeconds(2), 10 * CAPACITY, ORDINARY);

        assertThat(loop.longest()).isLessThan(Duration.ofSeconds(2));
        assertThat(loop.limit.state().rate()).isPositive();
    }

    @Test
    void endsSoonAfterTheOverload() {
        loop.run(Duration.ofSeconds(5), 3 * CAPACITY, ORDINARY);
        assertThat(loop.refused()).isPositive();

        loop.run(Duration.ofSeconds(2), 0.8 * CAPACITY, ORDINARY);
        loop.run(Duration.ofSeconds(10), 0.8 * CAPACITY, ORDINARY);

        assertThat(loop.refused()).isZero();
        assertThat(loop.limit.state().rate()).isZero();
    }

    @Test
    void endsWhereNothingIsAskedAnyMore() {
        loop.run(Duration.ofSeconds(5), 3 * CAPACITY, ORDINARY);

        loop.now += Duration.ofSeconds(2).toNanos();
        loop.arrival = loop.now;
        loop.run(Duration.ofMillis(50), 0.5 * CAPACITY, ORDINARY);

        assertThat(loop.refused()).isZero();
    }

    /** A pulse, and silence: nothing comes that would end the limit, and no alert must go on because of it. */
    @Test
    void isToldToHaveEndedWhereNothingIsAskedAnyMore() {
        loop.run(Duration.ofSeconds(5), 3 * CAPACITY, ORDINARY);
        assertThat(loop.limit.state().rate()).isPositive();

        loop.now += Duration.ofSeconds(2).toNanos();

        assertThat(loop.limit.state()).isEqualTo(LoopLimit.State.NONE);
    }

    @Test
    void refusesLowPrioritiesFirst() {
        Source critical = new Source(Priority.CRITICAL, "login", "c", 0.1);
        Source high = new Source(Priority.HIGH, "pay", "c", 0.1);
        Source normal = new Source(Priority.NORMAL, "read", "c", 0.3);
        Source low = new Source(Priority.LOW, "report", "c", 0.5);

        loop.run(Duration.ofSeconds(4), 3 * CAPACITY, critical, high, normal, low);
        loop.run(Duration.ofSeconds(20), 3 * CAPACITY, critical, high, normal, low);

        assertThat(loop.refusedPart(critical)).isZero();
        assertThat(loop.refusedPart(high)).isLessThan(0.02);
        // Of 0.9 of what the loop can do there is half.
        assertThat(loop.refusedPart(normal)).isBetween(0.5, 0.75);
        assertThat(loop.refusedPart(low)).isGreaterThan(0.99);
    }

    @Test
    void refusesWhatIsCriticalOnlyWhereItIsTooMuchByItself() {
        Source critical = new Source(Priority.CRITICAL, "login", "c", 1);

        loop.run(Duration.ofSeconds(4), 2 * CAPACITY, critical);
        loop.run(Duration.ofSeconds(10), 2 * CAPACITY, critical);

        assertThat(loop.refusedPart(critical)).isBetween(0.45, 0.6);
    }

    @Test
    void aFloodOfOneRouteTakesNothingFromOthersOfTheSamePriority() {
        Source flood = new Source(Priority.NORMAL, "flooded", "c", 0.9);
        Source other = new Source(Priority.NORMAL, "other", "c", 0.1);

        loop.run(Duration.ofSeconds(4), 3 * CAPACITY, flood, other);
        loop.run(Duration.ofSeconds(20), 3 * CAPACITY, flood, other);

        assertThat(loop.refusedPart(other)).isLessThan(0.02);
        assertThat(loop.refusedPart(flood)).isGreaterThan(0.6);
    }

    /** All that was asked for before the limit had begun to be served, so nobody had less than another. */
    @Test
    void theFirstThatAreRefusedWhenAFloodBeginsAreThoseOfTheFlood() {
        Source flood = new Source(Priority.NORMAL, "flooded", "10.0.0.1", 0.98);
        Source other = new Source(Priority.NORMAL, "other", "10.0.0.2", 0.02);
        loop.mostInTurn = 300;
        Counts others = new Counts();
        for (int i = 0; i < 20; i++) {
            loop.run(Duration.ofSeconds(1), 3 * CAPACITY, flood, other);
            others.add(loop, other);
            loop.now += Duration.ofSeconds(2).toNanos();
            loop.arrival = loop.now;
        }

        assertThat(others.refusedPart()).isLessThan(0.02);
    }

    @Test
    void aClientThatFloodsTakesNothingFromOthersOfTheSameRoute() {
        Source flood = new Source(Priority.NORMAL, "r", "10.0.0.1", 0.9);
        Source other = new Source(Priority.NORMAL, "r", "10.0.0.2", 0.05);
        Source third = new Source(Priority.NORMAL, "r", "10.0.0.3", 0.05);

        loop.run(Duration.ofSeconds(4), 3 * CAPACITY, flood, other, third);
        loop.run(Duration.ofSeconds(20), 3 * CAPACITY, flood, other, third);

        assertThat(loop.refusedPart(other)).isLessThan(0.02);
        assertThat(loop.refusedPart(third)).isLessThan(0.02);
    }

    @Test
    void fewClientsWithLongMessagesTakeNothingFromOthersThatAskMoreOften() {
        Source heavy = new Source(Priority.NORMAL, "r", "10.0.0.1", 0.4, 47_000);
        Source other = new Source(Priority.NORMAL, "r", "10.0.0.2", 0.6);

        // By their number, it is the other client that asks for most.
        loop.run(Duration.ofSeconds(4), 0.5 * CAPACITY, heavy, other);
        loop.run(Duration.ofSeconds(20), 0.5 * CAPACITY, heavy, other);

        assertThat(loop.refusedPart(other)).isLessThan(0.02);
        assertThat(loop.refusedPart(heavy)).isGreaterThan(0.6);
    }

    @Test
    void aFloodOfManyClientsTakesNothingFromTheOnlyClientOfAnotherRoute() {
        Source[] sources = new Source[2001];
        sources[0] = new Source(Priority.NORMAL, "other", "10.0.0.1", 0.05);
        for (int i = 1; i < sources.length; i++) {
            sources[i] = new Source(Priority.NORMAL, "flooded", "c" + i, 0.95 / (sources.length - 1));
        }

        loop.run(Duration.ofSeconds(4), 2 * CAPACITY, sources);
        loop.run(Duration.ofSeconds(20), 2 * CAPACITY, sources);

        assertThat(loop.refusedPart(sources[0])).isLessThan(0.02);
    }

    @Test
    void refusesNothingWhereItIsOff() {
        Loop off = new Loop(new AdaptiveLimitConfig(false, TARGET));

        off.run(Duration.ofSeconds(5), 3 * CAPACITY, ORDINARY);

        assertThat(off.refused()).isZero();
    }

    @Test
    void refusesNothingOnceItIsTurnedOff() {
        loop.run(Duration.ofSeconds(5), 3 * CAPACITY, ORDINARY);

        loop.limit.apply(new AdaptiveLimitConfig(false, TARGET));
        loop.run(Duration.ofSeconds(5), 3 * CAPACITY, ORDINARY);

        assertThat(loop.refused()).isZero();
    }
}
