package io.policyengine.core.worker;

import java.util.List;

/**
 * The enforced entries of a response flow before an entry that stores responses, on all workers.
 *
 * @param digest of what these entries do with responses; equal for equal entries, in every kernel
 * @param policies the names of their policies, without repeats; workers have settings of their own for these
 */
public record PassedEntries(String digest, List<String> policies) {
    public PassedEntries {
        policies = List.copyOf(policies);
    }
}
