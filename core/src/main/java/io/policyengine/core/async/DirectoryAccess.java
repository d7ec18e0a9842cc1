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
 * Access to a directory on a server that may be unresponsive: one task after another on a dedicated thread, each
 * awaited for at most {@link #LIMIT}. A system call on a dead mount cannot be interrupted. Until it returns, further
 * tasks are refused at once, so that at most one thread is stuck, and no write begins while another may be in progress.
 * Confined to one event loop.
 */
public final class DirectoryAccess {
    /**
     * Time limit of a task. A multiple of what the largest directory takes on a busy machine, and less than callers of
     * the management API wait.
     */
    public static final Duration LIMIT = Duration.ofSeconds(10);

    private static final Logger LOG = LoggerFactory.getLogger(DirectoryAccess.class);

    private final String directory;
    private final WorkerExecutor thread;
    private final Alarm alarm;
    /**
     * The queue of tasks. Callers bound its length; when the directory stops answering, queued tasks are refused with
     * the running one.
     */
    private final SerialQueue turns = new SerialQueue();

    private Runnable answered = () -> {};
    /** The overdue task that is still running, or null. */
    private volatile @Nullable Attempt overdue;

    /** Work in the directory. */
    @FunctionalInterface
    public interface Work<T> {
        /**
         * Does the work; its exceptions fail the future.
         * @param attempt checked before anything is changed
         * @return never null
         */
        T runBlocking(Attempt attempt) throws Exception;
    }

    /** A timer. */
    @FunctionalInterface
    public interface Alarm {
        /**
         * Calls {@code ring} once.
         * @return cancels the call
         */
        Runnable after(Duration time, Runnable ring);
    }

    /** A running task. */
    public final class Attempt {
        private volatile boolean isAwaited = true;

        private Attempt() {}

        /**
         * Throws if the result is no longer awaited: a task reported as failed must not be done later.
         *
         * @throws UnansweredException if the result is no longer awaited
         */
        public void requireAwaited() {
            if (!isAwaited) {
                throw unanswered();
            }
        }
    }

    /**
     * Creates the access to a directory.
     *
     * @param thread the name of its thread
     * @param directory its description for users, such as "the conf directory /etc/engine"
     */
    public DirectoryAccess(Vertx vertx, String thread, String directory) {
        this(vertx, thread, directory, (time, ring) -> {
            long timer = vertx.setTimer(time.toMillis(), _ -> ring.run());
            return () -> vertx.cancelTimer(timer);
        });
    }

    /**
     * Creates the access to a directory.
     *
     * @param thread the name of its thread
     * @param directory its description for users, such as "the conf directory /etc/engine"
     * @param alarm the timer of tasks
     */
    public DirectoryAccess(Vertx vertx, String thread, String directory, Alarm alarm) {
        this.directory = directory;
        this.thread = vertx.createSharedWorkerExecutor(thread, 1);
        this.alarm = alarm;
    }

    /** Sets the callback for each time that the directory answers again. */
    public void onAnswered(Runnable told) {
        answered = told;
    }

    /**
     * Runs work in the directory, after all earlier work.
     * @return the result; fails with {@link UnansweredException} if the directory does not answer in time, or still
     *     owes an earlier answer
     */
    public <T> Future<T> run(Work<T> work) {
        return turns.run(() -> overdue == null ? begin(work) : Future.failedFuture(unanswered()));
    }

    /** The reason why tasks are refused now, for users; null if the directory answers. Thread-safe. */
    public @Nullable UnansweredException refusal() {
        return overdue == null ? null : unanswered();
    }

    private UnansweredException unanswered() {
        return new UnansweredException(directory + " has not answered within " + LIMIT.toSeconds()
                + " s: bring its mount back; until it answers, nothing is read from it or written to it, and a write"
                + " that had begun may still take effect");
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

    /** Ends the thread, unless a system call blocks it. */
    public void close() {
        thread.close();
    }
}
