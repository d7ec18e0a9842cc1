package io.policyengine.core.lint;

import io.policyengine.core.chain.OnFailure;
import io.policyengine.core.error.LintCode;
import io.policyengine.core.error.Location;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.Leniency;
import java.util.List;
import java.util.Objects;

/**
 * Finds entries that protect content but let a response pass when they fail, although a later entry stores it. Later
 * requests then get the unprotected response. Entries with {@code skip_remaining} are exempt, since that setting also
 * skips the storing entry. Entries that run on answers from memory are exempt, too.
 */
final class FailureLint {
    private final FlowLint.Findings findings;

    FailureLint(FlowLint.Findings findings) {
        this.findings = findings;
    }

    /** Checks a response flow. */
    void response(List<LintEntry> flow) {
        List<LintEntry> enforced = flow.stream().filter(LintEntry::isEnforced).toList();
        for (int index = 0; index < enforced.size(); index++) {
            LintEntry entry = enforced.get(index);
            List<LintEntry> later = enforced.subList(index + 1, enforced.size());
            if (MemoryLint.protects(entry) && !entry.mayRunOnAnswers()) {
                later.stream()
                        .filter(other -> other.has(Fact.STORES_ANSWERS))
                        .findFirst()
                        .ifPresent(store -> check(entry, store, later.subList(0, later.indexOf(store) + 1)));
            }
        }
    }

    /**
     * Checks an entry.
     *
     * @param later the entries after it, up to the storing one
     */
    private void check(LintEntry entry, LintEntry store, List<LintEntry> later) {
        boolean mayFail = Objects.requireNonNull(entry.facts()).mayFailByDependency();
        if (entry.onWorkerFailure() == OnFailure.CONTINUE && (mayFail || mayFailAlone(entry, later))) {
            boolean isByWorker = entry.config().onFailure() == null;
            add(
                    entry,
                    store,
                    isByWorker
                            ? entry.config().source().policy()
                            : entry.config().source().value("on_failure"),
                    isByWorker ? "'fail_open' of worker '" + entry.worker() + "'" : "'on_failure: continue'",
                    "set 'on_failure: deny'");
        }
        if (entry.config().onOverload() == OnFailure.CONTINUE) {
            add(
                    entry,
                    store,
                    entry.config().source().value("on_overload"),
                    "'on_overload: continue'",
                    "set 'on_overload: deny'");
        }
        Objects.requireNonNull(entry.facts()).leniencies().stream()
                .filter(leniency -> leniency.occasion() == Leniency.Occasion.DEPENDENCY_AWAY)
                .map(Leniency::pointer)
                .sorted()
                .forEach(pointer -> add(
                        entry,
                        store,
                        entry.config().source().locate(pointer),
                        "its parameter '" + pointer + "'",
                        "set it to deny"));
    }

    /**
     * Returns whether the call with the entry may fail while the call with the storing entry does not. A call is
     * divided before its first entry that reads the body.
     */
    private static boolean mayFailAlone(LintEntry entry, List<LintEntry> later) {
        return later.stream()
                .anyMatch(other -> !other.worker().equals(entry.worker())
                        || (entry.bodyNeed() == BodyNeed.NONE && other.bodyNeed() != BodyNeed.NONE));
    }

    private void add(LintEntry entry, LintEntry store, Location place, String setting, String remedy) {
        findings.add(
                entry,
                LintCode.STORED_UNMASKED,
                place,
                name(entry) + " removes, masks or refuses content, but if it fails, " + setting
                        + " lets the response pass, and " + name(store)
                        + " then stores the unprotected response for later requests: " + remedy);
    }

    private static String name(LintEntry entry) {
        return "'" + entry.config().name() + "'";
    }
}
