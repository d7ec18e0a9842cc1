package io.policyengine.kernel.worker;

/**
 * The limits of a worker's calls.
 *
 * @param max maximum calls in flight per replica
 * @param adaptive whether fewer calls are allowed if a replica cannot answer them in time
 */
public record CallLimits(int max, boolean adaptive) {}
