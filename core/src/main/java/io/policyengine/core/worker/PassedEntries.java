package io.policyengine.core.worker;

import java.util.List;

/**
 * The enforced entries, on all workers, that a response passes before an entry stores it.
 *
 * @param digest a digest of what these entries do with responses; equal for equal entries, in every kernel
 * @param policies the distinct names of their policies, for workers that have settings of these policies
 */
public record PassedEntries(String digest, List<String> policies) {
    public PassedEntries {
        policies = List.copyOf(policies);
    }
}
