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

/**
 * The workers' descriptions of themselves, and the resulting owner of each policy. Confined to the registry's event
 * loop.
 */
public final class Roster {
    /** The last descriptions of each worker's replicas, in the order of the configuration. */
    private final Map<String, List<WorkerDescription>> known = new HashMap<>();
    /** The workers that have sent a description, accepted or not. */
    private final Set<String> answered = new HashSet<>();

    private final Map<String, PolicyDescriptor> builtIn;
    private Ownership settled = Ownership.NONE;

    /**
     * Creates an object without descriptions of workers.
     *
     * @param builtIn the engine's own policies, by name
     */
    public Roster(Map<String, PolicyDescriptor> builtIn) {
        this.builtIn = Map.copyOf(builtIn);
    }

    /**
     * Records that the kernel refused a worker, or the worker refused the kernel. Returns whether this is the worker's
     * first answer.
     */
    public boolean noteRefusal(String worker) {
        return answered.add(worker);
    }

    /**
     * Replaces the descriptions of a worker.
     *
     * @param descriptions the descriptions of all its accepted replicas, in the order of the configuration; at least
     *     one
     * @return whether they have changed
     */
    public boolean accept(String worker, List<WorkerDescription> descriptions) {
        boolean first = answered.add(worker);
        return !descriptions.equals(known.put(worker, List.copyOf(descriptions))) || first;
    }

    /** Removes the descriptions of a worker that has no accepted replica left. */
    public void exclude(String worker) {
        known.remove(worker);
    }

    /** Removes a worker that is in no configuration any more. */
    public void forget(String worker) {
        known.remove(worker);
        answered.remove(worker);
    }

    public boolean haveAnswered(Claimants set) {
        return set.workers().stream().map(Worker::name).allMatch(answered::contains);
    }

    /** Returns the accepted description of a worker, or null if it has none. */
    public @Nullable WorkerDescription description(String worker) {
        List<WorkerDescription> said = known.get(worker);
        return said == null ? null : said.getFirst();
    }

    public Declarations declarations(Claimants set) {
        return new PolicyClaims(set, settled, known, answered, builtIn).declarations();
    }

    /** Fixes the ownership of policies, because a generation with these declarations has become active. */
    public void settle(Declarations declarations) {
        settled = declarations.ownership();
    }

    /** Returns the reason why a worker with this description must be refused, or null if it may be accepted. */
    public static @Nullable String refusal(String worker, WorkerDescription description) {
        if (!description.name().equals(worker)) {
            return "it calls itself '" + description.name() + "', but the configuration names it '" + worker
                    + "'; use the same name in worker_core.name and policy_kernel.workers";
        }
        if (!ProtocolVersion.CURRENT.worksWith(description.protocolVersion())) {
            return "it speaks protocol version " + description.protocolVersion() + ", the kernel "
                    + ProtocolVersion.CURRENT + "; install both in the same or neighbouring versions";
        }
        return null;
    }
}
