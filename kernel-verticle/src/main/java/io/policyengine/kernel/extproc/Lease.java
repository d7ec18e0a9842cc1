package io.policyengine.kernel.extproc;

import io.policyengine.kernel.generation.Generation;
import org.jspecify.annotations.Nullable;

/** What an exchange holds of the kernel: one of the places that {@code limits.max_exchanges} counts, and its generation. */
final class Lease {
    private final Shared shared;
    private boolean placed;
    private @Nullable Generation generation;

    Lease(Shared shared) {
        this.shared = shared;
    }

    /** Takes a place; false if there is none. */
    boolean enter() {
        placed = shared.enter();
        return placed;
    }

    /** Pins the generation that is current now; null if there is none yet. */
    @Nullable
    Generation pin() {
        generation = shared.generations().pinCurrent();
        return generation;
    }

    /** Gives back what is held; once is enough. */
    void free() {
        Generation pinned = generation;
        if (pinned != null) {
            generation = null;
            pinned.unpin();
        }
        if (placed) {
            placed = false;
            shared.leave();
        }
    }
}
