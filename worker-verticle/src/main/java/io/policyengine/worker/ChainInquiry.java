package io.policyengine.worker;

import io.policyengine.core.chain.run.BoundEntry;
import io.policyengine.core.error.Faults;
import io.policyengine.core.error.PolicyException;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.worker.EntryAnswer;
import io.policyengine.core.worker.PolicyQuestion;
import io.policyengine.core.worker.WorkerControl;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A question of the management API to the chains of a worker. If chains of two generations contain the same entry, only
 * the entry of the newer chain is asked. A chain stays in use until its entries have answered.
 */
final class ChainInquiry {
    private final PolicyQuestion question;

    ChainInquiry(PolicyQuestion question) {
        this.question = question;
    }

    /** The identity of an entry in all generations of the configuration. Keys are sorted for display. */
    private record EntryKey(String route, String entry, Phase phase) implements Comparable<EntryKey> {
        @Override
        public int compareTo(EntryKey other) {
            int byRoute = route.compareTo(other.route);
            int byEntry = byRoute != 0 ? byRoute : entry.compareTo(other.entry);
            return byEntry != 0 ? byEntry : phase.compareTo(other.phase);
        }
    }

    private record Asked(BoundChain chain, Policy policy) {
        boolean isOlderThan(Asked other) {
            return chain.spec().id() < other.chain.spec().id();
        }
    }

    /**
     * Asks the entries of these chains and returns their answers. Entries that do not support the question are left
     * out.
     */
    Future<List<EntryAnswer>> of(Collection<BoundChain> chains) {
        Map<EntryKey, Asked> entries = new TreeMap<>();
        for (BoundChain chain : chains) {
            if (question.route().isEmpty()
                    || question.route().equals(chain.spec().route())) {
                add(chain, entries);
            }
        }
        List<Future<@Nullable EntryAnswer>> answers = new ArrayList<>();
        entries.forEach((place, asked) -> answers.add(ask(place, asked)));
        return Future.join(answers)
                .map(_ -> answers.stream()
                        .map(Future::result)
                        .filter(Objects::nonNull)
                        .limit(WorkerControl.MAX_ANSWERS)
                        .toList());
    }

    private void add(BoundChain chain, Map<EntryKey, Asked> entries) {
        for (BoundEntry entry : chain.entries()) {
            if (entry.policyName().equals(question.policy())) {
                entries.merge(
                        new EntryKey(
                                chain.spec().route(), entry.name(), chain.spec().phase()),
                        new Asked(chain, entry.policy()),
                        (one, other) -> one.isOlderThan(other) ? other : one);
            }
        }
    }

    private Future<@Nullable EntryAnswer> ask(EntryKey place, Asked asked) {
        if (!asked.chain().enter()) {
            return Future.succeededFuture();
        }
        return answer(asked.policy())
                .map(json -> json == null ? null : new EntryAnswer(place.route(), place.entry(), json, null))
                .otherwise(failure -> new EntryAnswer(place.route(), place.entry(), null, told(failure)))
                .onComplete(_ -> asked.chain().leave());
    }

    private Future<@Nullable JsonNode> answer(Policy policy) {
        try {
            return policy.ask(question.question());
        } catch (Throwable fault) {
            Faults.rethrowFatal(fault);
            return Future.failedFuture(fault);
        }
    }

    /**
     * Returns the message of an expected failure. For a bug, returns only the exception's class, since the message may
     * contain secrets.
     */
    private static String told(Throwable failure) {
        return failure instanceof PolicyException || failure instanceof IllegalArgumentException
                ? String.valueOf(failure.getMessage())
                : failure.getClass().getName();
    }
}
