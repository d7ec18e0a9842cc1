package io.policyengine.policies.ai.shared.modelapi;

import io.policyengine.core.params.Doc;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.EntryFacts;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.Phase;

/** Places where a policy finds out what a request asks of a model, and what the answer used. */
@Doc(
        "Where the facts of a request and the use of its answer are taken from: envoy is what Envoy's AI filters tell, body the bodies, auto what Envoy told, else the bodies.")
public enum FactsSource {
    /** Envoy's metadata only. */
    ENVOY,
    /** The bodies only. */
    BODY,
    /** Envoy's metadata where it came, else the bodies. */
    AUTO;

    private static final EntryFacts OF_ENVOY = EntryFacts.readingMetadata(
                    RequestFacts.ENVOY_NAMESPACE, Usage.ENVOY_NAMESPACE)
            .with(Fact.READS_TRAILERS);

    /** The facts of a response entry that takes token usage from this source: Envoy sends it with trailers. */
    public EntryFacts ofUsage() {
        return switch (this) {
            case BODY -> EntryFacts.none();
            case ENVOY -> OF_ENVOY;
            case AUTO -> OF_ENVOY.with(EntryFacts.bodyUnlessMetadata(Phase.RESPONSE, RequestFacts.ENVOY_NAMESPACE));
        };
    }

    /** The need of the request's body, where what it asks is taken from here. */
    public BodyNeed requestBody() {
        return this == ENVOY ? BodyNeed.NONE : BodyNeed.BUFFERED;
    }

    /** The facts of an entry on requests that takes what they ask from here, and nothing else from their bodies. */
    public EntryFacts ofRequest() {
        return switch (this) {
            case BODY -> EntryFacts.none();
            case ENVOY -> EntryFacts.readingMetadata(RequestFacts.ENVOY_NAMESPACE);
            case AUTO ->
                EntryFacts.readingMetadata(RequestFacts.ENVOY_NAMESPACE)
                        .with(EntryFacts.bodyUnlessMetadata(Phase.REQUEST, RequestFacts.ENVOY_NAMESPACE));
        };
    }
}
