package io.policyengine.core.worker;

import java.util.List;

/**
 * The identity of a worker and its policies.
 *
 * @param name the configured name
 * @param version of its software, for display
 * @param maxBodySize limit of a buffered body, in bytes
 * @param maxStateSize see {@link io.policyengine.core.policy.Metadata#size}
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
