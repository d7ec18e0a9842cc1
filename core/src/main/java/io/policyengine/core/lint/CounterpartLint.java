package io.policyengine.core.lint;

import io.policyengine.core.error.LintCode;
import io.policyengine.core.policy.Fact;
import java.util.List;

/** Finds policies that need entries in both flows of a route but have one in only one flow. */
final class CounterpartLint {
    private CounterpartLint() {}

    /** Checks a flow against the other flow; {@code otherName} is the configuration key of the other flow. */
    static void check(List<LintEntry> flow, String otherName, List<LintEntry> other, FlowLint.Findings findings) {
        flow.stream()
                .filter(entry -> entry.isEnforced() && entry.has(Fact.STANDS_IN_BOTH_FLOWS))
                .forEach(entry -> check(entry, otherName, other, findings));
    }

    private static void check(LintEntry entry, String otherName, List<LintEntry> other, FlowLint.Findings findings) {
        LintEntry counterpart = other.stream()
                .filter(candidate -> candidate.isEnforced() && candidate.isPartOf(entry))
                .findFirst()
                .orElse(null);
        String missing = "needs an entry '" + entry.config().name() + "' of policy '"
                + entry.config().policy() + "' in the " + otherName + " too, ";
        if (counterpart == null) {
            add(
                    entry,
                    missing + "which is missing"
                            + (otherName.equals("response_flow") ? ": 'phases: both' on this entry adds it" : ""),
                    findings);
        } else if (!counterpart.config().params().equals(entry.config().params())) {
            add(entry, missing + "with the same parameters, but they differ", findings);
        }
    }

    private static void add(LintEntry entry, String message, FlowLint.Findings findings) {
        findings.add(
                entry,
                LintCode.COUNTERPART_MISSING,
                entry.config().source().policy(),
                "'" + entry.config().name() + "' " + message);
    }
}
