package io.policyengine.kernel.worker;

import io.policyengine.core.worker.DeclaredPolicy;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which worker runs which policy.
 *
 * @param owners by policy name
 * @param complete whether every configured worker has answered once; until then a policy that nobody declares may still come
 */
public record Declarations(Map<String, Owner> owners, boolean complete) {
    /**
     * A policy and the worker that it belongs to.
     *
     * @param maxBodySize bytes of a body that the worker accepts whole
     */
    public record Owner(Worker worker, long maxBodySize, DeclaredPolicy policy) {}

    /** Who runs the policy, or null. */
    public @Nullable Owner owner(String policy) {
        return owners.get(policy);
    }
}
