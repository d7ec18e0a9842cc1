package io.policyengine.core.lint;

import io.policyengine.core.config.EntryConfig;
import io.policyengine.core.config.EntryMode;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.EntryFacts;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.HeaderUse;
import org.jspecify.annotations.Nullable;

/**
 * A chain entry with what is known about it.
 *
 * @param worker the worker that its policy belongs to
 * @param facts null: nothing is known, and it may do anything
 * @param bodyNeed what it needs of its phase's body
 */
public record LintEntry(
        EntryConfig config, String worker, @Nullable EntryFacts facts, BodyNeed bodyNeed) {
    /** Whether it changes what goes on. */
    boolean isEnforced() {
        return config.mode() == EntryMode.ENFORCE;
    }

    /** Whether it runs for some messages only. */
    boolean isConditional() {
        return config.when() != null;
    }

    /** Whether the fact surely holds. */
    boolean has(Fact fact) {
        return facts != null && facts.has(fact);
    }

    /** Whether the fact may hold. */
    boolean mayHave(Fact fact) {
        return facts == null || facts.has(fact);
    }

    /** Whether it surely does this with the header of every message. */
    boolean does(HeaderUse.Action action, String header) {
        return facts != null && !isConditional() && facts.does(action, header);
    }

    /** Whether it may look at the header; a condition may look at any. */
    boolean mayRead(String header) {
        return facts == null || isConditional() || facts.does(HeaderUse.Action.READS, header);
    }
}
