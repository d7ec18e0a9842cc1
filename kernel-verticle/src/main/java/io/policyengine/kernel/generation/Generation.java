package io.policyengine.kernel.generation;

import io.policyengine.core.worker.ChainSpec;
import io.policyengine.kernel.plan.RoutePlan;
import io.policyengine.kernel.route.RouteTable;
import io.policyengine.kernel.worker.Worker;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * A configuration as it is live: routes and their plans, and the chains that are prepared in the workers. Immutable but for the
 * count of exchanges that run by it: each pins the generation it began with, and a retired one is freed when the last is over.
 */
public final class Generation {
    private final long id;
    private final RouteTable<RoutePlan> routes;
    private final List<RoutePlan> plans;
    private final Map<Worker, List<ChainSpec>> chains;
    private final Runnable unused;
    /** Exchanges, and one for being current; 0 is final. */
    private final AtomicLong references = new AtomicLong(1);

    Generation(
            long id,
            RouteTable<RoutePlan> routes,
            List<RoutePlan> plans,
            Map<Worker, List<ChainSpec>> chains,
            Consumer<Generation> unused) {
        this.id = id;
        this.routes = routes;
        this.plans = List.copyOf(plans);
        this.chains = Map.copyOf(chains);
        this.unused = () -> unused.accept(this);
    }

    /** Counts up from 1 in the life of a kernel. */
    public long id() {
        return id;
    }

    /** Finds the plan of a route name. */
    public RouteTable<RoutePlan> routes() {
        return routes;
    }

    /** All plans, in the order of the files. */
    public List<RoutePlan> plans() {
        return plans;
    }

    /** The chains to be prepared in each worker. */
    public Map<Worker, List<ChainSpec>> chains() {
        return chains;
    }

    /** Pins the generation; false if it is freed already and a newer one must be taken. */
    public boolean tryPin() {
        while (true) {
            long count = references.get();
            if (count == 0) {
                return false;
            }
            if (references.compareAndSet(count, count + 1)) {
                return true;
            }
        }
    }

    /** Ends a pin. */
    public void unpin() {
        if (references.decrementAndGet() == 0) {
            unused.run();
        }
    }
}
