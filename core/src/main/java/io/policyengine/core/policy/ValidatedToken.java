package io.policyengine.core.policy;

/**
 * The token by which a policy has authenticated the client, for later policies in the same worker. As a credential it
 * is not part of {@link Metadata}: it passes from outcome to context within one run of a chain, at most one at a time
 * and as far as the validating policy allows, ends with the run, and has no wire or log format.
 *
 * @param octets the token as presented, without a scheme
 */
public record ValidatedToken(String octets) {
    /** Returns a text that reveals nothing of the token. */
    @Override
    public String toString() {
        return "ValidatedToken[***]";
    }
}
