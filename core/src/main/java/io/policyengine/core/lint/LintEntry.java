package io.policyengine.core.lint;

import io.policyengine.core.chain.OnFailure;
import io.policyengine.core.config.EntryConfig;
import io.policyengine.core.config.EntryMode;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.EntryFacts;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.HeaderUse;
import org.jspecify.annotations.Nullable;

/**
 * A chain entry with its declared facts.
 *
 * @param worker the worker of its policy
 * @param failOpen whether the chain continues without that worker if the entry does not say
 * @param facts null: unknown, anything is possible
 * @param bodyNeed the need of its phase's body
 */
public record LintEntry(
        EntryConfig config,
        String worker,
        boolean failOpen,
        @Nullable EntryFacts facts,
        BodyNeed bodyNeed) {
    /** True if it changes what goes on. */
    boolean isEnforced() {
        return config.mode() == EntryMode.ENFORCE;
    }

    /** True if it is called. */
    public boolean isCalled() {
        return config.mode() != EntryMode.OFF;
    }

    /** True if it runs for some messages only. */
    boolean isConditional() {
        return config.when() != null;
    }

    /** True if the fact surely holds. */
    boolean has(Fact fact) {
        return facts != null && facts.has(fact);
    }

    /** True if the fact may hold. */
    boolean mayHave(Fact fact) {
        return facts == null || facts.has(fact);
    }

    /** True if it surely does this with the header of every message. */
    boolean does(HeaderUse.Action action, String header) {
        return facts != null && !isConditional() && facts.does(action, header);
    }

    /** True if it, or its condition, may look at the header. */
    boolean mayRead(String header) {
        return facts == null
                || facts.does(HeaderUse.Action.READS, header)
                || config.conditionFacts().does(HeaderUse.Action.READS, header);
    }

    /** True if it declares that it reads this namespace of Envoy's metadata. */
    boolean readsMetadata(String namespace) {
        return facts != null && facts.metadataRead().contains(namespace);
    }

    /** True if every request that comes to it ends with it. */
    boolean answersAll() {
        return has(Fact.ALWAYS_ANSWERS)
                && !isConditional()
                && onWorkerFailure() == OnFailure.DENY
                && config.onOverload() == OnFailure.DENY;
    }

    /** The outcome of a request when its worker cannot be called; no laxer rule is there for other failures. */
    OnFailure onWorkerFailure() {
        if (config.onFailure() != null) {
            return config.onFailure();
        }
        return failOpen ? OnFailure.CONTINUE : OnFailure.DENY;
    }

    /** True if the flow may end with it, and the request go on. */
    boolean maySkipTheRest() {
        return facts == null
                || config.onFailure() == OnFailure.SKIP_REMAINING
                || config.onOverload() == OnFailure.SKIP_REMAINING;
    }

    /** True if it is in vain without an identity; one whose condition looks at the identity provides for that. */
    boolean needsIdentity() {
        return has(Fact.NEEDS_IDENTITY) && !config.conditionFacts().has(Fact.USES_IDENTITY);
    }

    /** True if every request without credentials ends with it. */
    boolean deniesAnonymous() {
        return has(Fact.DENIES_ANONYMOUS) && !isConditional();
    }

    /** True if, as an entry of a response flow, it may run on answers of the request flow. */
    boolean mayRunOnAnswers() {
        return config.onDenial() == null ? mayHave(Fact.ON_DENIAL) : config.onDenial();
    }
}
