package io.policyengine.core.chain.run;

import java.util.Locale;

/** The outcome of a policy in the shadow: what it would have done, the lesser before the greater, or why that is not known. */
public enum ShadowOutcome {
    /** It would have let the message go on as it was. */
    PASS,
    /** It would have changed something. */
    CHANGE,
    /** It would have ended the chain. */
    SKIP,
    /** It would have answered the client. */
    DENY,
    /** It failed. */
    ERROR,
    /** It took too long. */
    TIMEOUT,
    /** It needs the whole body, which was too long or did not come to its end. */
    NOT_RUN,
    /** It was left out, or not shown the rest of a body: too much was waiting for policies in the shadow. */
    OVERLOAD;

    /** The value of the metric's label. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The greater of both. */
    ShadowOutcome or(ShadowOutcome other) {
        return compareTo(other) < 0 ? other : this;
    }
}
