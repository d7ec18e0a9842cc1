package io.policyengine.core.worker;

import java.util.List;

/**
 * A worker's description of itself: its name, version, limits and policies.
 *
 * @param name the configured name
 * @param version version of the worker's software, for display
 * @param maxBodySize maximum bytes of a buffered body
 * @param maxStateSize maximum of {@link io.policyengine.core.policy.Metadata#size}, in bytes
 */
public record WorkerDescription(
        String name,
        String version,
        ProtocolVersion protocolVersion,
        long maxBodySize,
        long maxStateSize,
        List<DeclaredPolicy> policies) {
    public WorkerDescription withPolicies(List<DeclaredPolicy> others) {
        return new WorkerDescription(name, version, protocolVersion, maxBodySize, maxStateSize, others);
    }
}
