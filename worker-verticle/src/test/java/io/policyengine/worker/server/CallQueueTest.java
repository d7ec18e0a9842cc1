package io.policyengine.worker.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The queue of calls on a simulated event loop: what it can do in a second is known exactly, and so is what is asked of it. */
class CallQueueTest {
    /** The kernel gives up after a second; the worker's deadline is 100 ms before. */
    private static final long TIME = Duration.ofMillis(900).toNanos();

    private static final long MARGIN = Duration.ofMillis(100).toNanos();

    /** A call takes 5 ms of the loop on average: so 200 a second. */
    private static final long CALL = 5_000_000;

    private static final long READING = 30_000;
    private static final long REFUSAL = 30_000;
    private static final double CAPACITY = 1e9 / CALL;

    private final Loop loop = new Loop();

    /** An event loop that reads in each turn whatever has come, and then does what is due. */
    private static final class Loop {
        private final Random random = new Random(23);
        private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
        private final Queue<Runnable> afterReading = new ArrayDeque<>();
        private final PriorityQueue<Cancel> cancels =
                new PriorityQueue<>((one, other) -> Long.compare(one.at(), other.at()));
        private final QueueMeters ofQueue = new QueueMeters(meters);
        private final CallQueue queue;
        private long now = 1;
        private double arrival = 1;
        private double impatient;
        private final Set<Sent> open = new HashSet<>();
        private int served;
        private int refused;
        private int ran;
        private int forNobody;
        private List<Long> latencies = new ArrayList<>();

        private record Cancel(long at, Sent call) {}

        Loop() {
            queue = new CallQueue(() -> now, afterReading::add, 1_000, ofQueue);
        }

        private final class Sent extends QueuedCall {
            private final long sent;
            private final long leaves;

            Sent(long arrived, long sent, long leaves) {
                super(arrived, sent + TIME, Kind.REQUEST);
                this.sent = sent;
                this.leaves = leaves;
            }

            @Override
            void run() {
                ran++;
                now += (long) (-Math.log(1 - random.nextDouble()) * CALL);
                open.remove(this);
                if (isPastDeadline(now) || leaves <= now) {
                    forNobody++;
                } else {
                    served++;
                    latencies.add(now - sent);
                }
            }

            @Override
            void refuse(String why) {
                open.remove(this);
                refused++;
                now += REFUSAL;
            }
        }

        void run(Duration time, double perSecond) {
            served = refused = ran = forNobody = 0;
            latencies = new ArrayList<>();
            long end = now + time.toNanos();
            while (now < end) {
                read(perSecond);
                turn();
                if (afterReading.isEmpty()) {
                    now = Math.max(now, (long) Math.ceil(arrival));
                }
            }
        }

        void turn() {
            List<Runnable> due = new ArrayList<>(afterReading);
            afterReading.clear();
            due.forEach(Runnable::run);
        }

        private void read(double perSecond) {
            long turn = now;
            while (arrival <= turn) {
                long sent = (long) arrival;
                boolean leavesEarly = random.nextDouble() < impatient;
                long leaves = sent + (leavesEarly ? (long) (random.nextDouble() * TIME) : TIME + MARGIN);
                Sent call = new Sent(now, sent, leaves);
                open.add(call);
                queue.add(call);
                cancels.add(new Cancel(leaves, call));
                now += READING;
                arrival -= Math.log(1 - random.nextDouble()) * 1e9 / perSecond;
            }
            for (Cancel next = cancels.peek(); next != null && next.at() <= turn; next = cancels.peek()) {
                cancels.remove();
                if (open.remove(next.call())) {
                    queue.cancel(next.call());
                }
            }
        }

        double dropped(String reason) {
            return meters.get("policy_worker_calls_dropped_total")
                    .tag("reason", reason)
                    .counter()
                    .count();
        }

        long p99() {
            long[] sorted =
                    latencies.stream().mapToLong(Long::longValue).sorted().toArray();
            return sorted[sorted.length * 99 / 100];
        }
    }

    /** A call that notes what happens to it, and then throws. */
    private static final class Thrower extends QueuedCall {
        private final List<String> notes;

        Thrower(long arrived, List<String> notes) {
            super(arrived, arrived + TIME, Kind.REQUEST);
            this.notes = notes;
        }

        @Override
        void run() {
            notes.add("run");
            throw new IllegalStateException("the test's");
        }

        @Override
        void refuse(String why) {
            notes.add(why);
            throw new AssertionError("the test's");
        }
    }

