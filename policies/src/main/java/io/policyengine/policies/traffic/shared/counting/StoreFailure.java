package io.policyengine.policies.traffic.shared.counting;

import io.policyengine.core.params.Doc;
import io.policyengine.core.store.StoreException;

/** The treatments of requests that the store cannot count. */
@Doc("Treatment of requests while the store fails: they are counted in this process, pass, or are denied with 503.")
public enum StoreFailure {
    /** Counts the requests in this process, against its share of the limits. */
    LOCAL,
    ALLOW,
    DENY;

    /**
     * Returns whether this treatment applies to a failure. Overload is not a failure of the store, but {@link #LOCAL}
     * applies to it as well.
     */
    public boolean appliesTo(StoreException failure) {
        return failure.isOfStore() || (this == LOCAL && failure.kind() == StoreException.Kind.OVERLOADED);
    }
}
