package io.policyengine.core.who.words;

import io.policyengine.core.config.OverrideConfig;
import io.policyengine.core.error.Location;
import io.policyengine.core.lint.LintEntry;
import io.policyengine.core.policy.EntryFacts;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.who.Cause;
import org.jspecify.annotations.Nullable;

/**
 * A circumstance in the words of a report.
 *
 * @param entry the entry that then does not have its effect
 * @param sentence a main clause, without the setting
 * @param setting the setting that permits it, as written, or null if the policy itself permits it
 * @param place the position of the setting, or else of the entry
 * @param remedy an action for the operator, in the imperative
 */
public record Reason(
        Cause.Kind kind,
        Phase flow,
        LintEntry entry,
        String sentence,
        @Nullable String setting,
        Location place,
        String remedy) {
    private static final String DECLARE = "let the policy declare its effects (docs/writing-policies.md), or ";

    /** Returns the words for a circumstance of an entry; {@code override} sets the entry's mode, or is null. */
    static Reason of(Cause cause, LintEntry entry, @Nullable OverrideConfig override) {
        Setting setting = Setting.of(cause, entry, override);
        return new Reason(
                cause.kind(),
                cause.phase(),
                entry,
                sentence(cause, entry),
                setting.text(),
                setting.place(),
                remedy(cause, entry, setting, override));
    }

    private static String sentence(Cause cause, LintEntry entry) {
        String name = quoted(entry);
        return switch (cause.kind()) {
            case OFF -> "always: " + name + " is off";
            case SHADOW -> "always: " + name + " runs in shadow";
            case CONDITION_FALSE -> "the condition of " + name + " is false";
            case NO_CREDENTIALS -> "the request has no credentials for " + name;
            case WORKER_AWAY -> "worker '" + entry.worker() + "' of " + name + " is unavailable or too slow";
            case DEPENDENCY_AWAY -> "a dependency of " + name + " is unavailable";
            case OVERLOADED -> name + " or its worker '" + entry.worker() + "' is overloaded";
            case TOO_LARGE -> "the body is larger than " + name + " inspects";
            case COSTS_NOTHING -> "the request costs nothing by the limits of " + name;
            case ENCODED -> "the body has a content coding that " + name + " cannot decode";
            case SKIPS_REMAINING -> name + " skips the rest of the flow" + undeclared(entry);
            case UNDECLARED -> name + " removes the identity" + undeclared(entry);
            case FROM_MEMORY -> "'" + entry.config().name() + "' answers from memory";
            case REROUTED -> "Envoy selects another route after " + name;
            case UNDECIDED ->
                "nothing is known: the chain that begins with " + name
                        + " has too many entries and conditions to be analyzed";
        };
    }

    private static String undeclared(LintEntry entry) {
        String policy = "policy '" + entry.config().policy() + "'";
        EntryFacts facts = entry.facts();
        if (facts == null) {
            return ", which is possible because the effects of " + policy + " are unknown here: no worker is asked";
        }
        return facts.has(Fact.DECLARES_ALL_EFFECTS)
                ? ""
                : ", which is possible because " + policy + " does not declare all its effects";
    }

    private static String remedy(Cause cause, LintEntry entry, Setting setting, @Nullable OverrideConfig override) {
        String name = quoted(entry);
        return switch (cause.kind()) {
            case OFF, SHADOW ->
                override == null ? "set 'mode: enforce'" : "remove the override, or let it expire by 'until'";
            case CONDITION_FALSE ->
                "remove 'when', or add an entry for the requests for which it is false, with the opposite condition";
            case NO_CREDENTIALS ->
                setting.text() == null
                        ? "let the policy declare 'denies_anonymous' if it denies such requests"
                        : "remove '" + setting.key() + "', or let a later entry such as roleCheck require an identity";
            case WORKER_AWAY -> "set 'on_failure: deny'";
            case DEPENDENCY_AWAY, TOO_LARGE -> "set '" + setting.key() + ": deny'";
            case OVERLOADED -> "set 'on_overload: deny'";
            case COSTS_NOTHING ->
                "let '" + setting.key()
                        + "' give every request a cost above 0, or add a limit that counts every request";
            case ENCODED -> "remove 'on_encoded'";
            case SKIPS_REMAINING ->
                (undeclared(entry).isEmpty() ? "" : DECLARE) + "put " + name + " behind the entries that it skips";
            case UNDECLARED -> DECLARE + "put " + name + " before the entries that authenticate";
            case FROM_MEMORY ->
                "put " + name + " after the entries that it bypasses: later in the request_flow, and after masks in the"
                        + " response_flow";
            case REROUTED -> "protect the other routes by their own policies";
            case UNDECIDED ->
                "use fewer entries with 'when', 'on_failure', 'on_overload' or optional credentials in this chain, or"
                        + " divide it among several routes";
        };
    }

    private static String quoted(LintEntry entry) {
        return "'" + entry.config().name() + "'";
    }
}
