package io.policyengine.core.who;

import io.policyengine.core.chain.OnFailure;
import io.policyengine.core.config.EntryMode;
import io.policyengine.core.lint.LintEntry;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.EntryFacts;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.HeaderUse;
import io.policyengine.core.policy.Leniency;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The properties of a chain entry on which the abstract run depends. Entries of different routes with equal properties
 * are equal, so that their chains are run once.
 *
 * @param pair the policy and the entry's name, by which entries of both flows belong together
 * @param onFailure the reaction to an unavailable dependency
 * @param onWorkerFailure the reaction to an unavailable worker
 * @param failureSetting the setting that determines {@code onWorkerFailure}
 * @param when the condition, or null
 * @param readsBody whether the entry needs the body of its phase, so that the call before it may be separate
 * @param passesEncoded whether a body that cannot be decoded skips the entry
 * @param facts null if unknown
 */
record Step(
        String pair,
        String worker,
        EntryMode mode,
        OnFailure onFailure,
        OnFailure onWorkerFailure,
        OnFailure onOverload,
        String failureSetting,
        @Nullable String when,
        boolean readsBody,
        boolean passesEncoded,
        boolean reroutes,
        @Nullable EntryFacts facts) {
    static Step of(LintEntry entry, EntryMode mode) {
        var config = entry.config();
        OnFailure unset = entry.failOpen() ? OnFailure.CONTINUE : OnFailure.DENY;
        return new Step(
                config.policy() + "/" + config.name(),
                entry.worker(),
                mode,
                Objects.requireNonNullElse(config.onFailure(), OnFailure.DENY),
                Objects.requireNonNullElse(config.onFailure(), unset),
                config.onOverload(),
                config.onFailure() == null ? "fail_open" : "on_failure",
                config.when(),
                entry.bodyNeed() != BodyNeed.NONE,
                config.passEncoded() && entry.bodyNeed() != BodyNeed.NONE,
                config.reroute() || (entry.facts() != null && entry.facts().has(Fact.REROUTES)),
                entry.facts());
    }

    boolean isEnforced() {
        return mode == EntryMode.ENFORCE;
    }

    boolean has(Fact fact) {
        return facts != null && facts.has(fact);
    }

    /** Returns whether effects are possible that the policy does not declare. */
    boolean isUndeclared() {
        return !has(Fact.DECLARES_ALL_EFFECTS);
    }

    boolean providesIdentity() {
        return has(Fact.PROVIDES_IDENTITY);
    }

    boolean maySkip() {
        return isUndeclared() || has(Fact.SKIPS_REMAINING);
    }

    boolean mayFail() {
        return onFailure != OnFailure.DENY && (facts == null || facts.mayFailByDependency());
    }

    /** Returns whether the entry's presence matters to the identity that a request has. */
    boolean concernsIdentity() {
        return providesIdentity() || has(Fact.REQUIRES_IDENTITY) || isUndeclared();
    }

    List<Leniency> leniencies() {
        return facts == null ? List.of() : List.copyOf(facts.leniencies());
    }

    /**
     * Returns whether the entry may change a value that a condition reads.
     *
     * @param value such as {@code request.headers.x-beta}
     */
    boolean mayChange(String value) {
        if (isUndeclared()) {
            return true;
        }
        if (!value.startsWith("request.")) {
            return false;
        }
        String headers = "request.headers";
        boolean isHeader = value.startsWith(headers) || value.startsWith("request.header_values");
        if (has(Fact.CHANGES_REQUEST)) {
            return !value.equals("request.client_address") && !value.startsWith("request.attributes");
        }
        if (!isHeader || facts == null) {
            return false;
        }
        String name = value.startsWith(headers + ".") ? value.substring(headers.length() + 1) : HeaderUse.ALL;
        return facts.headers().stream()
                .filter(use -> use.action() != HeaderUse.Action.READS)
                .anyMatch(use -> name.equals(HeaderUse.ALL)
                        || use.name().equals(HeaderUse.ALL)
                        || name.equals(use.name())
                        || name.startsWith(use.name() + ".")
                        || use.name().contains("."));
    }
}
