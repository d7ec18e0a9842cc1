package io.policyengine.core.chain.run;

/**
 * The limits of what an entry may leave.
 *
 * @param maxBodySize bytes of a body that a policy sets
 * @param maxStateSize of all metadata, see {@link io.policyengine.core.policy.Metadata#size}
 */
public record ChainLimits(long maxBodySize, long maxStateSize) {}
