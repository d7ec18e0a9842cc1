package io.policyengine.policies.model;

import io.policyengine.core.params.Doc;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.EntryFacts;
import io.policyengine.core.policy.Phase;

/** Where the model of a request is learnt from. */
@Doc("Where the model of a request is learnt from.")
public enum FactSource {
    /** From what Envoy's filter has left, where it came with the request; else from the body. */
    AUTO,
    /** From what Envoy's filter has left, and from the path: no body is asked for. */
    ENVOY,
    /** From the body, and from the path. */
    BODY;

    /** The namespace of what Envoy's filter {@code request_info} leaves. */
    static final String NAMESPACE = "envoy.ai.request_info";

    /** The need of the request's body. */
    public BodyNeed bodyNeed() {
        return this == ENVOY ? BodyNeed.NONE : BodyNeed.BUFFERED;
    }

    /** The facts about an entry that learns it so. */
    public EntryFacts facts() {
        return switch (this) {
            case AUTO ->
                EntryFacts.readingMetadata(NAMESPACE).with(EntryFacts.bodyUnlessMetadata(Phase.REQUEST, NAMESPACE));
            case ENVOY -> EntryFacts.readingMetadata(NAMESPACE);
            case BODY -> EntryFacts.none();
        };
    }
}
