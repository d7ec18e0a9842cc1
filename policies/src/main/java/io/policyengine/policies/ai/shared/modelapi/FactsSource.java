package io.policyengine.policies.ai.shared.modelapi;

import io.policyengine.core.params.Doc;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.EntryFacts;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.Phase;

/** Sources of the facts about a model request, and of the token usage of its response. */
@Doc("Source of the facts of a request and of the token usage of its response: envoy for the metadata of Envoy's AI "
        + "filters; body for the bodies; auto for Envoy's metadata if present, else the bodies.")
public enum FactsSource {
    /** Envoy's metadata only. */
    ENVOY,
    /** The bodies only. */
    BODY,
    /** Envoy's metadata if present, otherwise the bodies. */
    AUTO;

    private static final EntryFacts OF_ENVOY = EntryFacts.readingMetadata(
                    RequestFacts.ENVOY_NAMESPACE, Usage.ENVOY_NAMESPACE)
            .with(Fact.READS_TRAILERS);

    /**
     * Returns the declared facts of a response entry that reads token usage from this source. Envoy sends the usage
     * with trailers.
     */
    public EntryFacts ofUsage() {
        return switch (this) {
            case BODY -> EntryFacts.none();
            case ENVOY -> OF_ENVOY;
            case AUTO -> OF_ENVOY.with(EntryFacts.bodyUnlessMetadata(Phase.RESPONSE, RequestFacts.ENVOY_NAMESPACE));
        };
    }

    /** Returns how the request body is needed if the facts of requests are read from this source. */
    public BodyNeed requestBody() {
        return this == ENVOY ? BodyNeed.NONE : BodyNeed.BUFFERED;
    }

    /** Returns the declared facts of a request entry that needs the body only for the facts of the request. */
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
