package io.policyengine.core.lint;

import io.policyengine.core.error.LintCode;
import io.policyengine.core.policy.Fact;
import java.util.List;

/** Finds entries whose protection depends on the memory of one process, although their worker has several replicas. */
final class StateLint {
    private StateLint() {}

    /** Checks a flow. */
    static void check(List<LintEntry> flow, Replicas replicas, FlowLint.Findings findings) {
        flow.stream()
                .filter(entry -> entry.isEnforced() && entry.has(Fact.RELIES_ON_LOCAL_STATE))
                .filter(entry -> replicas.of(entry.worker()) > 1)
                .forEach(entry -> findings.add(
                        entry,
                        LintCode.STATE_NOT_SHARED,
                        entry.config().source().policy(),
                        "'" + entry.config().name() + "' relies on state in the memory of its process, and worker '"
                                + entry.worker() + "' has " + replicas.of(entry.worker())
                                + " replicas, each with its own state: set 'store' to a shared store "
                                + "if the policy has this parameter, or give the worker one replica"));
    }
}
