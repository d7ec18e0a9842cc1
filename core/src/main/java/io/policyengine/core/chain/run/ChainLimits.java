package io.policyengine.core.chain.run;

/**
 * The limits of an entry's results.
 * @param maxBodySize maximum bytes of a body that a policy sets
 * @param maxStateSize maximum size of all metadata in bytes, see {@link io.policyengine.core.policy.Metadata#size}
 */
public record ChainLimits(long maxBodySize, long maxStateSize) {}
