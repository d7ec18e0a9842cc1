package io.policyengine.kernel.overload;

import io.policyengine.core.config.Priority;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Random;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Replicas of a worker, each with one processor, and a kernel that calls them: what a replica can do in a second is
 * known exactly. A call first waits for the processor and takes its time there, then waits for a target. The kernel
 * gives a call up after the time-out, but the replica runs it nevertheless.
 */
final class SimulatedWorkers {
    static final Duration TIMEOUT = Duration.ofMillis(500);

    private final Random random = new Random(23);
    private final PriorityQueue<Event> events =
            new PriorityQueue<>(Comparator.comparingLong(Event::at).thenComparingLong(Event::number));
    private final List<Replica> replicas = new ArrayList<>();
    private Map<Source, Counts> counts = new HashMap<>();
    private long number;
    long now = 1;

    /** A caller, who makes a part of all calls. Each call takes a mean time of the processor and a time of a target. */
    record Source(Priority priority, String route, String client, double part, Duration work, Duration target) {
        static Source of(String route, double part, Duration work, Duration target) {
            return new Source(Priority.NORMAL, route, "c", part, work, target);
        }

        static Source of(String route, double part, Duration work) {
            return of(route, part, work, Duration.ZERO);
        }

        Source calledBy(String other) {
            return new Source(priority, route, other, part, work, target);
        }

        Source withPriority(Priority other) {
            return new Source(other, route, client, part, work, target);
        }

        long chain() {
            return route.hashCode();
        }
    }

    /** The numbers of a source's calls, by their ends. */
    static final class Counts {
        int served;
        int refused;
        int late;
        long longest;

        double servedPart() {
            return (double) served / (served + refused + late);
        }

        double refusedPart() {
            return (double) refused / (served + refused + late);
        }
    }

    /** A limit of the calls in flight at a replica. */
    interface Limit {
        boolean admits(Source source);

        /** Returns what the limit must know at the end of the call. */
        Object began();

        void ended(Object begun, Source source, boolean isAnswered);
    }

    private record Event(long at, long number, Runnable what) {}

    private static final class Call {
        private final Source source;
        private final long sent;
        private Object begun = "";
        private boolean isOver;

        Call(Source source, long sent) {
            this.source = source;
            this.sent = sent;
        }
    }

    private static final class Replica {
        private final Limit limit;
        /** The factor by which it is slower than others. */
        private double slowness = 1;

        private final Queue<Call> queue = new ArrayDeque<>();
        private boolean isBusy;
        private int inFlight;
        private int runForNobody;
        private long pausedUntil;

        Replica(Limit limit) {
            this.limit = limit;
        }
    }

    private Duration target = Duration.ZERO;
    private @Nullable String slowRoute;

    void add(Supplier<Limit> limit) {
        add(limit, 1);
    }

    /** Adds a replica that is slower than others by a factor. */
    void add(Supplier<Limit> limit, double slowness) {
        Replica replica = new Replica(limit.get());
        replica.slowness = slowness;
        replicas.add(replica);
    }

    /** Makes the processors slower by a factor. */
    void slow(double slowness) {
        replicas.forEach(replica -> replica.slowness = slowness);
    }

    /** Makes the target of one route slower. */
    void slowTarget(String route, Duration time) {
        slowRoute = route;
        target = time;
    }

    /** Stops all replicas for a time. */
    void pause(Duration time) {
        replicas.forEach(replica -> replica.pausedUntil = now + time.toNanos());
    }

    /** Calls so many times a second, for a time. */
    void run(Duration time, double perSecond, Source... sources) {
        counts = new HashMap<>();
        Arrays.stream(sources).forEach(source -> counts.put(source, new Counts()));
        replicas.forEach(replica -> replica.runForNobody = 0);
        long end = now + time.toNanos();
        double arrival = now + pause(perSecond);
        while (true) {
            Event next = events.peek();
            if (next != null && next.at() <= Math.min(arrival, (double) end)) {
                events.poll();
                now = next.at();
                next.what().run();
            } else if (arrival <= end) {
                now = (long) arrival;
                call(oneOf(sources));
                arrival += pause(perSecond);
            } else {
                now = end;
                return;
            }
        }
    }

    private double pause(double perSecond) {
        return -Math.log(1 - random.nextDouble()) * 1e9 / perSecond;
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

    private Counts of(Source source) {
        return counts.computeIfAbsent(source, _ -> new Counts());
    }

    private void call(Source source) {
        List<Replica> byLoad = new ArrayList<>(replicas);
        byLoad.sort(Comparator.comparingInt(replica -> replica.inFlight));
        for (Replica replica : byLoad) {
            if (replica.limit.admits(source)) {
                send(replica, new Call(source, now));
                return;
            }
        }
        of(source).refused++;
    }

    private void send(Replica replica, Call call) {
        call.begun = replica.limit.began();
        replica.inFlight++;
        replica.queue.add(call);
        at(now + TIMEOUT.toNanos(), () -> end(replica, call, false));
        work(replica);
    }

    private void work(Replica replica) {
        Call next = replica.queue.peek();
        if (replica.isBusy || next == null) {
            return;
        }
        replica.queue.remove();
        replica.isBusy = true;
        if (next.isOver) {
            replica.runForNobody++;
        }
        // Half of the time is the same for each call.
        double factor = replica.slowness * (0.5 - 0.5 * Math.log(1 - random.nextDouble()));
        long begin = Math.max(now, replica.pausedUntil);
        at(begin + (long) (next.source.work().toNanos() * factor), () -> {
            replica.isBusy = false;
            Duration io = next.source.route().equals(slowRoute) ? target : next.source.target();
            at(now + io.toNanos(), () -> end(replica, next, true));
            work(replica);
        });
    }

    private void end(Replica replica, Call call, boolean isAnswered) {
        if (call.isOver) {
            return;
        }
        call.isOver = true;
        replica.inFlight--;
        replica.limit.ended(call.begun, call.source, isAnswered);
        Counts its = of(call.source);
        if (isAnswered) {
            its.served++;
            its.longest = Math.max(its.longest, now - call.sent);
        } else {
            its.late++;
        }
    }

    private void at(long time, Runnable what) {
        events.add(new Event(time, number++, what));
    }

    Counts counts(Source source) {
        return Objects.requireNonNull(counts.get(source));
    }

    int served() {
        return counts.values().stream().mapToInt(its -> its.served).sum();
    }

    int refused() {
        return counts.values().stream().mapToInt(its -> its.refused).sum();
    }

    int late() {
        return counts.values().stream().mapToInt(its -> its.late).sum();
    }

    int runForNobody() {
        return replicas.stream().mapToInt(replica -> replica.runForNobody).sum();
    }

    Duration longest() {
        return Duration.ofNanos(
                counts.values().stream().mapToLong(its -> its.longest).max().orElse(0));
    }
}
