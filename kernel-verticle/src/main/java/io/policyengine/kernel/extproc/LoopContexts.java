package io.policyengine.kernel.extproc;

import io.policyengine.core.config.KernelConfig;
import io.policyengine.kernel.envoy.EnvoyStream;
import io.policyengine.kernel.generation.Pinned;
import io.policyengine.kernel.trust.ConnectionTrust;
import io.vertx.core.Vertx;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Begins the exchanges of one event loop. Each exchange gets the context of the generation that is current when it
 * begins.
 */
final class LoopContexts {
    /** The interval between searches for exchanges of superseded generations. */
    private static final Duration LOOK = Duration.ofSeconds(1);

    private final Vertx vertx;
    private final KernelContext shared;
    /** The context of the newest generation; null before the first exchange. */
    private @Nullable LoopContext newest;

    private @Nullable Long looks;

    LoopContexts(Vertx vertx, KernelContext shared) {
        this.vertx = vertx;
        this.shared = shared;
    }

    /** Returns whether these event-loop contexts belong to the given kernel context. */
    boolean isOf(KernelContext other) {
        return shared == other;
    }

    /**
     * Ends all exchanges in which the engine has nothing left to do. From now on, every other exchange ends as soon as
     * nothing is left to do in it.
     */
    void drain() {
        if (newest != null) {
            newest.exchanges().drain();
        }
    }

    void end() {
        if (newest != null) {
            newest.exchanges().end();
        }
    }

    /**
     * Ends exchanges whose generation was superseded longer ago than {@code limits.max_generation_age_ms} of the newest
     * generation. The setting applies even if this event loop does not use the newest generation yet.
     */
    private void endThoseOfOldGenerations() {
        if (newest != null) {
            Pinned generation = shared.pin();
            Duration age = generation.config().kernel().limits().maxGenerationAge();
            generation.unpin();
            newest.exchanges().endThoseOfGenerationsBeyond(age);
        }
    }

    /**
     * Stops the periodic search for exchanges of superseded generations. Called for contexts that only ever have one
     * generation.
     */
    void close() {
        if (looks != null) {
            vertx.cancelTimer(looks);
        }
    }

    Exchange begin(EnvoyStream stream, ConnectionTrust trust) {
        Pinned generation = shared.pin();
        KernelConfig settings = generation.config().kernel();
        LoopContext now = newest;
        if (now == null) {
            now = LoopContext.of(vertx, shared, settings);
            looks = vertx.setPeriodic(LOOK.toMillis(), _ -> endThoseOfOldGenerations());
        } else if (!now.config().equals(settings)) {
            now = now.with(settings);
        }
        newest = now;
        return new Exchange(now, stream, generation, trust);
    }
}
