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
 * Access to a directory that may be on an unresponsive server. Tasks run one after another on a dedicated thread; the
 * result of each is awaited for at most {@link #LIMIT}. A system call on an unresponsive mount cannot be interrupted.
 * Until it returns, further tasks are refused immediately. So at most one thread is blocked, and no write begins while
 * another may still be in progress. Confined to one event loop.
 */
public final class DirectoryAccess {
    /**
     * Time limit of a task that uses a directory. Reading the largest directory on a busy machine takes a fraction of
     * it. Callers of the management API wait longer.
     */
    public static final Duration LIMIT = Duration.ofSeconds(10);

    private static final Logger LOG = LoggerFactory.getLogger(DirectoryAccess.class);

    private final String directory;
    private final WorkerExecutor thread;
    private final Alarm alarm;
    /**
     * The queue of tasks. Callers bound its length. When the directory stops responding, queued tasks are refused
     * together with the running one.
     */
    private final SerialQueue turns = new SerialQueue();

    private Runnable answered = () -> {};
    /** The running task if it has exceeded the time limit, or null. */
    private volatile @Nullable Attempt overdue;

    /** A task that uses the directory. */
    @FunctionalInterface
    public interface Work<T> {
        /**
         * Runs the task. An exception fails the future.
         * @param attempt must be checked before anything is changed
         * @return never null
         */
        T runBlocking(Attempt attempt) throws Exception;
    }

    /** A running task. */
    public final class Attempt {
        private volatile boolean isAwaited = true;

        private Attempt() {}

        /**
         * Throws if the task has exceeded the time limit. A task that was reported as failed must not change anything
         * later.
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
     * @param thread the name of the dedicated thread
     * @param directory a description for messages, such as "the conf directory /etc/engine"
     */
    public DirectoryAccess(Vertx vertx, String thread, String directory) {
        this(vertx, thread, directory, Alarm.of(vertx));
    }

    /**
     * Creates the access to a directory.
     *
     * @param thread the name of the dedicated thread
     * @param directory a description for messages, such as "the conf directory /etc/engine"
     * @param alarm the source of timers for the time limit
     */
    public DirectoryAccess(Vertx vertx, String thread, String directory, Alarm alarm) {
        this.directory = directory;
        this.thread = vertx.createSharedWorkerExecutor(thread, 1);
        this.alarm = alarm;
    }

    /** Sets the callback that is called whenever the directory responds again. */
    public void onAnswered(Runnable told) {
        answered = told;
    }

    /**
     * Runs a task that uses the directory, after all earlier tasks.
     * @return the result; fails with {@link UnansweredException} if the directory does not respond in time, or has not
     *     yet responded to an earlier task
     */
    public <T> Future<T> run(Work<T> work) {
        return turns.run(() -> overdue == null ? begin(work) : Future.failedFuture(unanswered()));
    }

    /**
     * The reason why tasks are refused at present, as text for an operator, or null if the directory responds.
     * Thread-safe.
     */
    public @Nullable UnansweredException refusal() {
        return overdue == null ? null : unanswered();
    }

    private UnansweredException unanswered() {
        return new UnansweredException(directory + " has not answered within " + LIMIT.toSeconds()
                + " s: repair its mount; until it answers, nothing is read from it or written to it, and a write"
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
                LOG.info("{} answers again; reading and writing resume", directory);
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

    /** Ends the thread. A thread that is blocked in a system call ends when the call returns. */
    public void close() {
        thread.close();
    }
}
