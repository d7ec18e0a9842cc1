package io.policyengine.core.work.executor;

import io.micrometer.core.instrument.MeterRegistry;
import io.policyengine.core.capacity.Capacity;
import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.error.PolicyException;
import io.policyengine.core.memory.MemoryPlan;
import io.policyengine.core.metrics.EngineMetric;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.time.Ticker;
import io.policyengine.core.work.Lane;
import io.policyengine.core.work.StoppedException;
import io.policyengine.core.work.Task;
import io.policyengine.core.work.TooMuchMemoryException;
import io.policyengine.core.work.Work;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs long computations of a process on its own threads, at most one per processor.
 *
 * <p>Three things are bounded: the queue of each {@link Lane}, the waiting time, and the memory of running work, which
 * is reserved before the work begins. The work of a call waits for at most half of the time that the call has left.
 * While the oldest work has waited for more than three quarters of its maximum wait, the newest begins first ({@link
 * WaitingLine}). Work of a call whose earlier work is done begins before other work, up to four pieces in a row. A
 * refusal would waste the earlier work. Queued work that is cancelled does not begin. Running work that is cancelled is
 * asked to stop, and its memory stays reserved until it has stopped. Refused work fails with
 * {@link ErrorCode#OVERLOADED}.
 *
 * <p>Thread-safe without locks: changes are queued as steps, and one thread at a time executes them. Idle threads end.
 */
public final class Executor {
    private static final Logger LOG = LoggerFactory.getLogger(Executor.class);

    /** Interval between checks for work that has waited too long. */
    private static final Duration LOOK = Duration.ofMillis(10);

    /**
     * Maximum number of pieces of work that may overtake one that waits for memory. After them, the waiting piece is
     * next.
     */
    private static final int MAX_PASSED = 8;

    private static final Duration IDLE = Duration.ofSeconds(10);

    private final Ticker ticker;
    private final WorkLimits limits;
    /** The memory budget of running work, in bytes. */
    private final Capacity room;

    private final Map<Lane, LaneState> lanes = new EnumMap<>(Lane.class);
    private final Queue<Runnable> steps = new ConcurrentLinkedQueue<>();
    private final AtomicInteger untaken = new AtomicInteger();
    private final ThreadPoolExecutor threads;
    private final ScheduledThreadPoolExecutor looks;
    private int running;
    private boolean looking;

    /** Returns an executor for this process, with one thread per processor and a fraction of the heap. */
    public static Executor ofProcess(MeterRegistry meters) {
        WorkLimits limits = WorkLimits.ofProcessors(Runtime.getRuntime().availableProcessors());
        Capacity room = new Capacity(MemoryPlan.HERE.maxWorkBytes());
        return new Executor(limits, room, Ticker.SYSTEM, meters);
    }

    /**
     * Creates an idle executor.
     *
     * @param room memory budget of running work
     * @param ticker the clock of deadlines
     */
    public Executor(WorkLimits limits, Capacity room, Ticker ticker, MeterRegistry meters) {
        this.limits = limits;
        this.room = room;
        this.ticker = ticker;
        for (Lane lane : Lane.values()) {
            lanes.put(lane, new LaneState(lane, limits, meters));
        }
        EngineMetric.WORK_HELD_BYTES.gauge(meters, room::taken);
        // It gets no more pieces than it has threads, so none waits in its queue.
        this.threads = new ThreadPoolExecutor(
                limits.threads(),
                limits.threads(),
                IDLE.toMillis(),
                TimeUnit.MILLISECONDS,
                new LinkedBlockingQueue<>(),
                daemons("work"));
        threads.allowCoreThreadTimeOut(true);
        this.looks = new ScheduledThreadPoolExecutor(1, daemons("work-timer"));
        looks.setKeepAliveTime(IDLE.toMillis(), TimeUnit.MILLISECONDS);
        looks.allowCoreThreadTimeOut(true);
    }

    private static ThreadFactory daemons(String name) {
        return Thread.ofPlatform().daemon().name(name + "-", 1).factory();
    }

    /**
     * Runs work for a policy's call.
     *
     * @return completes on the caller's context; fails like {@link #submit(Work, Cancellation, Task)}
     */
    public <T> Future<T> submit(Work work, Call call, Task<T> task) {
        long now = ticker.nanoTime();
        // Work that waits for longer would have too little time to run; work of a call past its deadline does not
        // begin.
        long half = (call.deadlineNanos() - now) / 2;
        long wait = Math.clamp(half, 0, limits.maxWait().toNanos());
        return submit(work, call.cancellation(), now, now + wait, task);
    }

    /**
     * Runs work until it is done or cancelled.
     *
     * @return completes on the caller's context. Fails with the task's exception; with {@link ErrorCode#OVERLOADED} if
     *     too much work is queued or the work waited too long; with {@link TooMuchMemoryException} if the work needs
     *     more memory than all work together may use; and with {@link StoppedException} if the work is cancelled before
     *     it begins
     */
    public <T> Future<T> submit(Work work, Cancellation cancellation, Task<T> task) {
        long now = ticker.nanoTime();
        return submit(work, cancellation, now, now + limits.maxWait().toNanos(), task);
    }

    private <T> Future<T> submit(Work work, Cancellation cancellation, long now, long until, Task<T> task) {
        if (cancellation.isCancelled()) {
            lane(work).count(DropReason.CANCELLED);
            return Future.failedFuture(new StoppedException());
        }
        QueuedWork<T> piece =
                new QueuedWork<>(work, task, Vertx.currentContext(), now, until, cancellation.hasWorked());
        Cancellation.Listening listening = cancellation.onCancelOfWork(() -> {
            piece.stop();
            take(() -> giveUp(piece));
        });
        take(() -> arrive(piece));
        return piece.future().onComplete((_, failure) -> {
            if (failure == null) {
                cancellation.worked();
            }
            listening.end();
        });
    }

    /** Maximum memory of one piece of work, in bytes. */
    public long maxHeapBytes() {
        return room.limit();
    }

    /** The memory reserved by running work, in bytes. */
    public long heldBytes() {
        return room.taken();
    }

    /** The number of pieces of work that wait for a thread or for memory. */
    public int queued() {
        return lanes.values().stream().mapToInt(LaneState::queued).sum();
    }

    /** The time that the most recently begun work had waited, in the lane with the longest wait; zero if none waits. */
    public Duration lastWait() {
        return Duration.ofNanos(
                lanes.values().stream().mapToLong(LaneState::lastWait).max().orElse(0));
    }

    // Steps: one at a time

    /** Executes a step on this thread, or on another one that is already executing steps. */
    private void take(Runnable step) {
        steps.add(step);
        if (untaken.getAndIncrement() > 0) {
            return;
        }
        do {
            try {
                Objects.requireNonNull(steps.poll()).run();
            } catch (Throwable bug) {
                LOG.atError()
                        .setCause(bug)
                        .log("a step of the executor for work off the event loops failed; later " + "steps continue");
            }
        } while (untaken.decrementAndGet() > 0);
    }

    private void arrive(QueuedWork<?> piece) {
        LaneState lane = lane(piece.work());
        if (piece.isStopped()) {
            drop(piece, DropReason.CANCELLED);
        } else if (piece.work().heapBytes() > room.limit()) {
            drop(piece, DropReason.TOO_LARGE);
        } else {
            if (lane.queued() >= limits.maxQueued()) {
                drop(piece, DropReason.FULL);
                return;
            }
            lane.add(piece);
            dispatch();
        }
    }

    private void giveUp(QueuedWork<?> piece) {
        if (lane(piece.work()).remove(piece)) {
            drop(piece, DropReason.CANCELLED);
        }
    }

    private void dispatch() {
        while (running < limits.threads()) {
            QueuedWork<?> next = next(ticker.nanoTime());
            if (next == null) {
                break;
            }
            begin(next);
        }
        if (!looking && lanes.values().stream().anyMatch(lane -> !lane.isEmpty())) {
            looking = true;
            var _ = looks.schedule(() -> take(this::look), LOOK.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    /** Selects the piece of work that begins next, and reserves its memory. Returns null if no piece can begin now. */
    private @Nullable QueuedWork<?> next(long now) {
        List<QueuedWork<?>> firsts = firsts(now);
        for (QueuedWork<?> piece : firsts) {
            if (piece.passed() >= MAX_PASSED) {
                return room.tryTake(piece.work().heapBytes()) ? piece : null;
            }
        }
        for (QueuedWork<?> piece : firsts) {
            if (room.tryTake(piece.work().heapBytes())) {
                firsts.stream().filter(this::lacksRoom).forEach(QueuedWork::passBy);
                return piece;
            }
        }
        return null;
    }

    /** Returns the first waiting piece of each lane, in descending order of {@link LaneState#claim}. */
    private List<QueuedWork<?>> firsts(long now) {
        List<Claim> claims = new ArrayList<>(lanes.size());
        lanes.values().forEach(lane -> {
            QueuedWork<?> first = first(lane, now);
            if (first != null) {
                claims.add(new Claim(lane.claim(now), first));
            }
        });
        claims.sort(Comparator.comparingLong(Claim::size).reversed());
        List<QueuedWork<?>> firsts = new ArrayList<>(claims.size());
        claims.forEach(claim -> firsts.add(claim.piece()));
        return firsts;
    }

    /** Returns the piece of work in a lane that is next. Drops pieces that are too late to begin. */
    private @Nullable QueuedWork<?> first(LaneState lane, long now) {
        QueuedWork<?> first = lane.first(now);
        while (first != null && first.isOverdue(now)) {
            dropOverdue(lane, first);
            first = lane.first(now);
        }
        return first;
    }

    private record Claim(long size, QueuedWork<?> piece) {}

    private boolean lacksRoom(QueuedWork<?> piece) {
        return piece.work().heapBytes() > room.limit() - room.taken();
    }

    private void begin(QueuedWork<?> piece) {
        LaneState lane = lane(piece.work());
        lane.begin(piece, ticker.nanoTime());
        running++;
        try {
            threads.execute(() -> {
                Runnable outcome = piece.runBlocking();
                take(() -> end(piece, outcome));
            });
        } catch (Throwable noThread) {
            end(piece, () -> piece.fail(noThread));
        }
    }

    /** Ends a piece of work. Its memory is released before the outcome is reported. */
    private void end(QueuedWork<?> piece, Runnable outcome) {
        lane(piece.work()).end();
        running--;
        room.give(piece.work().heapBytes());
        try {
            outcome.run();
        } finally {
            dispatch();
        }
    }

    /** Drops work that has waited too long, and retries to begin work that waits for memory. */
    private void look() {
        looking = false;
        long now = ticker.nanoTime();
        lanes.values().forEach(lane -> lane.overdue(now).forEach(piece -> dropOverdue(lane, piece)));
        dispatch();
    }

    private void dropOverdue(LaneState lane, QueuedWork<?> piece) {
        lane.remove(piece);
        drop(piece, DropReason.WAITED);
    }

    private void drop(QueuedWork<?> piece, DropReason reason) {
        lane(piece.work()).count(reason);
        piece.fail(
                switch (reason) {
                    case FULL -> overloaded("more than " + limits.maxQueued() + " pieces of work wait for a thread");
                    case WAITED ->
                        overloaded("work off the event loops waited too long for a free thread or for" + " memory");
                    case CANCELLED -> new StoppedException();
                    case TOO_LARGE -> new TooMuchMemoryException(piece.work().heapBytes(), room.limit());
                });
    }

    private static PolicyException overloaded(String why) {
        return new PolicyException(ErrorCode.OVERLOADED, why);
    }

    private LaneState lane(Work work) {
        return Objects.requireNonNull(lanes.get(work.lane()));
    }
}
