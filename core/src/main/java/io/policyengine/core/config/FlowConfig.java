package io.policyengine.core.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The chain of one direction of a route.
 *
 * @param chain the entries, with shared chains expanded
 * @param maxBodyBytes maximum bytes of a buffered body; null for the workers' maximum
 * @param reencode whether a decoded body is encoded again with its content coding
 */
public record FlowConfig(
        ProcessingMode mode,
        List<EntryConfig> chain,
        @Nullable Long maxBodyBytes,
        boolean reencode) {
    public FlowConfig {
        chain = List.copyOf(chain);
    }

    boolean saysTheSameAs(FlowConfig other) {
        return withoutPlaces().equals(other.withoutPlaces());
    }

    private FlowConfig withoutPlaces() {
        return new FlowConfig(
                mode, chain.stream().map(EntryConfig::withoutPlace).toList(), maxBodyBytes, reencode);
    }

    /** Returns a flow without policies. */
    public static FlowConfig empty() {
        return new FlowConfig(ProcessingMode.AUTO, List.of(), null, true);
    }
}
