package io.policyengine.kernel.worker.registry;

import io.policyengine.core.config.WorkerEndpointConfig;
import io.policyengine.kernel.worker.Replica;
import io.policyengine.kernel.worker.Worker;
import io.policyengine.kernel.worker.ownership.Claimants;
import io.policyengine.kernel.worker.ownership.Declarations;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The workers of one configuration, in the order of the configuration. Generations of the same configuration share one
 * set. A worker that a change does not affect is the same object in the new set.
 */
public final class WorkerSet implements Claimants {
    static final long NONE_LEFT = -1;

    private final Map<Worker, List<RegisteredReplica>> replicas;
    /** The worker to which the configuration assigns each policy, by policy name. */
    private final Map<String, String> listers = new HashMap<>();
    /** The names of workers that may declare only the policies listed for them. */
    private final Set<String> limited = new HashSet<>();
    /** The number of generations and drafts that need the set. Confined to the registry's event loop. */
    private int users = 1;
    /**
     * The id of the timer that ends the wait for workers that have not answered; negative without a timer. After the
     * wait, policies without an owner go to workers that have answered. Confined to the registry's event loop.
     */
    long patience = NONE_LEFT;

    WorkerSet(Map<Worker, List<RegisteredReplica>> replicas, List<WorkerEndpointConfig> endpoints) {
        this.replicas = replicas;
        for (WorkerEndpointConfig endpoint : endpoints) {
            List<String> policies = endpoint.policies();
            if (policies != null) {
                limited.add(endpoint.name());
                policies.forEach(policy -> listers.putIfAbsent(policy, endpoint.name()));
            }
        }
    }

    @Override
    public List<Worker> workers() {
        return List.copyOf(replicas.keySet());
    }

    /** Returns the number of a worker's available replicas; 0 if there is no such worker. */
    int callableReplicas(String name) {
        return replicas.keySet().stream()
                .filter(worker -> worker.name().equals(name))
                .mapToInt(worker -> worker.available().size())
                .sum();
    }

    /** Returns the number of a worker's configured replicas; 0 if there is no such worker. */
    int configuredReplicas(String name) {
        return replicas.entrySet().stream()
                .filter(entry -> entry.getKey().name().equals(name))
                .mapToInt(entry -> entry.getValue().size())
                .sum();
    }

    /** Returns the number of a worker's calls in flight; 0 if there is no such worker. */
    long callsInFlight(String name) {
        return replicas.keySet().stream()
                .filter(worker -> worker.name().equals(name))
                .mapToLong(Worker::inFlight)
                .sum();
    }

    /** Returns how many calls to a worker the adaptive limits allow; 0 without a limit. */
    int adaptiveLimit(String name) {
        return replicas.keySet().stream()
                .filter(worker -> worker.name().equals(name))
                .mapToInt(Worker::adaptiveLimit)
                .sum();
    }

    Map<Worker, List<RegisteredReplica>> replicas() {
        return replicas;
    }

    /**
     * Publishes the available replicas of the worker. For each live chain, these are the replicas that have prepared
     * and accept it.
     */
    void publish(Worker worker) {
        List<RegisteredReplica> callable = callable(Objects.requireNonNull(replicas.get(worker)));
        Map<Long, List<Replica>> some = new HashMap<>();
        callable.stream()
                .flatMap(replica -> Stream.concat(replica.missing().stream(), replica.unfit().stream()))
                .distinct()
                .forEach(chain -> some.put(
                        chain,
                        asReplicas(callable.stream()
                                .filter(replica -> !replica.missing().contains(chain)
                                        && !replica.unfit().contains(chain)))));
        worker.publish(asReplicas(callable.stream()), some);
    }

    private static List<RegisteredReplica> callable(List<RegisteredReplica> replicas) {
        return replicas.stream().filter(RegisteredReplica::isCallable).toList();
    }

    private static List<Replica> asReplicas(Stream<RegisteredReplica> replicas) {
        return replicas.map(RegisteredReplica::replica).toList();
    }

    /**
     * Returns human-readable remarks about available workers: refused policies, chains that no replica serves, and
     * chains that only some replicas accept.
     */
    List<String> remarks(Declarations declarations) {
        List<String> remarks = new ArrayList<>(declarations.remarks());
        replicas.forEach((worker, states) -> {
            List<RegisteredReplica> callable = callable(states);
            int lacking = lackedByAll(callable);
            if (lacking > 0) {
                remarks.add("worker '" + worker + "' has not prepared " + lacking
                        + " chains yet: exchanges of their routes are refused until it has");
            }
            for (RegisteredReplica replica : callable) {
                if (!replica.unfit().isEmpty()) {
                    remarks.add("worker at " + replica.address() + " refuses "
                            + replica.unfit().size() + " chains that another replica of '" + worker
                            + "' accepts, or needs the body in another form for them. It is not called for these"
                            + " chains: run the same version everywhere");
                }
            }
        });
        return remarks;
    }

    private static int lackedByAll(List<RegisteredReplica> callable) {
        if (callable.isEmpty()) {
            return 0;
        }
        Set<Long> lacked = new HashSet<>(callable.getFirst().missing());
        callable.forEach(replica -> lacked.retainAll(replica.missing()));
        return lacked.size();
    }

    Map<String, String> unavailableReasons() {
        Map<String, String> unavailableReasons = new LinkedHashMap<>();
        replicas.forEach((worker, states) -> states.stream()
                .filter(_ -> !worker.isAvailable())
                .forEach(state ->
                        unavailableReasons.put(worker.name(), state.address() + ": " + state.unavailableReason())));
        return unavailableReasons;
    }

    boolean uses(RegisteredReplica replica) {
        return replicas.values().stream().anyMatch(list -> list.contains(replica));
    }

    @Override
    public boolean has(String worker) {
        return replicas.keySet().stream().anyMatch(one -> one.name().equals(worker));
    }

    @Override
    public @Nullable String lister(String policy) {
        return listers.get(policy);
    }

    @Override
    public Set<String> listed() {
        return listers.keySet();
    }

    @Override
    public boolean mayDeclare(String worker, String policy) {
        return !limited.contains(worker) || worker.equals(listers.get(policy));
    }

    @Override
    public boolean mayDeclareAny(String worker) {
        return !limited.contains(worker);
    }

    @Override
    public boolean isPatient() {
        return patience != NONE_LEFT;
    }

    void use() {
        users++;
    }

    /** Records that a generation or draft no longer needs the set. Returns true if none needs it now. */
    boolean leave() {
        return --users == 0;
    }
}
