package io.policyengine.worker.watchdog;

import io.netty.util.concurrent.EventExecutor;
import io.policyengine.worker.RunningPolicy;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * An event loop that has not got on.
 *
 * @param executor the loop itself; two loops of different instances of Vert.x may have threads of one name
 * @param loop the name of its thread
 * @param since for how long it had not when that was found
 * @param policy what has it, as far as one can tell
 * @param stack what its thread does, as something that a logger prints
 */
public record StuckLoop(
        EventExecutor executor,
        String loop,
        Duration since,
        @Nullable RunningPolicy policy,
        Throwable stack) {
    /** For people. */
    public String describe() {
        return "event loop " + loop + " has been stuck for more than " + since.toMillis() + " ms"
                + (policy == null ? "" : " in " + policy);
    }
}
