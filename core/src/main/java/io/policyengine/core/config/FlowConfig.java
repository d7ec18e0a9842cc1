package io.policyengine.core.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The chain of one direction of a route.
 *
 * @param chain shared chains are expanded
 * @param maxBodyBytes most bytes of a body that is held whole; null: what the workers accept
 * @param reencode whether a body that was opened for a policy goes on in its content coding, else as it is
 */
public record FlowConfig(
        ProcessingMode mode,
        List<EntryConfig> chain,
        @Nullable Long maxBodyBytes,
        boolean reencode) {
    /** A copy. */
    public FlowConfig {
        chain = List.copyOf(chain);
    }

    /** True if the other says the same, wherever it is written. */
    boolean saysTheSameAs(FlowConfig other) {
        return withoutPlaces().equals(other.withoutPlaces());
    }

    private FlowConfig withoutPlaces() {
        return new FlowConfig(
                mode, chain.stream().map(EntryConfig::withoutPlace).toList(), maxBodyBytes, reencode);
    }

    /** No policies. */
    public static FlowConfig empty() {
        return new FlowConfig(ProcessingMode.AUTO, List.of(), null, true);
    }
}
