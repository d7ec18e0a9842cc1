package io.policyengine.core.worker;

import java.util.List;

/**
 * The description of a worker: who it is and what it can run.
 *
 * @param name the configured name
 * @param version of its software, for people
 * @param maxBodySize bytes of a body that it accepts whole
 * @param maxStateSize see {@link io.policyengine.core.policy.Metadata#size}
 */
public record WorkerDescription(
        String name,
        String version,
        ProtocolVersion protocolVersion,
        long maxBodySize,
        long maxStateSize,
        List<DeclaredPolicy> policies) {
    /** The same worker, with these policies. */
    public WorkerDescription withPolicies(List<DeclaredPolicy> others) {
        return new WorkerDescription(name, version, protocolVersion, maxBodySize, maxStateSize, others);
    }
}
