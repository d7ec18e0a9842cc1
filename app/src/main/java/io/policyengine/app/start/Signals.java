package io.policyengine.app.start;

import sun.misc.Signal;

/** Handles signals with an unsupported JDK class, since no supported API keeps SIGHUP from ending the process. */
public final class Signals {
    private Signals() {}

    /**
     * Replaces the JVM's handler of a signal with the action.
     *
     * @param name the signal's name without SIG
     * @throws IllegalArgumentException if the JVM or the system reserves the signal
     */
    public static void handle(String name, Runnable action) {
        Signal.handle(new Signal(name), signal -> action.run());
    }
}
