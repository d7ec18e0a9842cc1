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
 * The workers by the policies that they run.
 *
 * @param owners by policy name
 * @param withheld reasons why policies are withheld, by name: the owner cannot run it as settled, or has not answered
 * @param refused policies that workers declare and may not run
 * @param complete whether every configured worker has answered once; until then undeclared policies may still appear
 * @param ownership settled once a generation with these declarations is active
 */
public record Declarations(
        Map<String, Owner> owners,
        Map<String, String> withheld,
        List<Refused> refused,
        boolean complete,
        Ownership ownership) {
    /** Policies of a worker that one remark names. */
    private static final int REMARKED = 5;

    /** Copies. */
    public Declarations {
        owners = Map.copyOf(owners);
        withheld = Map.copyOf(withheld);
        refused = List.copyOf(refused);
    }

    /**
     * A policy and the worker that it belongs to.
     *
     * @param maxBodySize bytes of a body that the worker accepts whole
     */
    public record Owner(Worker worker, long maxBodySize, DeclaredPolicy policy) {}

    /**
     * A policy that a worker declares and may not run.
     *
     * @param reason the kind of reason
     * @param why the reason, for users
     */
    public record Refused(String worker, String policy, Reason reason, String why) {}

    /** The reason why a policy is refused to a worker. */
    public enum Reason {
        /** The configuration says which policies the worker may declare, and not this one. */
        EXCLUDED,
        /** The policy belongs to another worker. */
        CONTENDED,
        /** The policy does less than its settled declaration. */
        LESSENED,
        /** The schema of its parameters cannot be used. */
        UNUSABLE
    }

    /** The owner that runs the policy, or null. */
    public @Nullable Owner owner(String policy) {
        return owners.get(policy);
    }

    /** The reason why a declared policy is unavailable, for users; null if it is available or undeclared. */
    public @Nullable String withheld(String policy) {
        return withheld.get(policy);
    }

    /** The policies of a worker that are refused, in the order of its declaration. */
    public List<Refused> refusedOf(String worker) {
        return refused.stream().filter(one -> one.worker().equals(worker)).toList();
    }

    /** The refused workers of a policy without an owner, with reasons, for users; empty if there are none. */
    public String refusals(String policy) {
        return refused.stream()
                .filter(one -> one.policy().equals(policy))
                .map(one -> "; worker '" + one.worker() + "' declares it, but " + one.why())
                .collect(Collectors.joining());
    }

    /** The remarks on available workers, for users: policies that they may not run, and should not declare. */
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
