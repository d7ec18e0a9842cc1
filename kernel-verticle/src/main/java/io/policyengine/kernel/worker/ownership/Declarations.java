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
 * @param withheld the reasons why policies are withheld, by policy name: the worker that a policy belongs to cannot run it as it should, or
 *     has not answered yet
 * @param refused what workers declare and may not run
 * @param complete whether every configured worker has answered once; until then a policy that nobody declares may still come
 * @param ownership what is settled once a generation with these declarations is active
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
     * @param reason what kind of reason
     * @param why for people
     */
    public record Refused(String worker, String policy, Reason reason, String why) {}

    /** The reason why a policy is refused to a worker. */
    public enum Reason {
        /** The configuration says which policies the worker may declare, and not this one. */
        EXCLUDED,
        /** It belongs to another worker. */
        CONTENDED,
        /** It does less than it was settled to do. */
        LESSENED,
        /** The schema of its parameters cannot be used. */
        UNUSABLE
    }

    /** The owner that runs the policy, or null. */
    public @Nullable Owner owner(String policy) {
        return owners.get(policy);
    }

    /** The reason why a policy that somebody declares cannot be had now, for people; null if it can, or if nobody declares it. */
    public @Nullable String withheld(String policy) {
        return withheld.get(policy);
    }

    /** The policies of a worker that are refused, in the order of its declaration. */
    public List<Refused> refusedOf(String worker) {
        return refused.stream().filter(one -> one.worker().equals(worker)).toList();
    }

    /** The workers that declare a policy which nobody may run, with the reasons, for people; empty if there are none. */
    public String refusals(String policy) {
        return refused.stream()
                .filter(one -> one.policy().equals(policy))
                .map(one -> "; worker '" + one.worker() + "' declares it, but " + one.why())
                .collect(Collectors.joining());
    }

    /** The remarks for people on workers that can be called all the same: policies that they may not run, and should not declare. */
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