    @Test
    void aCallThatThrowsDoesNotHoldUpTheOthersOfItsTurn() {
        List<String> notes = new ArrayList<>();
        List<Runnable> turns = new ArrayList<>();
        AtomicLong now = new AtomicLong(1);
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        CallQueue queue = new CallQueue(now::get, turns::add, 2, new QueueMeters(meters));

        queue.add(new Thrower(1, notes));
        queue.add(new Thrower(1, notes));
        now.set(1 + TIME / 2);
        queue.add(new Thrower(now.get(), notes));
        queue.add(new Thrower(now.get(), notes));
        queue.add(new Thrower(now.get(), notes));
        assertThat(notes).containsExactly(CallQueue.WAITED, CallQueue.WAITED, CallQueue.FULL);

        turns.removeFirst().run();
        assertThat(notes).endsWith(CallQueue.FULL, "run", "run").hasSize(5);
        assertThat(turns).isEmpty();
        assertThat(meters.get("policy_worker_calls_waiting").gauge().value()).isZero();
    }

    @ParameterizedTest
    @ValueSource(doubles = {1.5, 2, 3})
    void servesInTimeAlmostAllThatItCanAndRunsAlmostNothingForNobody(double load) {
        loop.run(Duration.ofSeconds(5), load * CAPACITY);
        loop.run(Duration.ofSeconds(30), load * CAPACITY);

        assertThat(loop.served / 30.0).isGreaterThan(0.9 * CAPACITY);
        assertThat((double) loop.forNobody / loop.ran).isLessThan(0.02);
        assertThat(loop.p99()).isLessThan(TIME / 2 + 8 * CALL);
    }

    /** Half of the clients leave at some time before the deadline. */
    @ParameterizedTest
    @ValueSource(doubles = {1.5, 2, 3})
    void runsAlmostNothingForClientsThatHaveLeft(double load) {
        loop.impatient = 0.5;
        loop.run(Duration.ofSeconds(5), load * CAPACITY);
        loop.run(Duration.ofSeconds(30), load * CAPACITY);

        assertThat((double) loop.forNobody / loop.ran).isLessThan(0.02);
        assertThat(loop.served / 30.0).isGreaterThan(0.9 * CAPACITY);
        assertThat(loop.dropped("cancelled")).isPositive();
    }

    @Test
    void refusesNothingAtALoadThatTheLoopSustains() {
        loop.run(Duration.ofMinutes(2), 0.8 * CAPACITY);

        assertThat(loop.refused).isZero();
        assertThat(loop.forNobody).isZero();
    }

    @Test
    void pausesOfTheProcessRefuseAlmostNothing() {
        int refused = 0;
        int ran = 0;
        for (int i = 0; i < 50; i++) {
            loop.run(Duration.ofSeconds(3), 0.8 * CAPACITY);
            loop.now += Duration.ofMillis(180).toNanos();
            refused += loop.refused;
            ran += loop.ran;
        }

        assertThat((double) refused / ran).isLessThan(0.01);
    }

    @Test
    void refusesNothingASecondAfterTheOverload() {
        loop.run(Duration.ofSeconds(10), 3 * CAPACITY);
        loop.run(Duration.ofSeconds(1), 0.5 * CAPACITY);

        loop.run(Duration.ofSeconds(10), 0.8 * CAPACITY);

        assertThat(loop.refused).isZero();
    }

    @Test
    void callsBeyondTheLengthOfTheQueueAreRefusedAtOnce() {
        for (int i = 0; i < 1_001; i++) {
            loop.queue.add(loop.new Sent(loop.now, loop.now, loop.now + TIME));
        }

        assertThat(loop.refused).isOne();
        assertThat(loop.dropped("full")).isOne();
    }

    @Test
    void callsThatAreTooLateMakeRoomInAFullQueue() {
        for (int i = 0; i < 1_000; i++) {
            loop.queue.add(loop.new Sent(loop.now, loop.now, loop.now + TIME));
        }
        loop.now += TIME;

        loop.queue.add(loop.new Sent(loop.now, loop.now, loop.now + TIME));

        assertThat(loop.refused).isEqualTo(1_000);
        assertThat(loop.dropped("full")).isZero();
        loop.run(Duration.ofMillis(10), 1);
        assertThat(loop.ran).isOne();
    }

