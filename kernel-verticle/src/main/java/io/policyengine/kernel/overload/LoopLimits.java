package io.policyengine.kernel.overload;

import io.policyengine.kernel.metrics.KernelMeters;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** The limits of all event loops, for metrics; for all threads. */
public final class LoopLimits {
    private static final double SECOND = Duration.ofSeconds(1).toNanos();

    private final List<LoopLimit> limits = new CopyOnWriteArrayList<>();

    /** Creates an empty set. */
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

    /** The event loops that serve exchanges now. */
    public int loops() {
        return limits.size();
    }

    /** Adds a serving event loop. */
    public void add(LoopLimit limit) {
        limits.add(limit);
    }
}
