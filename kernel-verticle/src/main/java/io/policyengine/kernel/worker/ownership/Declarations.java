package io.policyengine.kernel.worker.ownership;

import io.policyengine.core.worker.DeclaredPolicy;
import io.policyengine.kernel.worker.Worker;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The assignment of policies to the workers that run them.
 *
 * @param owners the owner of each policy, by policy name
 * @param withheld by policy name, why the policy is not available: its owner no longer declares all that the
 *     configuration relies on, or has not answered
 * @param refused policies that workers declare but may not run
 * @param complete whether every configured worker has answered once; until then further policies may still appear
 * @param ownership the assignment, which is fixed once a generation with these declarations is active
 */
public record Declarations(
        Map<String, Owner> owners,
        Map<String, String> withheld,
        List<Refused> refused,
        boolean complete,
        Ownership ownership) {
    /** Maximum policies of a worker that one remark names. */
    private static final int REMARKED = 5;

    public Declarations {
        owners = Map.copyOf(owners);
        withheld = Map.copyOf(withheld);
        refused = List.copyOf(refused);
    }

    /**
     * A policy and the worker that owns it.
     *
     * @param maxBodySize maximum bytes of a buffered body that the worker accepts
     */
    public record Owner(Worker worker, long maxBodySize, DeclaredPolicy policy) {}

    /**
     * A policy that a worker declares but may not run.
     *
     * @param reason the kind of reason
     * @param why the human-readable reason
     */
    public record Refused(String worker, String policy, Reason reason, String why) {}

    /** The reason why a worker may not run a policy. */
    public enum Reason {
        /** The configuration does not list this policy for the worker. */
        EXCLUDED,
        /** The policy belongs to another worker. */
        CONTENDED,
        /** The policy does less than it declared when the configuration took effect. */
        LESSENED,
        /** The schema of the policy's parameters is unusable. */
        UNUSABLE
    }

    /** Returns the owner that runs the policy, or null. */
    public @Nullable Owner owner(String policy) {
        return owners.get(policy);
    }

    /**
     * Returns the human-readable reason why a declared policy is unavailable; null if it is available or undeclared.
     */
    public @Nullable String withheld(String policy) {
        return withheld.get(policy);
    }

    /** Returns the refused policies of a worker, in the order of its declaration. */
    public List<Refused> refusedOf(String worker) {
        return refused.stream().filter(one -> one.worker().equals(worker)).toList();
    }

    /**
     * Returns a human-readable list, possibly empty, of the workers that declare a policy but may not run it, with the
     * reasons.
     */
    public String refusals(String policy) {
        return refused.stream()
                .filter(one -> one.policy().equals(policy))
                .map(one -> "; worker '" + one.worker() + "' declares it, but " + one.why())
                .collect(Collectors.joining());
    }

    /** Returns human-readable remarks about policies that workers declare but may not run. */
    public List<String> remarks() {
        Map<String, List<String>> policies = new LinkedHashMap<>();
        for (Refused one : refused) {
            if (one.reason() != Reason.EXCLUDED) {
                policies.computeIfAbsent(one.worker(), _ -> new ArrayList<>()).add(one.policy());
            }
        }
        List<String> remarks = new ArrayList<>();
        policies.forEach((worker, names) ->
                remarks.add("worker '" + worker + "' declares policies that it may not run: "
                        + String.join(", ", names.subList(0, Math.min(REMARKED, names.size())))
                        + (names.size() > REMARKED ? " and " + (names.size() - REMARKED) + " more" : "")
                        + "; GET /workers says why"));
        return remarks;
    }
}
