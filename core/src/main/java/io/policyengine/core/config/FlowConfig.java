package io.policyengine.core.config;

import java.util.List;

/**
 * The chain of one direction of a route.
 *
 * @param chain shared chains are expanded
 */
public record FlowConfig(ProcessingMode mode, List<EntryConfig> chain) {
    /** A copy. */
    public FlowConfig {
        chain = List.copyOf(chain);
    }

    /** No policies. */
    public static FlowConfig empty() {
        return new FlowConfig(ProcessingMode.AUTO, List.of());
    }
}
