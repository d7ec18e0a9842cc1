package io.policyengine.worker;

import io.policyengine.core.policy.Phase;
import io.policyengine.core.worker.ChainSpec;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The callable chains of a worker, by flow of a route. Of the chains that begin with the same entry, the one prepared
 * last is current. Chains of replaced configurations are kept while exchanges run them. Thread-safe.
 */
final class CurrentChains {
    private final ConcurrentHashMap<ChainKey, NavigableMap<Long, BoundChain>> byKey = new ConcurrentHashMap<>();

    /**
     * The position of a chain in a route. A flow may have several chains in a worker, each with a different first
     * entry.
     */
    private record ChainKey(String route, Phase phase, String firstEntry) {
        static ChainKey of(ChainSpec spec) {
            String first =
                    spec.entries().isEmpty() ? "" : spec.entries().getFirst().name();
            return new ChainKey(spec.route(), spec.phase(), first);
        }
    }

    void add(BoundChain chain) {
        if (chain.isCallable()) {
            byKey.compute(ChainKey.of(chain.spec()), (_, known) -> {
                NavigableMap<Long, BoundChain> chains = known == null ? new TreeMap<>() : known;
                chains.put(chain.spec().id(), chain);
                settle(chains);
                return chains;
            });
        }
    }

    /** Removes a chain and marks it as no longer current. */
    void remove(BoundChain chain) {
        chain.setCurrent(false);
        byKey.computeIfPresent(ChainKey.of(chain.spec()), (_, chains) -> {
            chains.remove(chain.spec().id(), chain);
            settle(chains);
            return chains.isEmpty() ? null : chains;
        });
    }

    private static void settle(NavigableMap<Long, BoundChain> chains) {
        chains.forEach((id, chain) -> chain.setCurrent(id.equals(chains.lastKey())));
    }
}
