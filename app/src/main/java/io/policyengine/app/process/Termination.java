package io.policyengine.app.process;

import io.policyengine.app.log.Logs;
import io.policyengine.app.start.Signals;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Handles the signals of the process. The first SIGTERM or SIGINT ends the process gracefully, the second ends it at
 * once, and SIGHUP reloads the configuration. With the JVM's own handlers, the process would exit with 143 during the
 * drain.
 */
public final class Termination {
    private static final Logger LOG = LoggerFactory.getLogger(Termination.class);

    /** The time added to the drain for closing files, sockets and servers. */
    private static final Duration GRACE = Duration.ofSeconds(10);

    private final CountDownLatch asked = new CountDownLatch(1);
    private final AtomicReference<Runnable> onHangUp = new AtomicReference<>(() ->
            LOG.info("SIGHUP is ignored: the process is still starting. Send it again once the process is ready"));

    private Termination() {}

    /** Installs the signal handlers. Must be called before any lengthy step of the startup. */
    public static Termination install() {
        Termination termination = new Termination();
        handle("TERM", termination::ask);
        handle("INT", termination::ask);
        handle("HUP", termination::hangUp);
        return termination;
    }

    private static void handle(String signal, Runnable action) {
        try {
            Signals.handle(signal, action);
        } catch (IllegalArgumentException notPossible) {
            LOG.warn("SIG{} cannot be handled and keeps its default effect: {}", signal, notPossible.getMessage());
        }
    }

    public void onHangUp(Runnable action) {
        onHangUp.set(action);
    }

    private void hangUp() {
        onHangUp.get().run();
    }

    private void ask() {
        if (asked.getCount() == 0) {
            Runtime.getRuntime().halt(1);
        }
        asked.countDown();
    }

    /** Returns whether a signal has requested the process to end. */
    public boolean isAsked() {
        return asked.getCount() == 0;
    }

    /** Waits for a signal that requests the end of the process. */
    public void awaitBlocking() {
        boolean interrupted = true;
        while (interrupted) {
            try {
                asked.await();
                interrupted = false;
            } catch (InterruptedException goOn) {
                LOG.debug("ignored an interrupt while waiting for a signal");
            }
        }
    }

    /**
     * Ends the process with a failure if the shutdown hangs, so that the process releases its port and socket.
     *
     * @param drain the maximum time of a regular drain, to which ten seconds are added
     */
    public static void endWithin(Duration drain) {
        Duration limit = drain.plus(GRACE);
        Thread.ofPlatform().daemon().name("termination").start(() -> {
            try {
                Thread.sleep(limit);
                LOG.error("the process hangs and is killed, {} s after it was asked to stop", limit.toSeconds());
            } catch (InterruptedException goOn) {
                LOG.debug("interrupted while waiting for the shutdown: aborting");
            }
            abort();
        });
    }

    /** Ends the process at once, with a failure as its exit code. */
    public static void abort() {
        Logs.awaitWrittenBlocking();
        Runtime.getRuntime().halt(1);
    }

    /** Ends the process with success, even if threads are still running. */
    public static void exit() {
        Logs.awaitWrittenBlocking();
        Runtime.getRuntime().halt(0);
    }
}
