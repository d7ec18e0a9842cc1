package io.policyengine.it.simulation.net;

import io.netty.channel.ManualIoEventLoop;
import io.netty.channel.local.LocalIoHandler;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** The one event loop of a simulated machine, run by the thread that made it. All that happens is a task of this loop. */
final class VirtualLoop extends ManualIoEventLoop {
    private final VirtualClock clock;

    VirtualLoop(VirtualClock clock) {
        super(null, Thread.currentThread(), LocalIoHandler.newFactory(), clock);
        this.clock = clock;
    }

    /** Lets something happen after a time. */
    void after(long nanos, Runnable event) {
        ScheduledFuture<?> _ = schedule(event, nanos, TimeUnit.NANOSECONDS);
    }

    /**
     * Runs what is due and lets time pass up to what comes next, again and again.
     *
     * @param limit the most time that may pass
     * @return whether it was done in time
     */
    boolean runUntil(BooleanSupplier done, Duration limit) {
        long end = clock.nanoTime() + limit.toNanos();
        while (true) {
            runNow();
            if (done.getAsBoolean()) {
                return true;
            }
            long pause = nextScheduledTaskNano();
            if (pause < 0 || clock.nanoTime() + pause - end > 0) {
                return false;
            }
            clock.advance(pause);
        }
    }
}
