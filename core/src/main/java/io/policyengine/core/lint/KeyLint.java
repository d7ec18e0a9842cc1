package io.policyengine.core.lint;

import io.policyengine.core.error.LintCode;
import io.policyengine.core.error.Location;
import io.policyengine.core.policy.EntryFacts;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.HeaderUse;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/**
 * Finds limits of a request flow that a client can evade. The client may omit a field, so that the limit's condition is
 * false. Or it may choose a field that replaces or extends the identity in the limit's key.
 */
final class KeyLint {
    private final FlowLint.Findings findings;

    private KeyLint(FlowLint.Findings findings) {
        this.findings = findings;
    }

    /** Checks a request flow. */
    static void check(List<LintEntry> flow, FlowLint.Findings findings) {
        var lint = new KeyLint(findings);
        List<LintEntry> enforced = flow.stream().filter(LintEntry::isEnforced).toList();
        for (int i = 0; i < enforced.size(); i++) {
            LintEntry entry = enforced.get(i);
            if (entry.has(Fact.LIMITS_USE)) {
                lint.parts(entry, enforced.subList(0, i));
                lint.condition(entry, enforced.subList(0, i), enforced);
            }
        }
    }

    private void parts(LintEntry entry, List<LintEntry> earlier) {
        boolean isAnonymous = entry.has(Fact.LIMITS_ANONYMOUS_BY_FIELDS) && letAnonymousPass(earlier);
        if (!entry.has(Fact.LIMITS_BY_CHOSEN_PARTS) && !isAnonymous) {
            return;
        }
        Set<String> read = new TreeSet<>(Objects.requireNonNull(entry.facts()).read());
        if (read.stream().noneMatch(header -> EarlierFields.areSet(header, earlier))) {
            add(
                    entry,
                    entry.config().source().policy(),
                    (isAnonymous ? "counts requests without an identity by " : "has a key that consists in part of ")
                            + (read.isEmpty() ? "values of the request" : "'" + String.join("', '", read) + "'")
                            + ", and a client that sends a new value gets a new count: use a key without it, or add a"
                            + " limit by the identity or by client_ip");
        }
    }

    /** Checks whether the condition of a limit is false for requests without the value by which the limit counts. */
    private void condition(LintEntry entry, List<LintEntry> earlier, List<LintEntry> flow) {
        EntryFacts facts = Objects.requireNonNull(entry.facts());
        EntryFacts conditions = entry.config().conditionFacts();
        boolean isCountedElsewhere = flow.stream()
                .anyMatch(other -> other.has(Fact.LIMITS_USE)
                        && !Objects.equals(other.config().when(), entry.config().when()));
        if (!entry.isConditional() || isCountedElsewhere) {
            return;
        }
        List<String> names = new ArrayList<>();
        new TreeSet<>(facts.read())
                .stream()
                        .filter(header -> conditions.does(HeaderUse.Action.READS, header)
                                && !EarlierFields.areSet(header, earlier))
                        .forEach(header -> names.add("'" + header + "'"));
        boolean isOptional =
                letAnonymousPass(earlier) && earlier.stream().anyMatch(other -> other.has(Fact.PROVIDES_IDENTITY));
        if (isOptional && facts.has(Fact.USES_IDENTITY) && conditions.has(Fact.USES_IDENTITY)) {
            names.add("the identity");
        }
        if (!names.isEmpty()) {
            add(
                    entry,
                    entry.config().source().value("when"),
                    "counts by " + String.join(" and ", names)
                            + ", on which its condition depends too, so a client that"
                            + " leaves that out may not be counted: remove 'when', since the key falls back to the"
                            + " client's address, or add a limit with the opposite condition");
        }
    }

    /** Returns whether requests without an identity are known to pass the entries. */
    private static boolean letAnonymousPass(List<LintEntry> earlier) {
        return earlier.stream()
                .noneMatch(entry -> entry.facts() == null
                        || entry.deniesAnonymous()
                        || (entry.has(Fact.REQUIRES_IDENTITY) && !entry.isConditional()));
    }

    private void add(LintEntry entry, Location place, String message) {
        findings.add(entry, LintCode.KEY_FAILS_OPEN, place, "'" + entry.config().name() + "' " + message);
    }
}
