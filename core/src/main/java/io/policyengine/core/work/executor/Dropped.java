package io.policyengine.core.work.executor;

import java.util.Locale;

/** The reason why a piece of work was never begun. */
enum Dropped {
    /** Too many wait in its lane. */
    FULL,
    /** It waited for as long as it may. */
    WAITED,
    /** Nobody wants its result any more. */
    CANCELLED,
    /** It needs more memory than there is for all work. */
    TOO_LARGE;

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
