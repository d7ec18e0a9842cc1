package io.policyengine.kernel.extproc;

import io.policyengine.kernel.account.Share;
import io.policyengine.kernel.envoy.EnvoyStream;
import io.policyengine.kernel.generation.Pinned;
import io.policyengine.kernel.plan.RoutePlan;
import org.jspecify.annotations.Nullable;

/**
 * The things that an exchange holds of the kernel: its generation until nothing is left to do, and one of the places that
 * {@code limits.max_exchanges} counts until its stream is over.
 */
final class Lease {
    private final KernelContext shared;
    private final Pinned generation;
    private final boolean isPlaced;
    private boolean pinned = true;
    private @Nullable Share route;
    private @Nullable Share client;

    /**
     * The lease of an exchange whose stream is open; there may be no place for it.
     *
     * @param generation pinned for it
     */
    Lease(KernelContext shared, Pinned generation) {
        this.shared = shared;
        this.generation = generation;
        this.isPlaced = shared.enter(generation.config().kernel().limits().maxExchanges());
    }

    /** True if there is a place for it. */
    boolean isPlaced() {
        return isPlaced;
    }

    /** The plan for a route in the exchange's generation; null if no route policy is for it, or there is no place. */
    @Nullable
    RoutePlan planOf(String routeName) {
        return isPlaced ? generation.routes().find(routeName) : null;
    }

    /**
     * Takes the place in the shares of route and client.
     *
     * @param ofRoute as the configuration writes it; empty if no route policy is for it
     * @param ofClient address; empty if unknown
     * @param stream whose bytes count for them from now on
     * @return false if one of the two has more places than its share
     */
    boolean share(String ofRoute, String ofClient, EnvoyStream stream) {
        Share its = shared.routes().enter(ofRoute);
        Share his = ofClient.isEmpty() ? null : shared.clients().enter(ofClient);
        route = its;
        client = his;
        stream.belongsTo(its, his);
        int free = generation.config().kernel().limits().maxExchanges() - shared.active();
        return !its.hasTooManyPlaces(free) && (his == null || !his.hasTooManyPlaces(free));
    }

    /** Holds the generation no longer; once is enough. */
    void unpin() {
        if (pinned) {
            pinned = false;
            generation.unpin();
        }
    }

    /** The stream is over: gives back all that is held. To be called once. */
    void free() {
        unpin();
        if (isPlaced) {
            shared.leave();
        }
        if (route != null) {
            shared.routes().leave(route);
        }
        if (client != null) {
            shared.clients().leave(client);
        }
    }
}
