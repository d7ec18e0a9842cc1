package io.policyengine.kernel.extproc;

import io.policyengine.core.config.Priority;
import io.policyengine.kernel.account.MemoryAccount;
import io.policyengine.kernel.account.Share;
import io.policyengine.kernel.envoy.EnvoyStream;
import io.policyengine.kernel.generation.Pinned;
import io.policyengine.kernel.plan.RoutePlan;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The resources of the kernel that an exchange holds. The exchange keeps its generation until nothing is left to do. It
 * holds one of the slots of {@code limits.max_exchanges} from its first message until the end of its stream. A stream
 * without a message takes no slot, since its route and client are unknown. Envoy may open thousands of such streams
 * while their messages wait for the flow-control window of a new connection.
 */
final class Lease {
    private final KernelContext shared;
    private final Pinned generation;
    private final int maxExchanges;
    private boolean isPlaced;
    private boolean pinned = true;
    private @Nullable Share route;
    private @Nullable Share client;

    Lease(KernelContext shared, Pinned generation) {
        this.shared = shared;
        this.generation = generation;
        this.maxExchanges = generation.config().kernel().limits().maxExchanges();
    }

    /** Takes a slot for the first message; returns false if no slot is left for this priority. */
    boolean place(Priority priority) {
        isPlaced = shared.enter(maxExchanges - (int) generation.reserve().leftBy(priority, maxExchanges));
        return isPlaced;
    }

    long generation() {
        return generation.id();
    }

    /** Returns whether enough memory is free for an exchange of this priority to begin. */
    boolean hasRoom(Priority priority) {
        MemoryAccount account = shared.account();
        return account.free() >= generation.reserve().leftBy(priority, account.capacity());
    }

    /** Returns the plan for a route in the exchange's generation, or null without a route policy. */
    @Nullable
    RoutePlan planOf(String routeName) {
        return generation.routes().find(routeName);
    }

    /**
     * Counts the exchange's slot in the shares of its route and its client. A refused exchange returns its slot at
     * once, even if Envoy keeps its stream open. A flood of refusals thus takes no slots from other routes and clients.
     *
     * @param ofRoute the route as written in the configuration; empty without a route policy
     * @param ofClient the client's address; empty if unknown
     * @param stream the stream whose bytes count in the shares from now on
     * @return false if the share of the route or of the client is exhausted
     */
    boolean share(Priority priority, String ofRoute, String ofClient, EnvoyStream stream) {
        Share its = shared.routes().enter(ofRoute);
        Share his = ofClient.isEmpty() ? null : shared.clients().enter(ofClient);
        route = its;
        client = his;
        stream.account().belongsTo(its, his, priority);
        int free = maxExchanges - shared.active();
        if (its.hasTooManyPlaces(free) || (his != null && his.hasTooManyPlaces(free))) {
            freePlaces();
            return false;
        }
        return true;
    }

    /** Returns the time since the exchange's generation was superseded; zero if it is current or already released. */
    Duration heldRetiredFor() {
        return pinned ? generation.retiredFor() : Duration.ZERO;
    }

    /** Releases the exchange's generation. Idempotent. */
    void unpin() {
        if (pinned) {
            pinned = false;
            generation.unpin();
        }
    }

    /** Releases the generation and the slot at the end of the stream; called once. */
    void free() {
        unpin();
        freePlaces();
    }

    private void freePlaces() {
        if (isPlaced) {
            isPlaced = false;
            shared.leave();
        }
        if (route != null) {
            shared.routes().leave(route);
            route = null;
        }
        if (client != null) {
            shared.clients().leave(client);
            client = null;
        }
    }
}
