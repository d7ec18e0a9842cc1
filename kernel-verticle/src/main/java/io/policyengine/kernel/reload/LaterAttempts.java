package io.policyengine.kernel.reload;

import io.vertx.core.Vertx;
import java.time.Duration;

/**
 * Repeats the attempt to apply files that were rejected, or applied in part, because of the workers. One attempt is
 * scheduled at a time. The pause before each further attempt is longer, up to {@link #LONGEST}. Confined to the event
 * loop of {@link ReloadCoordinator}.
 */
final class LaterAttempts {
    private static final Duration FIRST = Duration.ofSeconds(1);

    /** Maximum pause between attempts to apply files that the workers did not accept. */
    private static final Duration LONGEST = Duration.ofMinutes(1);

    private final Vertx vertx;
    private final Runnable attempt;
    private Duration pause = FIRST;
    private boolean isWaiting;

    LaterAttempts(Vertx vertx, Runnable attempt) {
        this.vertx = vertx;
        this.attempt = attempt;
    }

    /** Makes the next pause as short as the first one, because the files have changed. */
    void reset() {
        pause = FIRST;
    }

    /** Schedules an attempt, unless one is already scheduled. */
    void schedule() {
        if (isWaiting) {
            return;
        }
        isWaiting = true;
        vertx.setTimer(pause.toMillis(), _ -> {
            isWaiting = false;
            attempt.run();
        });
        Duration next = pause.multipliedBy(2);
        pause = next.compareTo(LONGEST) < 0 ? next : LONGEST;
    }
}
