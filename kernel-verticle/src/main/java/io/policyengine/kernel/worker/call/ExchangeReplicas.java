package io.policyengine.kernel.worker.call;

import io.policyengine.core.config.Priority;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.ExchangeEnd;
import io.policyengine.kernel.overload.CallOrigin;
import io.policyengine.kernel.recorder.ExchangeRecord;
import io.policyengine.kernel.worker.Replica;
import io.policyengine.kernel.worker.Worker;
import io.policyengine.kernel.worker.WorkerChain;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The workers' replicas that serve one exchange. Confined to the exchange's event loop. */
public final class ExchangeReplicas {
    private final OriginalRequest request;
    private final String route;
    private final String client;
    private final Priority priority;
    private final boolean kept;
    private final ExchangeRecord record;
    private List<Visit> visits = List.of();
    /** The workers that have answered a call of the exchange. */
    private List<Worker> answered = List.of();

    private record Visit(Worker worker, Replica replica) {}

    /**
     * Creates an empty set of replicas for an exchange.
     *
     * @param request the request as the client sent it
     * @param route the route as written in the configuration
     * @param priority the route's priority
     * @param kept whether all calls to one worker stay with one replica while that replica is available
     * @param record the exchange's record, to which each called replica is added
     */
    public ExchangeReplicas(
            OriginalRequest request, String route, Priority priority, boolean kept, ExchangeRecord record) {
        this.request = request;
        this.route = route;
        this.client = request.view().clientAddress();
        this.priority = priority;
        this.kept = kept;
        this.record = record;
    }

    String route() {
        return route;
    }

    /** Returns the origin of the exchange's next call to a worker. */
    CallOrigin caller(Worker worker) {
        return new CallOrigin(priority, route, client, !answered.isEmpty(), answered.contains(worker));
    }

    /** Returns whether a replica waits for the end of the exchange. */
    public boolean awaitsEnd() {
        return !visits.isEmpty();
    }

    /** Returns the affinity key of the request for the worker, or null. */
    @Nullable
    String key(Worker worker) {
        return worker.affinity().key(request.view());
    }

    /**
     * Returns the replica that already serves the exchange and must be kept, if it is available for the chain;
     * otherwise null.
     */
    @Nullable
    Replica keptOf(WorkerChain chain) {
        for (int i = visits.size() - 1; i >= 0; i--) {
            Visit visit = visits.get(i);
            if (visit.worker().equals(chain.worker())) {
                return chain.available().contains(visit.replica()) ? visit.replica() : null;
            }
        }
        return null;
    }

    /** Records that a worker has answered a call. */
    void answered(Worker worker) {
        if (answered.isEmpty()) {
            answered = List.of(worker);
        } else if (!answered.contains(worker)) {
            answered = new ArrayList<>(answered);
            answered.add(worker);
        }
    }

    void visited(Worker worker, Replica replica, Call call) {
        record.attempt(call, replica.connector());
        if (!kept) {
            return;
        }
        if (visits.isEmpty()) {
            visits = new ArrayList<>(2);
        }
        Visit visit = new Visit(worker, replica);
        if (!visits.contains(visit)) {
            visits.add(visit);
        }
    }

    /** Reports the end of the exchange to the replicas that wait for it. */
    public void ended(ExchangeEnd end, WorkerCalls calls) {
        List<Visit> told = visits;
        visits = List.of();
        for (int i = 0; i < told.size(); i++) {
            calls.exchangeEnded(told.get(i).replica(), end);
        }
    }
}
