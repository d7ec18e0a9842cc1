package io.policyengine.core.policy;

/**
 * The token with which a policy authenticated the client, for later policies in the same worker. Because it is a
 * credential, it is not part of {@link Metadata} and has no wire or log format. It is passed from outcome to context
 * within one run of a chain, if the authenticating policy permits it; there is at most one at a time.
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
