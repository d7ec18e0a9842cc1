package io.policyengine.core.policy;

import java.util.Set;

/**
 * The description of a policy, independent of parameters.
 *
 * @param name the name in chains, camelCase
 * @param version for display, such as {@code 1.0.0}
 * @param family what it does for a request
 * @param description one sentence
 * @param phases at least one
 * @param requestBody upper bound of its need of request bodies
 * @param responseBody upper bound of its need of response bodies
 * @param endAccuracy accuracy of {@link Policy#exchangeEnded}
 * @param keepsRequestBody whether its response phase may read the request's body, which is kept in memory until then
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

    /** Creates a descriptor without a family, whose response phase does not read the request's body. */
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

    /** Creates the descriptor of a policy that needs headers only. */
    public static PolicyDescriptor headersOnly(
            String name, String version, String description, Set<Phase> phases, Set<Fact> facts) {
        return new PolicyDescriptor(
                name, version, description, phases, BodyNeed.NONE, BodyNeed.NONE, facts, EndAccuracy.NONE);
    }

    /** Returns a copy that is notified of the end of exchanges. */
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

    /** Returns a copy whose response phase reads the request's body. */
    public PolicyDescriptor withRequestBodyKept() {
        return new PolicyDescriptor(
                name, version, family, description, phases, requestBody, responseBody, facts, endAccuracy, true);
    }

    /** The maximum need of the body of this phase. */
    public BodyNeed bodyNeed(Phase phase) {
        return switch (phase) {
            case REQUEST -> requestBody;
            case RESPONSE -> responseBody;
        };
    }
}
