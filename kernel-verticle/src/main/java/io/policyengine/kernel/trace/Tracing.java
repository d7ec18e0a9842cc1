package io.policyengine.kernel.trace;

import io.policyengine.core.config.TracingConfig;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;

/** The tracing of a kernel, on whatever event loop. */
public final class Tracing {
    /** An odd number whose multiples are far from each other. */
    private static final long STEP = 0x9e3779b97f4a7c15L;

    private final AtomicLong seed;

    /**
     * The tracing of a kernel.
     *
     * @param seed of the ids that it makes; another one in each process
     */
    public Tracing(long seed) {
        this.seed = new AtomicLong(seed);
    }

    /** The decisions about the exchanges of one event loop, by these settings. */
    public HeadSampling sampling(TracingConfig config) {
        return new HeadSampling(config, new SplittableRandom(seed.addAndGet(STEP)));
    }
}
