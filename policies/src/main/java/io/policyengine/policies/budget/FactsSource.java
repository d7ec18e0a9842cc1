package io.policyengine.policies.budget;

import io.policyengine.core.params.Doc;

/** Places where a policy finds out what a request asks of a model, and what the answer used. */
@Doc(
        "Where the facts of a request and the use of its answer are taken from: envoy is what Envoy's AI filters tell, body the bodies, auto what Envoy told, else the bodies.")
public enum FactsSource {
    /** Envoy's metadata only. */
    ENVOY,
    /** The bodies only. */
    BODY,
    /** Envoy's metadata where it came, else the bodies. */
    AUTO
}
