package io.policyengine.policies.traffic.shared.counting;

import io.policyengine.core.params.Doc;
import io.policyengine.core.store.StoreException;

/** The treatment of requests that the store cannot count. */
@Doc("Treatment of requests while the store fails: counted in this process, let pass, or denied with 503.")
public enum StoreFailure {
    /** The requests are counted in this process, against its share of the limits. */
    LOCAL,
    ALLOW,
    DENY;

    /**
     * Returns whether this treatment applies to a failure. Overload is no failure of the store, but requests may be
     * counted locally then.
     */
    public boolean appliesTo(StoreException failure) {
        return failure.isOfStore() || (this == LOCAL && failure.kind() == StoreException.Kind.OVERLOADED);
    }
}
