package io.policyengine.core.work.executor;

import java.util.Locale;

/** The reason why a piece of work was never begun. */
enum DropReason {
    FULL,
    WAITED,
    /** The result is no longer wanted. */
    CANCELLED,
    /** The work needs more memory than the limit of all work. */
    TOO_LARGE;

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
