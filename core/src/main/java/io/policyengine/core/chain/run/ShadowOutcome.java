package io.policyengine.core.chain.run;

import java.util.Locale;

/**
 * The outcome of a shadow entry: the effect that it would have had, or the reason why that is unknown. If several
 * outcomes apply, the last in this order is reported.
 */
public enum ShadowOutcome {
    /** The entry would have passed the message unchanged. */
    PASS,
    /** The entry would have changed something. */
    CHANGE,
    /** The entry would have ended the chain. */
    SKIP,
    /** The entry would have answered the client, or refused the response. */
    DENY,
    ERROR,
    TIMEOUT,
    /**
     * The entry did not run, because no time was left or a required complete body was not available. Such a body was
     * too long, incomplete, or did not fit in the memory for shadow entries.
     */
    NOT_RUN,
    /**
     * The entry did not run, or did not see the rest of a body, because the memory or slots for shadow entries were
     * exhausted.
     */
    OVERLOAD;

    /** The value of the metric's label. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    ShadowOutcome or(ShadowOutcome other) {
        return compareTo(other) < 0 ? other : this;
    }
}
