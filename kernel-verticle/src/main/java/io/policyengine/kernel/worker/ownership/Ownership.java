package io.policyengine.kernel.worker.ownership;

import io.policyengine.core.policy.PolicyDescriptor;
import io.policyengine.core.worker.DeclaredPolicy;
import io.policyengine.core.worker.WorkerDescription;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The worker that owns each policy. The owner is fixed when the policy is first used in an active configuration.
 * Afterwards only a change of the configuration changes it, not workers that connect, disconnect, or declare something
 * else.
 */
public record Ownership(Map<String, Title> titles) {
    /** The ownership in which no policy has an owner. */
    public static final Ownership NONE = new Ownership(Map.of());

    public Ownership {
        titles = Map.copyOf(titles);
    }

    /**
     * The ownership of one policy.
     *
     * @param terms the declaration that the policy must still meet; null if a changed configuration has reset it
     * @param listed whether the configuration lists the policy for the worker
     */
    public record Title(String worker, @Nullable PolicyDescriptor terms, boolean listed) {}

    /**
     * Returns the ownership of a policy among the given workers: the configured one, or else the one that was fixed
     * earlier. Returns null if there is neither.
     */
    @Nullable
    Title title(Claimants set, String policy) {
        String lister = set.lister(policy);
        Title settled = titles.get(policy);
        if (lister != null) {
            boolean same =
                    settled != null && settled.listed() && settled.worker().equals(lister);
            return same ? settled : new Title(lister, null, true);
        }
        if (settled == null || !set.has(settled.worker()) || !set.mayDeclare(settled.worker(), policy)) {
            return null;
        }
        return settled.listed() ? new Title(settled.worker(), null, false) : settled;
    }

    /**
     * Returns a human-readable list of the features that a policy must have but lacks in a replica, or null if it lacks
     * none.
     */
    @Nullable
    String lost(WorkerDescription replica, String policy) {
        Title title = titles.get(policy);
        PolicyDescriptor terms = title == null ? null : title.terms();
        if (title == null || terms == null || !title.worker().equals(replica.name())) {
            return null;
        }
        for (DeclaredPolicy declared : replica.policies()) {
            if (declared.descriptor().name().equals(policy)) {
                return PolicyTerms.lost(terms, declared.descriptor());
            }
        }
        return null;
    }

    boolean isListed(String policy) {
        Title title = titles.get(policy);
        return title != null && title.listed();
    }

    Map<String, Title> in(Claimants set) {
        Map<String, Title> held = new HashMap<>();
        for (String policy : titles.keySet()) {
            Title title = title(set, policy);
            if (title != null) {
                held.put(policy, title);
            }
        }
        for (String policy : set.listed()) {
            Title title = title(set, policy);
            if (title != null) {
                held.put(policy, title);
            }
        }
        return held;
    }
}
