package io.policyengine.core.who;

import io.policyengine.core.chain.OnFailure;
import io.policyengine.core.config.EntryConfig;
import io.policyengine.core.config.EntryMode;
import io.policyengine.core.lint.LintEntry;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.EntryFacts;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.HeaderUse;
import io.policyengine.core.policy.Leniency;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The properties of a chain entry on which the abstract run depends. Entries of different routes with equal properties
 * are equal, so that their chains are run once.
 *
 * @param pair equal for a request entry and the response entry that stores the responses with which it answers
 * @param worker equal for entries of the same worker
 * @param onFailure the reaction to an unavailable dependency
 * @param onWorkerFailure the reaction to an unavailable worker
 * @param failureSetting the setting that determines {@code onWorkerFailure}; empty if the reaction is a denial
 * @param when the condition of an enforced entry, or null
 * @param readsBody whether the entry needs the body of its phase, so that the call before it may be separate
 * @param passesEncoded whether a body that cannot be decoded skips the entry
 * @param runsOnAnswers whether the entry, in a response flow, runs on answers from memory
 * @param removesFields whether the entry removes header fields
 * @param facts without uses of headers and metadata; null if unknown
 * @param changedHeaders the names of the headers that the entry changes and conditions read, or {@link HeaderUse#ALL}
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
        boolean runsOnAnswers,
        boolean removesFields,
        @Nullable EntryFacts facts,
        Set<String> changedHeaders) {
    private static final String HEADER = "request.headers.";

    /** Returns the step of an entry in this mode. */
    static Step of(LintEntry entry, EntryMode mode, String pair, String worker, Set<String> changedHeaders) {
        EntryConfig config = entry.config();
        EntryFacts facts = entry.facts();
        OnFailure unset = entry.failOpen() ? OnFailure.CONTINUE : OnFailure.DENY;
        OnFailure onWorkerFailure = Objects.requireNonNullElse(config.onFailure(), unset);
        String setting = config.onFailure() == null ? "fail_open" : "on_failure";
        boolean readsBody = entry.bodyNeed() != BodyNeed.NONE;
        return new Step(
                pair,
                worker,
                mode,
                Objects.requireNonNullElse(config.onFailure(), OnFailure.DENY),
                onWorkerFailure,
                config.onOverload(),
                onWorkerFailure == OnFailure.DENY ? "" : setting,
                mode == EntryMode.ENFORCE ? config.when() : null,
                readsBody,
                config.passEncoded() && readsBody,
                config.reroute() || (facts != null && facts.has(Fact.REROUTES)),
                facts != null && entry.mayRunOnAnswers(),
                entry.uses(HeaderUse.Action.REMOVES),
                facts == null ? null : new EntryFacts(facts.facts(), Set.of(), Set.of(), facts.leniencies(), Set.of()),
                changedHeaders);
    }

    /**
     * Returns the guarantee that answers from memory lack because the entry, of a response flow, does not run on them;
     * null if there is none. Header fields that the entry removes count as masked content.
     */
    @Nullable
    Guarantee lostOnAnswers() {
        if (runsOnAnswers) {
            return null;
        }
        Guarantee guarantee = Guarantee.of(facts);
        return guarantee == null && removesFields && isEnforced() ? Guarantee.MASK : guarantee;
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

    /** Returns whether the entry may affect the identity of a request, or requires one. */
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
        if (has(Fact.CHANGES_REQUEST)) {
            return !value.equals("request.client_address") && !value.startsWith("request.attributes");
        }
        String name = headerOf(value);
        return name != null
                && (name.equals(HeaderUse.ALL)
                        ? !changedHeaders.isEmpty()
                        : changedHeaders.contains(HeaderUse.ALL) || changedHeaders.contains(name));
    }

    /** Returns the header to which a value of a request belongs: {@link HeaderUse#ALL} if any, null if none. */
    static @Nullable String headerOf(String value) {
        if (value.startsWith(HEADER)) {
            int end = value.indexOf('.', HEADER.length());
            return value.substring(HEADER.length(), end < 0 ? value.length() : end);
        }
        return value.startsWith("request.headers") || value.startsWith("request.header_values") ? HeaderUse.ALL : null;
    }
}
