package io.policyengine.worker.watchdog;

import java.io.Serial;

/** What another thread does. Never thrown. */
final class StackOfThread extends Exception {
    @Serial
    private static final long serialVersionUID = 1;

    StackOfThread(String thread, StackTraceElement[] stack) {
        super("what " + thread + " does", null, false, true);
        setStackTrace(stack);
    }
}
