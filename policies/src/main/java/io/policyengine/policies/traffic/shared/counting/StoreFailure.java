package io.policyengine.policies.traffic.shared.counting;

import io.policyengine.core.params.Doc;

/** The treatment of requests that the store cannot count. */
@Doc("Treatment of requests while the store fails: counted in this process, let pass, or denied with 503.")
public enum StoreFailure {
    /** The requests are counted in this process, against its share of the limits. */
    LOCAL,
    ALLOW,
    DENY
}
