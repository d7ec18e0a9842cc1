package io.policyengine.kernel.worker.registry;

import io.policyengine.core.config.WorkerEndpointConfig;
import io.policyengine.core.worker.WorkerDescription;
import io.policyengine.kernel.worker.Replica;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The replicas to which the registry connects: those in the running configuration, in retiring generations, and in a
 * candidate configuration. Confined to the registry's event loop.
 */
final class RegisteredReplicas {
    private final List<RegisteredReplica> all = new ArrayList<>();

    void add(RegisteredReplica replica) {
        all.add(replica);
    }

    void remove(RegisteredReplica replica) {
        all.remove(replica);
    }

    List<RegisteredReplica> all() {
        return List.copyOf(all);
    }

    /** Returns the registered replica that a configuration refers to, or null. */
    @Nullable
    RegisteredReplica find(WorkerEndpointConfig endpoint, String place) {
        for (RegisteredReplica known : all) {
            if (known.isMeantBy(endpoint, place)) {
                return known;
            }
        }
        return null;
    }

    int freeIndex() {
        Set<Integer> taken = all.stream().map(known -> known.replica().index()).collect(Collectors.toSet());
        return IntStream.iterate(0, index -> index + 1)
                .filter(index -> !taken.contains(index))
                .findFirst()
                .orElseThrow();
    }

    /** Runs the action on the registered replica, if it still exists. */
    void with(Replica replica, Consumer<RegisteredReplica> action) {
        all.stream().filter(known -> known.replica().equals(replica)).forEach(action);
    }

    List<ReplicaConnection> accepted(String worker) {
        List<ReplicaConnection> accepted = new ArrayList<>();
        for (RegisteredReplica replica : all) {
            ReplicaConnection connection = replica.connection();
            if (replica.worker().equals(worker) && connection != null && connection.isAccepted()) {
                accepted.add(connection);
            }
        }
        return accepted;
    }

    /** Returns whether the replica's worker has no other available replica. */
    boolean isLast(RegisteredReplica replica) {
        return all.stream()
                .noneMatch(other ->
                        other.worker().equals(replica.worker()) && !other.equals(replica) && other.isCallable());
    }

    /**
     * Returns the descriptions of a worker's accepted replicas. The replicas of the running configuration come first,
     * in its order.
     */
    List<WorkerDescription> descriptions(String worker, WorkerSet current) {
        Set<RegisteredReplica> ordered = new LinkedHashSet<>();
        current.replicas().forEach((one, replicas) -> {
            if (one.name().equals(worker)) {
                ordered.addAll(replicas);
            }
        });
        all.stream().filter(replica -> replica.worker().equals(worker)).forEach(ordered::add);
        List<WorkerDescription> said = new ArrayList<>();
        for (RegisteredReplica replica : ordered) {
            ReplicaConnection connection = replica.connection();
            if (connection != null && connection.isAccepted()) {
                said.add(connection.description());
            }
        }
        return said;
    }
}
