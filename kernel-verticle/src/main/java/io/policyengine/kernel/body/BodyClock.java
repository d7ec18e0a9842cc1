package io.policyengine.kernel.body;

import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.time.DeadlineWheel;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The time limits for receiving a body: {@code limits.body_timeout_ms} for all of it, and {@code
 * limits.body_idle_timeout_ms} for the next chunk of a gathered body. A chunk extends only the idle limit, so a slow
 * body cannot keep an exchange forever. Envoy has no such timeouts, not even for a body that exceeds its buffer.
 */
final class BodyClock {
    private final BodyHost host;
    private final BodyTools tools;
    private final ErrorCode late;
    private final boolean gathers;
    private final long end;
    private DeadlineWheel.@Nullable Deadline deadline;

    /**
     * Starts the time limits for receiving a body.
     *
     * @param late the error with which an exchange ends if its body times out
     * @param gathers whether the engine gathers the body from chunks
     */
    BodyClock(BodyHost host, BodyTools tools, ErrorCode late, boolean gathers) {
        this.host = host;
        this.tools = tools;
        this.late = late;
        this.gathers = gathers;
        this.end = tools.ticker().nanoTime()
                + tools.config().limits().bodyTimeout().toNanos();
        await();
    }

    /** Records the arrival of a chunk that is not the last, which restarts the idle timeout. */
    void chunkCame() {
        stop();
        await();
    }

    void stop() {
        if (deadline != null) {
            deadline.cancel();
            deadline = null;
        }
    }

    private void await() {
        long left = end - tools.ticker().nanoTime();
        long idle = tools.config().limits().bodyIdleTimeout().toNanos();
        deadline = gathers && idle < left
                ? tools.after(Duration.ofNanos(idle), this::refuseIdle)
                : tools.after(Duration.ofNanos(left), this::refuseLate);
    }

    private void refuseIdle() {
        host.refuse(late, "no chunk of the body arrived within limits.body_idle_timeout_ms");
    }

    private void refuseLate() {
        host.refuse(
                late,
                "the body did not arrive within limits.body_timeout_ms"
                        + (gathers ? "" : ", or does not fit into Envoy's buffer"));
    }
}
