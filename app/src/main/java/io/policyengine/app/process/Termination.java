package io.policyengine.app.process;

import io.policyengine.app.log.Logs;
import io.policyengine.app.start.Signals;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits for SIGTERM or SIGINT; a second one ends the process at once. SIGHUP, which would end it otherwise, asks for another look at
 * the configuration. The JVM's own handling would end the process with 143 while it still drains.
 */
public final class Termination {
    private static final Logger LOG = LoggerFactory.getLogger(Termination.class);

    /** Extra time for closing files, sockets and servers after the drain. */
    private static final Duration GRACE = Duration.ofSeconds(10);

    private final CountDownLatch asked = new CountDownLatch(1);
    private final AtomicReference<Runnable> onHangUp =
            new AtomicReference<>(() -> LOG.info("SIGHUP is ignored: the configuration is being read already"));

    private Termination() {}

    /** Takes the signals over, from now on. To be called before anything that takes time. */
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
            LOG.warn("SIG{} cannot be handled: {}", signal, notPossible.getMessage());
        }
    }

    /** Sets what SIGHUP does from now on. */
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

    /** True if the end was asked for. */
    public boolean isAsked() {
        return asked.getCount() == 0;
    }

    /** Waits until the end is asked for. */
    public void awaitBlocking() {
        boolean interrupted = true;
        while (interrupted) {
            try {
                asked.await();
                interrupted = false;
            } catch (InterruptedException goOn) {
                LOG.debug("interrupted while serving");
            }
        }
    }

    /**
     * Ends the process with failure if it has not ended in time, so that a hanging process releases its port and
     * socket.
     *
     * @param drain the longest regular shutdown
     */
    public static void endWithin(Duration drain) {
        Duration limit = drain.plus(GRACE);
        Thread.ofPlatform().daemon().name("termination").start(() -> {
            try {
                Thread.sleep(limit);
                LOG.error(
                        "the process hangs: it is ended by force, {} s after it was asked to stop", limit.toSeconds());
            } catch (InterruptedException goOn) {
                LOG.debug("interrupted while ending");
            }
            abort();
        });
    }

    /** Ends the process with failure, at once. */
    public static void abort() {
        Logs.awaitWrittenBlocking();
        Runtime.getRuntime().halt(1);
    }

    /** Ends the process with success, even if threads still run. */
    public static void exit() {
        Logs.awaitWrittenBlocking();
        Runtime.getRuntime().halt(0);
    }
}
