package io.policyengine.core.policy;

/**
 * The token with which a policy authenticated the client, for later policies in the same worker. Because it is a
 * credential, it is not part of {@link Metadata} and has no wire or log format. If the authenticating policy permits
 * it, the engine passes the token to later policies in the same run of a chain. There is at most one token at a time.
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
