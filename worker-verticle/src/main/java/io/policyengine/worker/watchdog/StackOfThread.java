package io.policyengine.worker.watchdog;

import java.io.Serial;

/** Holds the stack of another thread, for logging. Never thrown. */
final class StackOfThread extends Exception {
    @Serial
    private static final long serialVersionUID = 1;

    StackOfThread(String thread, StackTraceElement[] stack) {
        super("stack of " + thread, null, false, true);
        setStackTrace(stack);
    }
}
