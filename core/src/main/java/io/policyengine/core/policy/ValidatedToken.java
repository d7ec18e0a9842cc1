package io.policyengine.core.policy;

/**
 * The token by which a policy has authenticated the client, for the policies after it in the same worker. It is a credential, so it is
 * no {@link Metadata}: it goes from outcome to context within one run of a chain, at most one at a time and as long as the validating
 * policy allows, ends with the run, and has no form on the wire or in a log.
 *
 * @param octets the token as it was presented, without a scheme
 */
public record ValidatedToken(String octets) {
    /** Nothing of it. */
    @Override
    public String toString() {
        return "ValidatedToken[***]";
    }
}
