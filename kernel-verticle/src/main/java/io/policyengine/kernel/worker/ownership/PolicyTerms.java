package io.policyengine.kernel.worker.ownership;

import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.PolicyDescriptor;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The terms of a policy: its declaration when a configuration took effect. Chains rely on it, so the policy may not do
 * less later.
 */
final class PolicyTerms {
    /**
     * The facts of a policy on which chains and other policies rely. Facts about the policy's own needs are not
     * included, except that it reads trailers.
     */
    private static final Set<Fact> RELIED_ON = EnumSet.of(
            Fact.PROVIDES_IDENTITY,
            Fact.DENIES_ANONYMOUS,
            Fact.HANDLES_CORS,
            Fact.ALWAYS_ANSWERS,
            Fact.MAY_DENY,
            Fact.ON_DENIAL,
            Fact.REROUTES,
            Fact.READS_TRAILERS);

    private PolicyTerms() {}

    /** Returns a human-readable list of features that the policy has lost, or null. */
    static @Nullable String lost(PolicyDescriptor before, PolicyDescriptor now) {
        List<String> lost = new ArrayList<>();
        for (Phase phase : Phase.values()) {
            String name = phase.name().toLowerCase(Locale.ROOT);
            if (before.phases().contains(phase) && !now.phases().contains(phase)) {
                lost.add("no longer works on " + name + "s");
            } else if (reads(before, phase) && !reads(now, phase)) {
                lost.add("no longer reads the " + name + " body");
            }
        }
        if (before.keepsRequestBody() && !now.keepsRequestBody()) {
            lost.add("no longer reads the request body in the response phase");
        }
        lost(before.facts(), now.facts()).forEach(fact -> lost.add("no longer declares " + fact.code()));
        if (now.endAccuracy().compareTo(before.endAccuracy()) < 0) {
            lost.add("requires less accurate reports of the end of exchanges");
        }
        return lost.isEmpty() ? null : String.join(", ", lost);
    }

    /** Returns the facts that chains and other policies rely on and that are no longer true. */
    static List<Fact> lost(Set<Fact> before, Set<Fact> now) {
        return RELIED_ON.stream()
                .filter(fact -> before.contains(fact) && !now.contains(fact))
                .toList();
    }

    private static boolean reads(PolicyDescriptor policy, Phase phase) {
        return policy.bodyNeed(phase) != BodyNeed.NONE;
    }
}
