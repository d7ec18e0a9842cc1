package io.policyengine.core.lint;

import io.policyengine.core.chain.OnFailure;
import io.policyengine.core.config.EntryConfig;
import io.policyengine.core.config.EntryMode;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.EntryFacts;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.HeaderUse;
import io.policyengine.core.policy.IdSpace;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A chain entry with its declared facts.
 *
 * @param worker the worker of the entry's policy
 * @param failOpen whether the chain continues without the worker if the entry does not specify {@code on_failure}
 * @param facts null if unknown, so that anything is possible
 * @param bodyNeed how much of its phase's body the policy needs, and in which form
 */
public record LintEntry(
        EntryConfig config,
        String worker,
        boolean failOpen,
        @Nullable EntryFacts facts,
        BodyNeed bodyNeed) {
    boolean isEnforced() {
        return config.mode() == EntryMode.ENFORCE;
    }

    /** Returns whether the worker is called for the entry, enforced or in shadow mode. */
    public boolean isCalled() {
        return config.mode() != EntryMode.OFF;
    }

    boolean isConditional() {
        return config.when() != null;
    }

    /** Returns whether both entries, of different flows, have the same policy and name, so that they work together. */
    boolean isPartOf(LintEntry other) {
        return config.policy().equals(other.config().policy())
                && config.name().equals(other.config().name());
    }

    /** Returns whether the fact is known to be true. */
    boolean has(Fact fact) {
        return facts != null && facts.has(fact);
    }

    boolean mayHave(Fact fact) {
        return facts == null || facts.has(fact);
    }

    /** Returns whether the entry is known to treat the header of every message in this way. */
    boolean does(HeaderUse.Action action, String header) {
        return facts != null && !isConditional() && facts.does(action, header);
    }

    /** Returns whether the entry declares that it treats a header in this way, at least on some messages. */
    public boolean uses(HeaderUse.Action action) {
        return facts != null && facts.headers().stream().map(HeaderUse::action).anyMatch(action::equals);
    }

    /** Returns whether the entry, or its condition, may read the header. */
    boolean mayRead(String header) {
        return facts == null
                || facts.does(HeaderUse.Action.READS, header)
                || config.conditionFacts().does(HeaderUse.Action.READS, header);
    }

    /** Returns whether the entry declares that it reads this namespace of Envoy's metadata. */
    boolean readsMetadata(String namespace) {
        return facts != null && facts.metadataRead().contains(namespace);
    }

    /**
     * The ids that the entry may give to clients. Empty if it provides no identity; {@link IdSpace#CONFIGURED} if it
     * declares no ids.
     */
    Set<IdSpace> idSpaces() {
        if (facts == null || !facts.has(Fact.PROVIDES_IDENTITY)) {
            return Set.of();
        }
        return facts.idSpaces().isEmpty() ? Set.of(IdSpace.CONFIGURED) : facts.idSpaces();
    }

    /** Returns whether the entry is meant to make Envoy select another route. */
    public boolean reroutes() {
        return config.reroute() || has(Fact.REROUTES);
    }

    /** Returns whether the entry answers every request that reaches it, even if its worker fails or is overloaded. */
    boolean answersAll() {
        return has(Fact.ALWAYS_ANSWERS)
                && !isConditional()
                && onWorkerFailure() == OnFailure.DENY
                && config.onOverload() == OnFailure.DENY;
    }

    /** The reaction to an unavailable worker. Except for overload, no other failure has a more permissive reaction. */
    OnFailure onWorkerFailure() {
        if (config.onFailure() != null) {
            return config.onFailure();
        }
        return failOpen ? OnFailure.CONTINUE : OnFailure.DENY;
    }

    /**
     * Returns whether a failure of the entry may end the flow and let the request continue; true if its facts are
     * unknown.
     */
    boolean maySkipTheRest() {
        return facts == null
                || config.onFailure() == OnFailure.SKIP_REMAINING
                || config.onOverload() == OnFailure.SKIP_REMAINING;
    }

    /**
     * Returns whether the entry is useless without an identity. An entry whose condition uses the identity is exempt.
     */
    boolean needsIdentity() {
        return has(Fact.NEEDS_IDENTITY) && !config.conditionFacts().has(Fact.USES_IDENTITY);
    }

    /** Returns whether the entry denies every request without credentials. */
    boolean deniesAnonymous() {
        return has(Fact.DENIES_ANONYMOUS) && !isConditional();
    }

    /** Returns whether {@code on_denial: true} of the entry has no effect, because its policy reads the body. */
    boolean asksInVainForAnswers() {
        return Boolean.TRUE.equals(config.onDenial()) && bodyNeed != BodyNeed.NONE;
    }

    /**
     * Returns whether the entry, in a response flow, may run on responses that a policy of the request flow sent. A
     * policy that reads the body does not, regardless of {@code on_denial}.
     */
    public boolean mayRunOnAnswers() {
        if (bodyNeed != BodyNeed.NONE) {
            return false;
        }
        return config.onDenial() == null ? mayHave(Fact.ON_DENIAL) : config.onDenial();
    }
}
