package io.policyengine.kernel.worker.registry;

import io.policyengine.core.worker.ChainSpec;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The chains that workers must hold until their release: those of live generations, without which a replica is
 * unavailable, and those of drafts. Confined to the registry's event loop.
 */
final class WantedChains {
    private final Set<Long> ids = new HashSet<>();
    private final Map<String, Set<Long>> live = new HashMap<>();

    /** A generation, or one to be, needs them. */
    void want(List<ChainSpec> chains) {
        chains.forEach(chain -> ids.add(chain.id()));
    }

    /** Sets the chains of a worker in live generations. */
    void setLive(String worker, List<ChainSpec> chains) {
        live.put(worker, chains.stream().map(ChainSpec::id).collect(Collectors.toCollection(HashSet::new)));
    }

    /** Removes chains. */
    void release(String worker, Collection<Long> released) {
        released.forEach(ids::remove);
        Set<Long> left = live.get(worker);
        if (left != null) {
            left.removeAll(released);
            if (left.isEmpty()) {
                live.remove(worker);
            }
        }
    }

    /** True if anybody needs it. */
    boolean has(long id) {
        return ids.contains(id);
    }

    /** The chains of a worker that live generations have. */
    Set<Long> live(String worker) {
        return live.getOrDefault(worker, Set.of());
    }
}
