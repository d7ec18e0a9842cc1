package io.policyengine.core.policy;

import java.util.Set;

/**
 * The description of a policy, independent of parameters.
 *
 * @param name the name in chains, camelCase
 * @param version for display, such as {@code 1.0.0}
 * @param family the kind of work that the policy does for a request
 * @param description one sentence
 * @param phases the phases in which the policy can run; at least one
 * @param requestBody the part of request bodies that the policy needs at most; some parameters may reduce it
 * @param responseBody the part of response bodies that the policy needs at most; some parameters may reduce it
 * @param endAccuracy the accuracy with which {@link Policy#exchangeEnded} is called
 * @param keepsRequestBody whether the response phase may read the request body, which is kept in memory until then
 */
public record PolicyDescriptor(
        String name,
        String version,
        Family family,
        String description,
        Set<Phase> phases,
        BodyNeed requestBody,
        BodyNeed responseBody,
        Set<Fact> facts,
        EndAccuracy endAccuracy,
        boolean keepsRequestBody) {

    /**
     * Creates the descriptor of a policy of family {@link Family#OTHER} that does not read the request body in the
     * response phase.
     */
    public PolicyDescriptor(
            String name,
            String version,
            String description,
            Set<Phase> phases,
            BodyNeed requestBody,
            BodyNeed responseBody,
            Set<Fact> facts,
            EndAccuracy endAccuracy) {
        this(name, version, Family.OTHER, description, phases, requestBody, responseBody, facts, endAccuracy, false);
    }

    /** Creates the descriptor of a policy that needs no bodies and is not notified of the end of exchanges. */
    public static PolicyDescriptor headersOnly(
            String name, String version, String description, Set<Phase> phases, Set<Fact> facts) {
        return new PolicyDescriptor(
                name, version, description, phases, BodyNeed.NONE, BodyNeed.NONE, facts, EndAccuracy.NONE);
    }

    /** Returns a copy that requests notification of the end of exchanges. */
    public PolicyDescriptor withEnd(EndAccuracy accuracy) {
        return new PolicyDescriptor(
                name,
                version,
                family,
                description,
                phases,
                requestBody,
                responseBody,
                facts,
                accuracy,
                keepsRequestBody);
    }

    /** Returns a copy that declares that the policy may read the request body in the response phase. */
    public PolicyDescriptor withRequestBodyKept() {
        return new PolicyDescriptor(
                name, version, family, description, phases, requestBody, responseBody, facts, endAccuracy, true);
    }

    /** The part of this phase's body that the policy needs at most; some parameters may reduce it. */
    public BodyNeed bodyNeed(Phase phase) {
        return switch (phase) {
            case REQUEST -> requestBody;
            case RESPONSE -> responseBody;
        };
    }
}
