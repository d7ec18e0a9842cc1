package io.policyengine.core.chain.run;

import java.util.Locale;

/** The outcome of a shadow entry, in ascending order: its would-be effect, or the reason why that is unknown. */
public enum ShadowOutcome {
    /** The entry would have passed the message unchanged. */
    PASS,
    /** The entry would have changed something. */
    CHANGE,
    /** The entry would have ended the chain. */
    SKIP,
    /** The entry would have answered the client. */
    DENY,
    ERROR,
    TIMEOUT,
    /** The entry needs the complete body, which was too long or incomplete. */
    NOT_RUN,
    /** The entry was not run, or lost the rest of a body, because too much was waiting for shadow entries. */
    OVERLOAD;

    /** The value of the metric's label. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    ShadowOutcome or(ShadowOutcome other) {
        return compareTo(other) < 0 ? other : this;
    }
}
