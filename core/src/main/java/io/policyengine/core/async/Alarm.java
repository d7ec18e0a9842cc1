package io.policyengine.core.async;

import io.vertx.core.Vertx;
import java.time.Duration;

/** A source of timers. */
@FunctionalInterface
public interface Alarm {
    /**
     * Calls {@code ring} once after the time.
     *
     * @return cancels the timer
     */
    Runnable after(Duration time, Runnable ring);

    /** Returns the timers of Vert.x. */
    static Alarm of(Vertx vertx) {
        return (time, ring) -> {
            long timer = vertx.setTimer(time.toMillis(), _ -> ring.run());
            return () -> vertx.cancelTimer(timer);
        };
    }
}
