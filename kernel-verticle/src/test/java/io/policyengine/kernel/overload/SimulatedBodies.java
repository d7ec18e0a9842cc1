package io.policyengine.kernel.overload;

import io.policyengine.core.config.Priority;
import io.policyengine.core.work.executor.WaitingLine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Exchanges whose body a worker receives as one chunk: a call that opens the body, the chunk, and a call of the response
 * phase, one after another. The worker has one processor, and begins what waits as a worker's process or an embedded
 * worker does. The chunk takes nearly all of the time.
 */
final class SimulatedBodies {
    static final long TIMEOUT = Duration.ofMillis(500).toNanos();
    private static final long WORKER_TIME = TIMEOUT - TIMEOUT / 10;
    private static final long SLICE = 1_000_000;
    private static final long TURN = 20_000_000;
    private static final CallKind[] ORDER = {CallKind.RESPONSE, CallKind.CHUNK, CallKind.REQUEST};

    private final Random random = new Random(23);
    private final PriorityQueue<Event> events =
            new PriorityQueue<>(Comparator.comparingLong(Event::at).thenComparingLong(Event::number));
    private final ReplicaLimits limits;
    private final boolean isProcess;
    private final long chunkWork;
    /** The time of the client and Envoy between an answer and the next message. */
    private final long pause;

    private final List<Line> lines =
            Stream.generate(Line::new).limit(ORDER.length).toList();
    /** What has arrived since the worker last read its socket. */
    private final List<Sent> unread = new ArrayList<>();

    private boolean isBusy;
    private double slowness = 1;
    private long number;
    private long now = 1;

    private int served;
    private int refused;
    private int failed;
    private int chunkRuns;
    private int chunksForNobody;
    private int responsesRefused;

    private record Event(long at, long number, Runnable what) {}

    private static final class Line {
        private final WaitingLine<Sent> calls = new WaitingLine<>();
        private long passed;
    }

    private static final class Exchange {
        private boolean isOver;
        private boolean chunkRan;
    }

    /** A call or chunk at the worker. */
    private static final class Sent implements WaitingLine.Waiting {
        private final Exchange exchange;
        private final CallKind kind;
        private final long at;
        private ReplicaLimit.@Nullable Begun begun;
        private boolean isEnded;

        Sent(Exchange exchange, CallKind kind, long at) {
            this.exchange = exchange;
            this.kind = kind;
            this.at = at;
        }

        @Override
        public long since() {
            return at;
        }

        @Override
        public long until() {
            return at + WORKER_TIME / 2;
        }
    }

    /**
     * Creates an idle worker.
     *
     * @param isProcess whether all calls wait for the worker's event loop. Otherwise, only chunks wait, for a thread
     */
    SimulatedBodies(boolean isProcess, Duration chunkWork, Duration pause) {
        this.isProcess = isProcess;
        this.chunkWork = chunkWork.toNanos();
        this.pause = pause.toNanos();
        this.limits = new ReplicaLimits(() -> now, new Random(7));
    }

    /** Makes the worker slower by a factor. */
    void slow(double factor) {
        slowness = factor;
    }

    /** Begins so many exchanges a second, for a time. Counts from zero. */
    void run(Duration time, double perSecond) {
        served = refused = failed = chunkRuns = chunksForNobody = responsesRefused = 0;
        long end = now + time.toNanos();
        double arrival = now + gap(perSecond);
        while (true) {
            Event next = events.peek();
            if (next != null && next.at() <= Math.min(arrival, (double) end)) {
                events.poll();
                now = next.at();
                next.what().run();
            } else if (arrival <= end) {
                now = (long) arrival;
                begin();
                arrival += gap(perSecond);
            } else {
                now = end;
                return;
            }
        }
    }

    /** Begins exchanges all at once. */
    void burst(int exchanges) {
        for (int i = 0; i < exchanges; i++) {
            begin();
        }
    }

    private double gap(double perSecond) {
        return -Math.log(1 - random.nextDouble()) * 1e9 / perSecond;
    }

    private void begin() {
        Exchange exchange = new Exchange();
        if (!limits.admits(CallKind.REQUEST, true, origin(), TIMEOUT)) {
            refused++;
        } else {
            send(exchange, CallKind.REQUEST);
        }
    }

    private static CallOrigin origin() {
        return new CallOrigin(Priority.NORMAL, "r", "c", false, false);
    }

    private void next(Exchange exchange, CallKind after) {
        switch (after) {
            case REQUEST -> {
                if (limits.of(CallKind.CHUNK).stillAdmits(origin().goingOn(), TIMEOUT)) {
                    send(exchange, CallKind.CHUNK);
                } else {
                    exchange.isOver = true;
                    refused++;
                }
            }
            case CHUNK -> send(exchange, CallKind.RESPONSE);
            case RESPONSE -> {
                exchange.isOver = true;
                served++;
            }
        }
    }