    /** The work for its request would be wasted if it were refused. */
    @Test
    void aCallOfAnExchangeThatGoesOnBeginsFirst() {
        List<String> ran = new ArrayList<>();
        loop.queue.add(named("request", QueuedCall.Kind.REQUEST, ran));
        loop.queue.add(named("another request", QueuedCall.Kind.REQUEST, ran));
        loop.queue.add(named("chunk", QueuedCall.Kind.CHUNK, ran));
        loop.queue.add(named("response", QueuedCall.Kind.RESPONSE, ran));

        loop.turn();

        assertThat(ran).containsExactly("response", "chunk", "request", "another request");
    }

    /** What has begun is finished: its refusal would waste the work that it has caused. */
    @Test
    void aFullQueueRefusesARequestAndNotACallOfAnExchangeThatGoesOn() {
        List<String> ran = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            loop.queue.add(loop.new Sent(loop.now, loop.now, loop.now + TIME));
        }

        loop.queue.add(named("chunk", QueuedCall.Kind.CHUNK, ran));
        loop.queue.add(named("response", QueuedCall.Kind.RESPONSE, ran));
        loop.turn();

        assertThat(ran).containsExactly("response", "chunk");
        assertThat(loop.dropped("full")).isEqualTo(2);
        assertThat(loop.ofQueue.waitingCalls()).isEqualTo(998 - loop.ran);
    }

    @Test
    void aQueueThatIsFullOfCallsThatGoOnRefusesTheNewCall() {
        List<String> ran = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            loop.queue.add(named("chunk", QueuedCall.Kind.CHUNK, ran));
        }

        loop.queue.add(named("response", QueuedCall.Kind.RESPONSE, ran));

        assertThat(loop.dropped("full")).isOne();
        assertThat(loop.ofQueue.waitingCalls()).isEqualTo(1_000);
    }

    /** Under pressure the newest is next, so the oldest makes room for it. */
    @Test
    void aFullQueueThatIsPressedRefusesTheOldestRequest() {
        CallQueueTest.Loop.Sent oldest = loop.new Sent(loop.now, loop.now, loop.now + TIME);
        loop.queue.add(oldest);
        for (int i = 1; i < 1_000; i++) {
            loop.queue.add(loop.new Sent(loop.now, loop.now, loop.now + TIME));
        }
        loop.now += TIME * 2 / 5;

        loop.queue.add(loop.new Sent(loop.now, loop.now, loop.now + TIME));

        assertThat(loop.refused).isOne();
        assertThat(loop.queue.cancel(oldest)).isFalse();
    }

    /** An exchange may have any number of chunks, which must not keep requests from beginning. */
    @Test
    void callsOfExchangesThatGoOnDoNotHoldUpRequestsForLong() {
        List<String> ran = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            loop.queue.add(named("chunk", QueuedCall.Kind.CHUNK, ran, CALL));
        }
        loop.queue.add(named("request", QueuedCall.Kind.REQUEST, ran));

        for (int i = 0; i < 7; i++) {
            loop.turn();
        }

        assertThat(ran).hasSize(7);
        assertThat(ran.indexOf("request")).isEqualTo(4);
    }

    /** Each refused exchange may have a short call of the response phase, for the fields of its answer. */
    @Test
    void manyShortCallsOfTheResponsePhaseDoNotWaitForChunks() {
        List<String> ran = new ArrayList<>();
        loop.queue.add(named("chunk", QueuedCall.Kind.CHUNK, ran, CALL));
        for (int i = 0; i < 9; i++) {
            loop.queue.add(named("response", QueuedCall.Kind.RESPONSE, ran, CALL / 50));
        }

        loop.turn();

        assertThat(ran).hasSize(10).last().isEqualTo("chunk");
    }

    private QueuedCall named(String name, QueuedCall.Kind kind, List<String> ran) {
        return named(name, kind, ran, 0);
    }

    private QueuedCall named(String name, QueuedCall.Kind kind, List<String> ran, long nanos) {
        return new QueuedCall(loop.now, loop.now + TIME, kind) {
            @Override
            void run() {
                ran.add(name);
                loop.now += nanos;
            }

            @Override
            void refuse(String why) {}
        };
    }

    /** A connection may fail while its call is refused. */
    @Test
    void aRefusalThatFailsHoldsUpNoOtherCall() {
        loop.queue.add(new QueuedCall(loop.now, loop.now + TIME, QueuedCall.Kind.REQUEST) {
            @Override
            void run() {}

            @Override
            void refuse(String why) {
                throw new IllegalStateException("closed");
            }
        });
        loop.queue.add(loop.new Sent(loop.now, loop.now, loop.now + TIME));
        loop.now += TIME;

        loop.turn();

        assertThat(loop.refused).isOne();
        assertThat(loop.ofQueue.waitingCalls()).isZero();
    }
}
