package io.policyengine.app.check;

import io.policyengine.core.chain.OnFailure;
import io.policyengine.core.config.EntryConfig;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.worker.ChainSpec;
import io.policyengine.core.worker.PreparedChain;
import io.policyengine.worker.LocalWorker;
import java.time.Duration;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * The entries that a worker has prepared in one check. Entries with equal parameters are prepared once, since problems
 * and facts do not depend on routes and names. Bounded by the configuration.
 */
final class PreparedEntries {
    private final LocalWorker worker;
    private final Map<Content, PreparedChain.Entry> known = new HashMap<>();
    private long lastChainId;

    /** The properties of an entry on which its preparation depends. Never logged, since secrets are resolved. */
    private record Content(
            String policy,
            Phase phase,
            ObjectNode params,
            @Nullable Duration timeout) {
        static Content of(EntryConfig entry, Phase phase) {
            return new Content(entry.policy(), phase, entry.params(), entry.timeout());
        }

        @Override
        public String toString() {
            return policy;
        }
    }

    /** Creates an empty set for one check by a worker. */
    PreparedEntries(LocalWorker worker) {
        this.worker = worker;
    }

    /** Returns the results of entries of one flow, in order; prepares those without a known result. */
    IdentityHashMap<EntryConfig, PreparedChain.Entry> prepareBlocking(
            String route, Phase phase, List<EntryConfig> entries) {
        Map<Content, EntryConfig> missing = new LinkedHashMap<>();
        Map<Content, PreparedChain.Entry> found = new HashMap<>();
        IdentityHashMap<EntryConfig, Content> contents = new IdentityHashMap<>();
        for (EntryConfig entry : entries) {
            Content content = Content.of(entry, phase);
            contents.put(entry, content);
            PreparedChain.Entry result = known.get(content);
            if (result == null) {
                missing.putIfAbsent(content, entry);
            } else {
                found.put(content, result);
            }
        }
        if (!missing.isEmpty()) {
            found.putAll(prepareBlocking(route, phase, missing));
        }
        IdentityHashMap<EntryConfig, PreparedChain.Entry> results = new IdentityHashMap<>();
        contents.forEach((entry, content) -> results.put(entry, Objects.requireNonNull(found.get(content))));
        return results;
    }

    private Map<Content, PreparedChain.Entry> prepareBlocking(
            String route, Phase phase, Map<Content, EntryConfig> missing) {
        ChainSpec chain = new ChainSpec(
                ++lastChainId,
                route,
                phase,
                missing.values().stream().map(PreparedEntries::spec).toList());
        PreparedChain prepared = worker.check(List.of(chain))
                .toCompletionStage()
                .toCompletableFuture()
                .join()
                .getFirst();
        Map<Content, PreparedChain.Entry> results = new HashMap<>();
        missing.keySet()
                .forEach(content -> results.put(content, prepared.entries().get(results.size())));
        // A file that did not answer may answer the next entry.
        if (!prepared.unfinished()) {
            known.putAll(results);
        }
        return results;
    }

    /** Returns the entry as its worker receives it, without the condition, which is already checked. */
    private static ChainSpec.Entry spec(EntryConfig entry) {
        return new ChainSpec.Entry(
                entry.name(),
                entry.policy(),
                entry.params(),
                Objects.requireNonNullElse(entry.onFailure(), OnFailure.DENY),
                entry.onOverload(),
                entry.timeout(),
                null,
                false);
    }
}
