package io.policyengine.app.start;

import sun.misc.Signal;

/** Signals of the operating system. There is no other way to keep SIGHUP from ending the process. */
public final class Signals {
    private Signals() {}

    /**
     * Runs the action on each such signal, instead of what the JVM would do.
     *
     * @param name without SIG
     * @throws IllegalArgumentException if the JVM or the system does not let us have the signal
     */
    public static void handle(String name, Runnable action) {
        Signal.handle(new Signal(name), signal -> action.run());
    }
}
