package io.policyengine.kernel.worker.ownership;

import io.policyengine.core.params.JudgedSchema;
import io.policyengine.core.policy.PolicyDescriptor;
import io.policyengine.core.worker.DeclaredPolicy;
import io.policyengine.core.worker.WorkerDescription;
import io.policyengine.kernel.worker.Worker;
import io.policyengine.kernel.worker.ownership.Declarations.Owner;
import io.policyengine.kernel.worker.ownership.Declarations.Reason;
import io.policyengine.kernel.worker.ownership.Declarations.Refused;
import io.policyengine.kernel.worker.ownership.Ownership.Title;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Assigns the policies that the workers of one configuration declare. The configuration decides first, then the earlier
 * ownership, then the workers' order in the configuration.
 */
final class PolicyClaims {
    private final Claimants set;
    private final Map<String, List<WorkerDescription>> known;
    private final Set<String> answered;
    private final Map<String, PolicyDescriptor> builtIn;
    private final Map<String, Title> titles;
    private final Map<String, Owner> owners = new HashMap<>();
    private final Map<String, String> withheld = new HashMap<>();
    private final List<Refused> refused = new ArrayList<>();

    /**
     * Creates an object that has decided nothing yet.
     *
     * @param settled the ownership that was fixed earlier
     * @param known the descriptions of each worker's replicas, in the order of the configuration
     * @param answered workers that have sent a description
     * @param builtIn the engine's own policies, by name
     */
    PolicyClaims(
            Claimants set,
            Ownership settled,
            Map<String, List<WorkerDescription>> known,
            Set<String> answered,
            Map<String, PolicyDescriptor> builtIn) {
        this.set = set;
        this.known = known;
        this.answered = answered;
        // A policy that only one worker can have is not compared: the worker may be of an earlier version.
        this.builtIn = set.mayBeContended() ? builtIn : Map.of();
        this.titles = settled.in(set);
    }

    Declarations declarations() {
        titles.forEach((policy, title) -> {
            if (!answered.contains(title.worker())) {
                withheld.put(policy, "worker '" + title.worker() + "', to which it belongs, has not answered yet");
            }
        });
        String missing = null;
        for (Worker worker : set.workers()) {
            for (String policy : policiesOf(worker)) {
                decide(worker, policy, missing);
            }
            if (missing == null && !answered.contains(worker.name()) && set.mayDeclareAny(worker.name())) {
                missing = worker.name();
            }
        }
        boolean complete = set.workers().stream().map(Worker::name).allMatch(answered::contains);
        return new Declarations(owners, withheld, refused, complete, new Ownership(titles));
    }

    private Set<String> policiesOf(Worker worker) {
        Set<String> names = new LinkedHashSet<>();
        for (WorkerDescription replica : known.getOrDefault(worker.name(), List.of())) {
            replica.policies().forEach(policy -> names.add(policy.descriptor().name()));
        }
        return names;
    }

    /**
     * Decides whether a worker may run a policy that it declares.
     *
     * @param missing a worker that comes earlier in the configuration, has not answered, and may declare the policy
     *     too; or null
     */
    private void decide(Worker worker, String policy, @Nullable String missing) {
        Title title = titles.get(policy);
        if (!set.mayDeclare(worker.name(), policy)) {
            refuse(
                    worker,
                    policy,
                    Reason.EXCLUDED,
                    "'policies' of worker '" + worker.name() + "' in kernel.yaml does not list it");
        } else if (title != null && !title.worker().equals(worker.name())) {
            refuse(
                    worker,
                    policy,
                    Reason.CONTENDED,
                    "it belongs to worker '" + title.worker()
                            + "'; remove it from one of the two workers, or list it in 'policies' of the worker that is"
                            + " to run it");
        } else if (title == null && missing != null && set.isPatient()) {
            withheld.put(
                    policy,
                    "worker '" + missing + "', which comes before worker '" + worker
                            + "' and may declare it too, has not answered yet");
        } else if (title == null && isOtherThanBuiltIn(worker, policy)) {
            refuse(
                    worker,
                    policy,
                    Reason.CONTENDED,
                    "a built-in policy has this name, and does more; give this policy another name, or, to replace the"
                            + " built-in one, list the name in 'policies' of the worker in kernel.yaml");
        } else {
            grant(worker, policy, title);
        }
    }

    /**
     * Returns whether the engine has a built-in policy of this name that does more than the policy of every replica of
     * the worker.
     */
    private boolean isOtherThanBuiltIn(Worker worker, String policy) {
        PolicyDescriptor original = builtIn.get(policy);
        return original != null
                && known.getOrDefault(worker.name(), List.of()).stream()
                        .map(replica -> find(replica, policy))
                        .filter(Objects::nonNull)
                        .allMatch(declared -> PolicyTerms.lost(original, declared.descriptor()) != null);
    }

    private void refuse(Worker worker, String policy, Reason reason, String why) {
        refused.add(new Refused(worker.name(), policy, reason, why));
    }

    /**
     * Assigns the policy to the worker. The worker runs the policy if one of its replicas meets the earlier or built-in
     * declaration.
     */
    private void grant(Worker worker, String policy, @Nullable Title title) {
        PolicyDescriptor settled = title == null ? null : title.terms();
        PolicyDescriptor terms = title == null ? builtIn.get(policy) : settled;
        Reason reason = Reason.LESSENED;
        String lost = "";
        for (WorkerDescription replica : known.getOrDefault(worker.name(), List.of())) {
            DeclaredPolicy declared = find(replica, policy);
            if (declared == null) {
                continue;
            }
            String less = terms == null ? null : PolicyTerms.lost(terms, declared.descriptor());
            if (less != null) {
                lost = less(less);
            } else if (declared.judged() instanceof JudgedSchema.Unusable(String why)) {
                reason = Reason.UNUSABLE;
                lost = "it declares a JSON Schema of its parameters that cannot be used: " + why;
            } else {
                own(worker, replica, declared, settled);
                return;
            }
        }
        refuse(worker, policy, reason, lost);
        withheld.put(policy, "in worker '" + worker + "', to which it belongs, " + lost);
    }

    private void own(
            Worker worker, WorkerDescription replica, DeclaredPolicy declared, @Nullable PolicyDescriptor settled) {
        PolicyDescriptor descriptor = declared.descriptor();
        owners.put(descriptor.name(), new Owner(worker, replica.maxBodySize(), declared));
        titles.put(
                descriptor.name(),
                new Title(
                        worker.name(), settled == null ? descriptor : settled, set.lister(descriptor.name()) != null));
    }

    /** Returns a human-readable sentence: the policy does less than before. */
    static String less(String lost) {
        return "it does less than when the configuration came into force: it " + lost
                + "; restore that, or, if it is intended, change 'policies' of the worker in kernel.yaml or restart the"
                + " kernel";
    }

    private static @Nullable DeclaredPolicy find(WorkerDescription replica, String policy) {
        for (DeclaredPolicy declared : replica.policies()) {
            if (declared.descriptor().name().equals(policy)) {
                return declared;
            }
        }
        return null;
    }
}
