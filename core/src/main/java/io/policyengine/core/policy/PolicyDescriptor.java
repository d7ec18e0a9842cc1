package io.policyengine.core.policy;

import java.util.Set;

/**
 * The description of a policy, before its parameters are known.
 *
 * @param name the name that chains use, camelCase
 * @param version for people, such as {@code 1.0.0}
 * @param description one sentence
 * @param phases at least one
 * @param requestBody what it needs of request bodies at most
 * @param responseBody what it needs of response bodies at most
 * @param endAccuracy how exactly it has to know the end of exchanges, by {@link Policy#exchangeEnded}
 * @param keepsRequestBody whether its part on the response may look at the request's body, which is kept in memory for it until then
 */
public record PolicyDescriptor(
        String name,
        String version,
        String description,
        Set<Phase> phases,
        BodyNeed requestBody,
        BodyNeed responseBody,
        Set<Fact> facts,
        EndAccuracy endAccuracy,
        boolean keepsRequestBody) {

    /** A policy whose part on the response does not look at the request's body. */
    public PolicyDescriptor(
            String name,
            String version,
            String description,
            Set<Phase> phases,
            BodyNeed requestBody,
            BodyNeed responseBody,
            Set<Fact> facts,
            EndAccuracy endAccuracy) {
        this(name, version, description, phases, requestBody, responseBody, facts, endAccuracy, false);
    }

    /** A policy that needs headers only. */
    public static PolicyDescriptor headersOnly(
            String name, String version, String description, Set<Phase> phases, Set<Fact> facts) {
        return new PolicyDescriptor(
                name, version, description, phases, BodyNeed.NONE, BodyNeed.NONE, facts, EndAccuracy.NONE);
    }

    /** The same policy, told the end of exchanges. */
    public PolicyDescriptor withEnd(EndAccuracy accuracy) {
        return new PolicyDescriptor(
                name, version, description, phases, requestBody, responseBody, facts, accuracy, keepsRequestBody);
    }

    /** The same policy, whose part on the response looks at the request's body. */
    public PolicyDescriptor withRequestBodyKept() {
        return new PolicyDescriptor(
                name, version, description, phases, requestBody, responseBody, facts, endAccuracy, true);
    }

    /** The maximum need of the body of this phase. */
    public BodyNeed bodyNeed(Phase phase) {
        return switch (phase) {
            case REQUEST -> requestBody;
            case RESPONSE -> responseBody;
        };
    }
}
