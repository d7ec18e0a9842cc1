package io.policyengine.core.chain.run;

/**
 * What an entry may leave at most.
 *
 * @param maxBodySize bytes of a body that a policy sets
 * @param maxStateSize of all metadata, see {@link io.policyengine.core.policy.Metadata#size}
 */
public record ChainLimits(long maxBodySize, long maxStateSize) {}
