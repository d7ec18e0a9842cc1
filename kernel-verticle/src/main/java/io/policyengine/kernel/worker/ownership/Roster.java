package io.policyengine.kernel.worker.ownership;

import io.policyengine.core.policy.PolicyDescriptor;
import io.policyengine.core.worker.ProtocolVersion;
import io.policyengine.core.worker.WorkerDescription;
import io.policyengine.kernel.worker.Worker;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The workers' descriptions of themselves, and what has been settled by them. Belongs to the registry's event loop. */
public final class Roster {
    /** The descriptions of a worker's replicas that are there, or were there last, in the order of the configuration. */
    private final Map<String, List<WorkerDescription>> known = new HashMap<>();
    /** The workers that have sent a description, accepted or not. */
    private final Set<String> answered = new HashSet<>();

    private final Map<String, PolicyDescriptor> builtIn;
    private Ownership settled = Ownership.NONE;

    /** Creates an empty roster with the engine's own policies, by name. */
    public Roster(Map<String, PolicyDescriptor> builtIn) {
        this.builtIn = Map.copyOf(builtIn);
    }

    /** Records a worker that was refused, or refuses this kernel; true if it had not answered before. */
    public boolean noteRefusal(String worker) {
        return answered.add(worker);
    }

    /**
     * Accepts what the worker says of itself from now on.
     *
     * @param descriptions of all its replicas that are accepted, in the order of the configuration; at least one
     * @return true if that differs from before
     */
    public boolean accept(String worker, List<WorkerDescription> descriptions) {
        boolean first = answered.add(worker);
        return !descriptions.equals(known.put(worker, List.copyOf(descriptions))) || first;
    }

    /** Removes the description of a worker without accepted replicas. */
    public void exclude(String worker) {
        known.remove(worker);
    }

    /** Removes a worker that no configuration names. */
    public void forget(String worker) {
        known.remove(worker);
        answered.remove(worker);
    }

    /** True if all workers of the set have answered. */
    public boolean haveAnswered(Claimants set) {
        return set.workers().stream().map(Worker::name).allMatch(answered::contains);
    }

    /** The description of the worker when it was accepted; null before, and where it was refused. */
    public @Nullable WorkerDescription description(String worker) {
        List<WorkerDescription> said = known.get(worker);
        return said == null ? null : said.getFirst();
    }

    /** The declarations of all workers, with the owners of the policies. */
    public Declarations declarations(Claimants set) {
        return new PolicyClaims(set, settled, known, answered, builtIn).declarations();
    }

    /** A generation with these declarations is active: the ownership of policies is settled. */
    public void settle(Declarations declarations) {
        settled = declarations.ownership();
    }

    /** The reason why a worker with this description is not accepted, or null. */
    public static @Nullable String refusal(String worker, WorkerDescription description) {
        if (!description.name().equals(worker)) {
            return "it calls itself '" + description.name() + "', but the configuration names it '" + worker
                    + "'; make worker_core.name and policy_kernel.workers agree";
        }
        if (!ProtocolVersion.CURRENT.worksWith(description.protocolVersion())) {
            return "it speaks protocol version " + description.protocolVersion() + ", the kernel "
                    + ProtocolVersion.CURRENT + "; install neighbouring versions";
        }
        return null;
    }
}
