package io.policyengine.app.engine;

import io.policyengine.app.start.Signals;
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

    /** Ends the process with failure, at once. */
    static void abort() {
        System.out.flush();
        Runtime.getRuntime().halt(1);
    }

    /** Ends the process with success, whatever threads still run. */
    public static void exit() {
        System.out.flush();
        Runtime.getRuntime().halt(0);
    }
}
