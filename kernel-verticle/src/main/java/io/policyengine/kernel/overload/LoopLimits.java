package io.policyengine.kernel.overload;

import io.policyengine.kernel.metrics.KernelMeters;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** The limits of exchanges on all event loops, for metrics. Thread-safe. */
public final class LoopLimits {
    private static final double SECOND = Duration.ofSeconds(1).toNanos();

    private final List<LoopLimit> limits = new CopyOnWriteArrayList<>();
    private volatile boolean areExercised;

    public LoopLimits(KernelMeters meters) {
        meters.adaptiveLimit(
                () -> limits.stream().mapToDouble(limit -> limit.state().rate()).sum(),
                () -> limits.stream().filter(limit -> limit.state().rate() > 0).count(),
                () -> limits.stream()
                                .mapToLong(limit -> limit.state().waitNanos())
                                .max()
                                .orElse(0)
                        / SECOND);
    }

    /**
     * Lets each limit that is added from now on begin at the lowest rate. So warm-up requests also run the code of
     * refusals.
     */
    public void exercise() {
        areExercised = true;
    }

    public int loops() {
        return limits.size();
    }

    public void add(LoopLimit limit) {
        if (areExercised) {
            limit.exercise();
        }
        limits.add(limit);
    }
}
