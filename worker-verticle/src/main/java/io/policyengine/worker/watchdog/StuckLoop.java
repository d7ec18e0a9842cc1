package io.policyengine.worker.watchdog;

import io.netty.util.concurrent.EventExecutor;
import io.policyengine.worker.RunningPolicy;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * An event loop that makes no progress.
 *
 * @param executor the loop itself; threads of different Vert.x instances may have the same name
 * @param loop the name of its thread
 * @param since the time without progress when the loop was found
 * @param policy the policy that is running on it, or null if unknown
 * @param stack the stack of its thread, for a logger
 */
public record StuckLoop(
        EventExecutor executor,
        String loop,
        Duration since,
        @Nullable RunningPolicy policy,
        Throwable stack) {
    /** Describes the stuck event loop for users. */
    public String describe() {
        return "event loop " + loop + " has been stuck for more than " + since.toMillis() + " ms"
                + (policy == null ? "" : " in " + policy);
    }
}
