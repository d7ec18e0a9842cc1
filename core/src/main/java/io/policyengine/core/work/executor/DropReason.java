package io.policyengine.core.work.executor;

import java.util.Locale;

/** The reason why a piece of work never began. */
enum DropReason {
    FULL,
    WAITED,
    /** The work's result is no longer needed. */
    CANCELLED,
    /** The work needs more memory than all work together may use. */
    TOO_LARGE;

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
