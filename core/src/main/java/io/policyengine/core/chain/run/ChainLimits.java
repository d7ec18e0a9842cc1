package io.policyengine.core.chain.run;

/**
 * The limits of an entry's results.
 * @param maxBodySize bytes of a body that a policy sets
 * @param maxStateSize limit of all metadata, see {@link io.policyengine.core.policy.Metadata#size}
 */
public record ChainLimits(long maxBodySize, long maxStateSize) {}