    private void send(Exchange exchange, CallKind kind) {
        if (!isProcess && kind != CallKind.CHUNK) {
            at(now + pause, () -> next(exchange, kind));
            return;
        }
        Sent sent = new Sent(exchange, kind, now);
        sent.begun = limits.of(kind).began();
        at(now + TIMEOUT, () -> end(sent, CallEnd.LATE));
        unread.add(sent);
        if (!isBusy) {
            turn();
        }
    }

    private void end(Sent sent, CallEnd how) {
        if (sent.isEnded) {
            return;
        }
        sent.isEnded = true;
        ReplicaLimit.Begun begun = sent.begun;
        if (begun != null) {
            limits.of(sent.kind).ended(begun, 1, how);
        }
        Exchange exchange = sent.exchange;
        if (how == CallEnd.ANSWERED) {
            if (sent.kind == CallKind.RESPONSE) {
                next(exchange, sent.kind);
            } else {
                at(now + pause, () -> next(exchange, sent.kind));
            }
            return;
        }
        exchange.isOver = true;
        failed++;
        if (exchange.chunkRan) {
            chunksForNobody++;
        }
        if (sent.kind == CallKind.RESPONSE) {
            responsesRefused++;
        }
        line(sent.kind).calls.remove(sent);
    }

    private Line line(CallKind kind) {
        for (int i = 0; i < ORDER.length; i++) {
            if (ORDER[i] == kind) {
                return lines.get(i);
            }
        }
        throw new IllegalArgumentException();
    }

    /** Reads what has arrived, and runs calls for a millisecond. Their answers are sent at its end. */
    private void turn() {
        unread.stream()
                .filter(sent -> !sent.isEnded)
                .forEach(sent -> line(sent.kind).calls.add(sent));
        unread.clear();
        long began = now;
        long at = began;
        List<Runnable> answers = new ArrayList<>();
        lines.forEach(line -> line.calls.overdue(began).forEach(late -> {
            line.calls.remove(late);
            answers.add(() -> end(late, CallEnd.REFUSED));
        }));
        for (Sent sent = take(at, answers); sent != null; sent = at < now + SLICE ? take(at, answers) : null) {
            long took = work(sent.kind);
            at += took;
            passOver(sent.kind, took);
            Sent ran = sent;
            if (sent.kind == CallKind.CHUNK) {
                chunkRuns++;
                sent.exchange.chunkRan = true;
                if (sent.exchange.isOver) {
                    chunksForNobody++;
                }
            }
            answers.add(() -> end(ran, CallEnd.ANSWERED));
        }
        if (at == now) {
            answers.forEach(Runnable::run);
            return;
        }
        isBusy = true;
        at(at, () -> {
            isBusy = false;
            answers.forEach(Runnable::run);
            if (!isBusy) {
                turn();
            }
        });
    }

    private @Nullable Sent take(long at, List<Runnable> answers) {
        for (int i = ORDER.length - 1; i > 0; i--) {
            Sent passed = lines.get(i).passed >= TURN ? takeOf(i, at, answers) : null;
            if (passed != null) {
                return passed;
            }
        }
        for (int i = 0; i < ORDER.length; i++) {
            Sent next = takeOf(i, at, answers);
            if (next != null) {
                return next;
            }
        }
        return null;
    }

    private void passOver(CallKind begun, long nanos) {
        line(begun).passed = 0;
        for (int later = List.of(ORDER).indexOf(begun) + 1; later < ORDER.length; later++) {
            Line waiting = lines.get(later);
            waiting.passed = waiting.calls.size() == 0 ? 0 : waiting.passed + nanos;
        }
    }

    private @Nullable Sent takeOf(int line, long at, List<Runnable> answers) {
        WaitingLine<Sent> calls = lines.get(line).calls;
        for (Sent next = calls.next(at); next != null; next = calls.next(at)) {
            calls.remove(next);
            if (!next.isOverdue(at)) {
                return next;
            }
            Sent late = next;
            answers.add(() -> end(late, CallEnd.REFUSED));
        }
        return null;
    }

    private long work(CallKind kind) {
        return switch (kind) {
            case REQUEST, RESPONSE -> (long) (200_000 * slowness);
            case CHUNK -> (long) (chunkWork * slowness * (0.5 - 0.5 * Math.log(1 - random.nextDouble())));
        };
    }

    private void at(long time, Runnable what) {
        events.add(new Event(time, number++, what));
    }

    int served() {
        return served;
    }

    int refused() {
        return refused;
    }

    /** Returns the number of exchanges that failed after their body was opened. */
    int failed() {
        return failed;
    }

    int responsesRefused() {
        return responsesRefused;
    }

    /** Returns the part of the chunks whose exchange was not served in time. */
    double forNobody() {
        return chunkRuns == 0 ? 0 : (double) chunksForNobody / chunkRuns;
    }
}
