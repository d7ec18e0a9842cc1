package io.policyengine.kernel.plan;

import io.policyengine.core.config.EntryConfig;
import io.policyengine.core.config.EntryMode;
import io.policyengine.core.params.CanonicalDigest;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.worker.PassedEntries;
import io.policyengine.kernel.worker.ownership.Declarations;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * Determines which entries a response has passed when an entry stores it, for example in a cache. The stored response
 * may be used for later requests only while these entries are the same. Entries in shadow mode do not count, since they
 * change no response.
 */
record PassedResponses(Declarations declarations) {
    /** Returns whether the policy of the entry declares that it stores responses. */
    boolean keepsAnswers(EntryConfig entry) {
        Declarations.Owner owner = declarations.owner(entry.policy());
        Set<Fact> facts = owner == null ? Set.of() : owner.policy().descriptor().facts();
        return facts.contains(Fact.STORES_ANSWERS) || facts.contains(Fact.ANSWERS_FROM_MEMORY);
    }

    /**
     * Returns the enforced entries before the given entry, or null if no entry of the flow has its name and policy.
     *
     * @param response the entries of the response flow with the modes in force, without disabled entries
     */
    @Nullable
    PassedEntries before(EntryConfig entry, List<EntryConfig> response) {
        ArrayNode passed = JsonNodeFactory.instance.arrayNode();
        Set<String> policies = new LinkedHashSet<>();
        for (EntryConfig earlier : response) {
            if (earlier.name().equals(entry.name()) && earlier.policy().equals(entry.policy())) {
                return new PassedEntries(CanonicalDigest.of(passed), List.copyOf(policies));
            }
            if (earlier.mode() == EntryMode.ENFORCE) {
                add(earlier, passed);
                policies.add(earlier.policy());
            }
        }
        return null;
    }

    /** Adds everything on which the effect of the entry depends. The entry's name is not part of it. */
    private void add(EntryConfig entry, ArrayNode passed) {
        Declarations.Owner owner = declarations.owner(entry.policy());
        passed.addObject()
                .put("policy", entry.policy())
                .put("version", owner == null ? "" : owner.policy().descriptor().version())
                .put("when", entry.when())
                .put("on_failure", String.valueOf(entry.onFailure()))
                .put("on_overload", entry.onOverload().name())
                .put("pass_encoded", entry.passEncoded())
                .set("params", entry.params());
    }
}
