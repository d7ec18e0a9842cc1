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
 * The chains that workers must keep until they are released: the chains of live generations and of drafts. A replica
 * becomes available once it has the chains of live generations. Confined to the registry's event loop.
 */
final class WantedChains {
    private final Set<Long> ids = new HashSet<>();
    private final Map<String, Set<Long>> live = new HashMap<>();

    void want(List<ChainSpec> chains) {
        chains.forEach(chain -> ids.add(chain.id()));
    }

    void setLive(String worker, List<ChainSpec> chains) {
        live.put(worker, chains.stream().map(ChainSpec::id).collect(Collectors.toCollection(HashSet::new)));
    }

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

    boolean has(long id) {
        return ids.contains(id);
    }

    Set<Long> live(String worker) {
        return live.getOrDefault(worker, Set.of());
    }
}
