package io.policyengine.kernel.worker;

import io.policyengine.core.worker.DeclaredPolicy;
import io.policyengine.core.worker.ProtocolVersion;
import io.policyengine.core.worker.WorkerDescription;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the workers have said of themselves, and which of them own which policies: a policy belongs to the first worker of the
 * configuration that declares it. Belongs to the registry's event loop.
 */
final class Roster {
    /** What was accepted, by worker; kept while the worker is away. */
    private final Map<String, WorkerDescription> accepted = new HashMap<>();
    /** Workers that have said who they are, accepted or not. */
    private final Set<String> answered = new HashSet<>();

    /** A worker has said who it is, or that it will not work with this kernel, and is refused; true if it never said so before. */
    boolean noteRefusal(String worker) {
        return answered.add(worker);
    }

    /** What the worker says of itself counts from now on. */
    void accept(String worker, WorkerDescription description) {
        answered.add(worker);
        accepted.put(worker, description);
    }

    /** No replica of the worker is accepted any more. */
    void expel(String worker) {
        accepted.remove(worker);
    }

    /** No configuration names the worker any more. */
    void forget(String worker) {
        accepted.remove(worker);
        answered.remove(worker);
    }

    /** What the worker said when it was accepted; null before, and where it was refused. */
    @Nullable
    WorkerDescription description(String worker) {
        return accepted.get(worker);
    }

    /** Who declares what. Ownership follows the order of the configuration. */
    Declarations declarations(WorkerSet set) {
        Map<String, Declarations.Owner> owners = new HashMap<>();
        for (Worker worker : set.workers()) {
            WorkerDescription description = accepted.get(worker.name());
            if (description != null) {
                for (DeclaredPolicy policy : description.policies()) {
                    owners.putIfAbsent(
                            policy.descriptor().name(),
                            new Declarations.Owner(worker, description.maxBodySize(), policy));
                }
            }
        }
        return new Declarations(owners, set.workers().stream().map(Worker::name).allMatch(answered::contains));
    }

    /**
     * Why a worker with this description is not accepted, or null.
     *
     * @param set the workers of the running configuration; one that is not in it contends for no policy
     */
    @Nullable
    String refusal(WorkerSet set, String worker, WorkerDescription description) {
        if (!description.name().equals(worker)) {
            return "it calls itself '" + description.name() + "', but the configuration names it '" + worker
                    + "'; make worker_core.name and policy_kernel.workers agree";
        }
        if (!ProtocolVersion.CURRENT.worksWith(description.protocolVersion())) {
            return "it speaks protocol version " + description.protocolVersion() + ", the kernel "
                    + ProtocolVersion.CURRENT + "; install neighbouring versions";
        }
        Declarations declared = declarations(set);
        List<String> order = set.workers().stream().map(Worker::name).toList();
        for (DeclaredPolicy policy : description.policies()) {
            String name = policy.descriptor().name();
            Declarations.Owner owner = declared.owner(name);
            if (owner != null && precedes(order, owner.worker().name(), worker)) {
                return "policy '" + name + "' belongs to worker '"
                        + owner.worker().name() + "', and worker '" + worker
                        + "' declares it too; leave it out of one of them";
            }
        }
        return null;
    }

    private static boolean precedes(List<String> order, String one, String other) {
        return order.contains(other) && order.indexOf(one) < order.indexOf(other);
    }
}
