package io.policyengine.app.start;

import sun.misc.Signal;

/** Handles signals of the operating system. No supported API can keep SIGHUP from ending the process. */
public final class Signals {
    private Signals() {}

    /**
     * Replaces the JVM's handling of a signal with the action.
     *
     * @param name without SIG
     * @throws IllegalArgumentException if the JVM or the system reserves the signal
     */
    public static void handle(String name, Runnable action) {
        Signal.handle(new Signal(name), signal -> action.run());
    }
}
