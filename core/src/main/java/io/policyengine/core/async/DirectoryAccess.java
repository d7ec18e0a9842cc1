package io.policyengine.core.async;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Access to a directory whose server may be gone: one piece of work after another, on a thread of its own, and nobody waits for a piece
 * longer than {@link #LIMIT}. A system call on a dead mount cannot be ended. Until it returns nothing else begins, and whoever asks is
 * refused at once: so one thread at most is stuck, and no write begins while another may be under way. Belongs to one event loop.
 */
public final class DirectoryAccess {
    /**
     * The time that a piece of work has. Many times what the largest directory takes on a busy machine, and less than those who call the
     * management API wait.
     */
    public static final Duration LIMIT = Duration.ofSeconds(10);

    private static final Logger LOG = LoggerFactory.getLogger(DirectoryAccess.class);

    private final String directory;
    private final WorkerExecutor thread;
    private final Alarm alarm;
    /** Whoever runs work bounds how much of it waits; what waits when the directory stops answering is refused with what is under way. */
    private final SerialQueue turns = new SerialQueue();

    private Runnable answered = () -> {};
    /** The work that nobody waits for any more and that is not over; null if there is none. */
    private volatile @Nullable Attempt overdue;

    /** Work in the directory. */
    @FunctionalInterface
    public interface Work<T> {
        /**
         * Does it; what it throws fails the future.
         *
         * @param attempt to be asked before anything is changed
         * @return never null
         */
        T runBlocking(Attempt attempt) throws Exception;
    }

    /** A clock that can be told to ring. */
    @FunctionalInterface
    public interface Alarm {
        /**
         * Rings once.
         *
         * @return keeps it from ringing
         */
        Runnable after(Duration time, Runnable ring);
    }

    /** One piece of work that has begun. */
    public final class Attempt {
        private volatile boolean isAwaited = true;

        private Attempt() {}

        /**
         * Goes on only if somebody still waits for the result: what was told to have failed must not be done later.
         *
         * @throws UnansweredException if nobody does
         */
        public void requireAwaited() {
            if (!isAwaited) {
                throw unanswered();
            }
        }
    }

    /**
     * Access to a directory.
     *
     * @param thread its name
     * @param directory for people, such as "the conf directory /etc/engine"
     */
    public DirectoryAccess(Vertx vertx, String thread, String directory) {
        this(vertx, thread, directory, (time, ring) -> {
            long timer = vertx.setTimer(time.toMillis(), _ -> ring.run());
            return () -> vertx.cancelTimer(timer);
        });
    }

    /**
     * Access to a directory.
     *
     * @param thread its name
     * @param directory for people, such as "the conf directory /etc/engine"
     * @param alarm rings when work has had its time
     */
    public DirectoryAccess(Vertx vertx, String thread, String directory, Alarm alarm) {
        this.directory = directory;
        this.thread = vertx.createSharedWorkerExecutor(thread, 1);
        this.alarm = alarm;
    }

    /** Told each time when the directory answers again. */
    public void onAnswered(Runnable told) {
        answered = told;
    }

    /**
     * Works in the directory, after what was asked for before.
     *
     * @return the result; fails with {@link UnansweredException} if the directory does not answer in time, or has not since before
     */
    public <T> Future<T> run(Work<T> work) {
        return turns.run(() -> overdue == null ? begin(work) : Future.failedFuture(unanswered()));
    }

    /** The refusal of whoever asks now, for people; null if the directory answers. May be asked on any thread. */
    public @Nullable UnansweredException refusal() {
        return overdue == null ? null : unanswered();
    }

    private UnansweredException unanswered() {
        return new UnansweredException(directory + " has not answered within " + LIMIT.toSeconds()
                + " s: bring its mount back; nothing is read from it or written to it until it answers, and what was"
                + " being written then may still come to be");
    }

    private <T> Future<T> begin(Work<T> work) {
        Attempt attempt = new Attempt();
        Promise<T> awaited = Promise.promise();
        Future<T> done = OffLoop.callOn(thread, () -> work.runBlocking(attempt));
        Runnable silence = alarm.after(LIMIT, () -> {
            if (!done.isComplete()) {
                giveUp(attempt);
                awaited.tryFail(unanswered());
            }
        });
        done.onComplete(result -> {
            silence.run();
            boolean isLate = overdue == attempt;
            overdue = null;
            if (isLate) {
                LOG.info("{} answers again", directory);
                answered.run();
            } else {
                awaited.handle(result);
            }
        });
        return awaited.future();
    }

    private void giveUp(Attempt attempt) {
        attempt.isAwaited = false;
        overdue = attempt;
        LOG.warn("{}", unanswered().getMessage());
    }

    /** Ends the thread, if it can be ended. */
    public void close() {
        thread.close();
    }
}
