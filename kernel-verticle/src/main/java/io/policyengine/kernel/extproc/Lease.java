package io.policyengine.kernel.extproc;

import io.policyengine.kernel.generation.Generation;
import io.policyengine.kernel.plan.RoutePlan;
import org.jspecify.annotations.Nullable;

/** The things that an exchange holds of the kernel: its generation, and one of the places that {@code limits.max_exchanges} counts. */
final class Lease {
    private final KernelContext shared;
    private final Generation generation;
    private boolean placed;
    private boolean pinned = true;

    /**
     * The lease of an exchange that begins.
     *
     * @param generation pinned for it
     */
    Lease(KernelContext shared, Generation generation) {
        this.shared = shared;
        this.generation = generation;
    }

    /** Takes a place; false if there is none. */
    boolean enter() {
        placed = shared.enter(generation.config().kernel().limits().maxExchanges());
        return placed;
    }

    /** The plan for a route in the exchange's generation; null if no route policy is for it, or there is no place. */
    @Nullable
    RoutePlan planOf(String routeName) {
        return placed ? generation.routes().find(routeName) : null;
    }

    /** Gives back what is held; once is enough. */
    void free() {
        if (pinned) {
            pinned = false;
            generation.unpin();
        }
        if (placed) {
            placed = false;
            shared.leave();
        }
    }
}
