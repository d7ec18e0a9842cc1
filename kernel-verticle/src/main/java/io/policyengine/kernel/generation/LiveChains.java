package io.policyengine.kernel.generation;

import io.policyengine.core.policy.Phase;
import io.policyengine.core.worker.ChainSpec;
import io.policyengine.core.worker.PreparedChain;
import io.policyengine.kernel.metrics.RouteLabels;
import io.policyengine.kernel.plan.Planner;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * The chains of all live generations. Chains with the same content are one chain with one id, even in several
 * generations. Used by one step of {@link Generations} at a time.
 */
final class LiveChains {
    private final Map<Content, Chain> byContent = new HashMap<>();
    private final Map<String, Set<Chain>> byWorker = new LinkedHashMap<>();
    private final BiConsumer<String, List<Long>> released;
    private long lastId;

    private record Content(
            String worker, String route, String routeLabel, Phase phase, List<ChainSpec.Entry> entries) {}

    private static final class Chain {
        final Content content;
        final ChainSpec spec;
        int users;

        Chain(Content content, ChainSpec spec) {
            this.content = content;
            this.spec = spec;
        }
    }

    /**
     * Creates an object without chains.
     *
     * @param firstId greater than all chain ids that workers may know from an earlier kernel
     * @param released receives a worker's name and the ids of the chains that no generation uses any longer
     */
    LiveChains(long firstId, BiConsumer<String, List<Long>> released) {
        this.lastId = firstId;
        this.released = released;
    }

    /** Returns the still empty set of chains of a new generation, whose metrics have the given route labels. */
    Share share(RouteLabels labels) {
        return new Share(labels);
    }

    /** Returns the chains of a worker in all live generations. */
    List<ChainSpec> of(String worker) {
        return byWorker.getOrDefault(worker, Set.of()).stream()
                .map(chain -> chain.spec)
                .toList();
    }

    static List<ChainSpec> of(String worker, Collection<Share> shares) {
        Map<Long, ChainSpec> all = new LinkedHashMap<>();
        for (Share share : shares) {
            for (Chain chain : share.chains.values()) {
                if (chain.content.worker().equals(worker)) {
                    all.put(chain.spec.id(), chain.spec);
                }
            }
        }
        return List.copyOf(all.values());
    }

    /** The chains of one generation. */
    final class Share implements Planner.Chains {
        private final RouteLabels labels;
        private final Map<Long, Chain> chains = new LinkedHashMap<>();
        private final Set<Long> refused = new HashSet<>();
        /** The entries of the prepared chains that the generation was planned with, by chain id. */
        private final Map<Long, List<PreparedChain.Entry>> planned = new HashMap<>();

        private Share(RouteLabels labels) {
            this.labels = labels;
        }

        @Override
        public ChainSpec take(String worker, String route, Phase phase, List<ChainSpec.Entry> entries) {
            String label = labels.of(route);
            Content content = new Content(worker, route, label, phase, entries);
            Chain chain = byContent.computeIfAbsent(
                    content, _ -> new Chain(content, new ChainSpec(++lastId, route, label, phase, entries)));
            if (chains.putIfAbsent(chain.spec.id(), chain) == null) {
                chain.users++;
                byWorker.computeIfAbsent(worker, _ -> new LinkedHashSet<>()).add(chain);
            }
            return chain.spec;
        }

        /** Records a prepared chain as the one that the generation is planned with. */
        void plan(PreparedChain prepared) {
            if (prepared.isCallable()) {
                planned.put(prepared.id(), prepared.entries());
            } else {
                refuse(prepared.id());
            }
        }

        /** Removes a chain that a worker refused, so that the next generation prepares it again. */
        private void refuse(long id) {
            Chain chain = chains.get(id);
            if (chain != null) {
                refused.add(id);
                byContent.remove(chain.content, chain);
            }
        }

        /** Returns whether a worker prepared the chain with the same result that the generation was planned with. */
        boolean isAsPlanned(PreparedChain prepared) {
            long id = prepared.id();
            if (!chains.containsKey(id)) {
                return true;
            }
            List<PreparedChain.Entry> before = planned.get(id);
            return prepared.isCallable() != refused.contains(id)
                    && (before == null || !prepared.isCallable() || before.equals(prepared.entries()));
        }

        /** Removes the generation, and releases the chains that no other generation uses. */
        void release() {
            Map<String, List<Long>> unused = new LinkedHashMap<>();
            for (Chain chain : chains.values()) {
                String worker = chain.content.worker();
                if (--chain.users == 0) {
                    byContent.remove(chain.content, chain);
                    byWorker.getOrDefault(worker, Set.of()).remove(chain);
                    unused.computeIfAbsent(worker, _ -> new ArrayList<>()).add(chain.spec.id());
                }
            }
            chains.clear();
            unused.forEach(released);
        }
    }
}
